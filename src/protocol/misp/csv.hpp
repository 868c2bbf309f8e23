/// Comma-separated values (RFC 4180), a record at a time: quoted fields may hold commas, doubled quotes and
/// line breaks; lines end in CRLF or LF.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::misp {

/// A row of more columns is refused: the widest that MISP writes has 17.
inline constexpr std::size_t max_csv_columns = 256;

class csv_reader {
 public:
  /// @param text  must outlive the reader
  explicit csv_reader(std::string_view text) : text_(text) {}

  /// Reads the next record into `fields` (replaced; their memory is used again).
  /// @returns false at the end
  /// @error ec::upstream_failed     the text ends inside quotes
  /// @error ec::protocol_violation  text after a closing quote, or too many columns
  result<bool> next(std::vector<std::string>& fields);

 private:
  result<void> read_quoted(std::string& field);

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace isacbot::misp
