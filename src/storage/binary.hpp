/// The bytes inside sealed values: fixed-size big-endian numbers and texts with a length in front.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage {

/// What it collects is often secret, so it ends as one.
class byte_writer {
 public:
  void u8(std::uint8_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void time(sys_time value);
  void time(const std::optional<sys_time>& value); ///< 0, or 1 and the time
  void text(std::string_view value);               ///< at most 4 GiB - 1
  void texts(const std::vector<std::string>& values);

  [[nodiscard]] secret take() { return secret(std::move(bytes_)); }

 private:
  std::string bytes_;
};

/// Never reads past the end and never allocates more than the bytes that are there can fill. After the first
/// fault every read gives zeros; ask `finished` at the end.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8();
  /// A number of an enumeration whose last value is `last`.
  template <class Enum>
  Enum enumerator(Enum last) {
    std::uint8_t number = u8();
    if (number > static_cast<std::uint8_t>(last))
      fault();
    return ok_ ? static_cast<Enum>(number) : Enum{};
  }
  bool flag();
  std::uint32_t u32();
  std::uint64_t u64();
  sys_time time();
  std::optional<sys_time> optional_time();
  std::string text();
  std::vector<std::string> texts();
  /// Length of a list whose items take at least `least` bytes each (at least 1).
  std::size_t count(std::size_t least);

  void fault() noexcept;
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// Everything was read and nothing is left.
  [[nodiscard]] bool finished() const noexcept { return ok_ && rest_.empty(); }

 private:
  std::uint64_t number(std::size_t size);

  std::string_view rest_;
  bool ok_ = true;
};

} // namespace isacbot::storage
