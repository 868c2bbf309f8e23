/// What every stored value begins and ends with: a version byte, and nothing behind the last field. Pure.
#pragma once

#include "core/error.hpp"
#include "storage/binary.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace isacbot::storage {

/// Of values that have had one form only.
inline constexpr std::uint8_t first_version = 1;

inline byte_writer start_writing() {
  byte_writer out;
  out.u8(first_version);
  return out;
}

inline byte_reader start_reading(std::string_view bytes) {
  byte_reader in(bytes);
  if (in.u8() != first_version)
    in.fault();
  return in;
}

/// @error ec::corrupted unless all of it was read without a fault
template <class T>
result<T> finish(const byte_reader& in, T&& value) {
  if (!in.finished())
    return fail(ec::corrupted, "a stored value does not have the form it should have",
                "restore the last backup");
  return std::forward<T>(value);
}

} // namespace isacbot::storage
