/// Query strings as TruSTAR's clients write them: lists repeated or comma-joined, booleans in any case.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::trustar {

/// Writes "?a=b&c=d"; nothing when no parameter was added. Lists repeat the key, as the official client does.
class query_writer {
 public:
  query_writer& add(std::string_view key, std::string_view value);
  query_writer& add(std::string_view key, std::uint64_t value);
  query_writer& add(std::string_view key, const std::vector<std::string>& values);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Reads a query. Unknown parameters do no harm; of a doubled single parameter the first one counts.
class query_reader {
 public:
  /// @param query  without the question mark, escapes kept
  /// @error ec::malformed on a broken escape, ec::too_large over 10,000 parameters
  static result<query_reader> parse(std::string_view query);

  [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const noexcept;
  /// A list: the key repeated, values comma-joined, or both. Empty elements are left out.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
  /// A list whose elements may hold commas: every occurrence is one element.
  [[nodiscard]] std::vector<std::string> whole_values(std::string_view key) const;
  /// @error ec::malformed when present but no whole number from 0 to 2^53; empty counts as absent
  [[nodiscard]] result<std::optional<std::uint64_t>> number(std::string_view key) const;
  /// "true" and "false" in any case.
  /// @error ec::malformed when present but neither
  [[nodiscard]] result<std::optional<bool>> flag(std::string_view key) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

} // namespace isacbot::trustar
