/// Builds keys whose byte order is the order of what they hold, and takes them apart again. The layouts
/// themselves stand in keys.hpp (the bot) and station/keys.hpp.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace isacbot::storage {

/// Chains components: `key_builder{}.text(team).text(user).number(7).take()`.
class key_builder {
 public:
  /// One byte, usually a kind.
  key_builder& byte(std::uint8_t value);
  /// Big-endian, so that byte order is numeric order.
  key_builder& number32(std::uint32_t value);
  key_builder& number64(std::uint64_t value);
  /// Milliseconds since the epoch, ordered by time, also before 1970.
  key_builder& time(sys_time value);
  /// Any bytes, ordered as text: NUL becomes 00 FF and the end is 00 01, so no text can run into the next
  /// component.
  key_builder& text(std::string_view value);
  /// Bytes of fixed length, or the last component: nothing marks their end.
  key_builder& raw(std::string_view value);

  [[nodiscard]] std::string take() { return std::move(key_); }

 private:
  std::string key_;
};

/// Reads components in the order they were built. A failed read gives nullopt, and so does every later one.
class key_reader {
 public:
  explicit key_reader(std::string_view key) : rest_(key) {}

  std::optional<std::uint8_t> byte();
  std::optional<std::uint32_t> number32();
  std::optional<std::uint64_t> number64();
  std::optional<sys_time> time();
  std::optional<std::string> text();
  /// What has not been read yet.
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  [[nodiscard]] bool finished() const noexcept { return !failed_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t size);

  std::string_view rest_;
  bool failed_ = false;
};

/// @returns the first key after every key that starts with `prefix`; empty (the end of the table) when there
/// is none. Use: `store.scan(t, prefix, end_of_prefix(prefix), visit)`.
std::string end_of_prefix(std::string_view prefix);

} // namespace isacbot::storage
