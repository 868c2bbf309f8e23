/// Numbers and texts in as few bytes as can be: what rows are packed with. Numbers are LEB128, as short as
/// can be; signed ones zigzag; a text is its length and its bytes; a time is milliseconds, signed. Pure.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace isacbot::storage {

/// What it collects is often secret, so it ends as one.
class packed_writer {
 public:
  /// @param bytes  to begin with, and to go on behind
  explicit packed_writer(std::string bytes = {}) : out_(std::move(bytes)) {}
  explicit packed_writer(std::size_t expected) { out_.reserve(expected); }

  void byte(unsigned value) { out_.push_back(static_cast<char>(value)); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U)
      byte(static_cast<unsigned>(value & 0x7FU) | 0x80U);
    byte(static_cast<unsigned>(value));
  }
  void signed_number(std::int64_t n) {
    number((static_cast<std::uint64_t>(n) << 1U) ^ static_cast<std::uint64_t>(n >> 63));
  }
  void time(sys_time when) { signed_number(to_epoch_ms(when)); }
  void text(std::string_view value) {
    number(value.size());
    out_.append(value);
  }

  secret take() { return secret(std::move(out_)); }
  std::string take_bytes() { return std::move(out_); }

 private:
  std::string out_;
};

/// After the first fault everything reads as zero and empty.
class packed_reader {
 public:
  explicit packed_reader(std::string_view bytes) : rest_(bytes) {}

  unsigned byte() {
    if (rest_.empty()) {
      fault();
      return 0;
    }
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const unsigned next = byte();
      value |= std::uint64_t{next & 0x7FU} << shift;
      if (next < 0x80) {
        if ((next == 0 && shift > 0) || (shift == 63 && next > 1))
          fault(); // longer than it has to be, or over 64 bits
        return value;
      }
    }
    fault();
    return 0;
  }

  std::uint32_t number32() {
    const std::uint64_t value = number();
    if (value > std::numeric_limits<std::uint32_t>::max())
      fault();
    return static_cast<std::uint32_t>(value);
  }

  std::int64_t signed_number() {
    const std::uint64_t n = number();
    return static_cast<std::int64_t>(n >> 1U) ^ -static_cast<std::int64_t>(n & 1U);
  }
  sys_time time() { return from_epoch_ms(signed_number()); }

  /// Of items that take at least `least` bytes each.
  std::size_t count(std::size_t least) {
    const std::uint64_t items = number();
    if (items > rest_.size() / least) {
      fault();
      return 0;
    }
    return static_cast<std::size_t>(items);
  }

  std::string text() {
    const std::size_t size = count(1);
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }

  void fault() noexcept {
    ok_ = false;
    rest_ = {};
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool finished() const noexcept { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

} // namespace isacbot::storage
