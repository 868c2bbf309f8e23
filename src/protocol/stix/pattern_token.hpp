/// STIX patterns cut into tokens. Internal to this folder.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::stix {

enum class token_kind : std::uint8_t {
  end,
  word,      ///< keyword, object type or step of a path; may hold hyphens
  text,      ///< '...'
  number,    ///< with sign, fraction, exponent
  timestamp, ///< t'...'
  binary,    ///< b'...'
  hex,       ///< h'...'
  symbol,    ///< [ ] ( ) : . , * = == != <> < <= > >=
};

struct token {
  token_kind kind = token_kind::end;
  std::string text;   ///< of texts without quotes and escapes; else as written
  std::size_t at = 0; ///< byte where it begins
};

/// Takes the token at `at` and moves behind it; blanks and comments before it are passed over.
/// @error ec::malformed: a character that begins no token, or a text that does not end
result<token> take_token(std::string_view pattern, std::size_t& at);

} // namespace isacbot::stix
