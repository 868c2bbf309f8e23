/// The marks that stand for a character in a defanged value, and the spellings of schemes.
#pragma once

#include <cstddef>
#include <string_view>

namespace isacbot::observables {

/// What stands in brackets for something else.
struct mark {
  std::string_view text; ///< what it stands for; empty: no mark
  std::size_t end = 0;   ///< behind it
  bool closed = false;   ///< brackets on both sides: tier A
  bool empty = false;    ///< `[]`
};

/// Reads `[.]`, `((dot))`, `[ at ]`, `[://]`, `[.` ... at an opening bracket.
/// @param limit  nothing behind it is looked at
mark read_mark(std::string_view text, std::size_t p, std::size_t limit) noexcept;

/// Skips at most two spaces: more are a column, not a mark.
std::size_t skip_spaces(std::string_view text, std::size_t p, std::size_t limit) noexcept;

/// Reads a scheme as people defang it: `hxxp`, `hXXps`, `h**p`, `meow`, `fxp`, ...
struct scheme {
  std::string_view name; ///< canonical; empty when `word` is no scheme
  bool defanged = false;
};
scheme read_scheme(std::string_view word) noexcept;

/// Whether `word` is http, https or ftp in any spelling.
bool is_web(std::string_view word) noexcept;

} // namespace isacbot::observables
