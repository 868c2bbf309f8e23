/// Values in Station's tables: a version byte and fields in fixed order. Compact and quick, because a search
/// reads thousands of rows.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::station {

class record_writer {
 public:
  explicit record_writer(std::uint8_t version) { bytes_.push_back(static_cast<char>(version)); }

  /// LEB128: seven bits a byte, lowest first.
  record_writer& number(std::uint64_t value);
  record_writer& time(sys_time value);
  record_writer& text(std::string_view value);
  record_writer& texts(const std::vector<std::string>& values);

  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads in the order written. After the first failure everything reads as empty; look once, at the end.
class record_reader {
 public:
  /// Fails unless the first byte is `version`.
  record_reader(std::string_view bytes, std::uint8_t version);

  std::uint64_t number();
  sys_time time();
  std::string text();
  std::vector<std::string> texts();

  /// Whether everything was read, nothing failed and nothing is left.
  [[nodiscard]] bool complete() const noexcept { return !failed_ && rest_.empty(); }
  /// @error ec::corrupted unless complete; `what` names the row's kind
  [[nodiscard]] result<void> check(std::string_view what) const;

 private:
  std::string_view rest_;
  bool failed_ = false;
};

} // namespace isacbot::station
