/// What is wrapped around a text: Slack's control sequences, JSON escapes, HTML, Unicode look-alikes. Taken
/// off before the scanner looks, each once, from outside in.
#pragma once

#include "observables/layer.hpp"
#include "observables/observables.hpp"

#include <deque>
#include <string_view>

namespace isacbot::observables {

/// A text without its dress: ASCII but for letters, with the way back to the source.
class undressed {
 public:
  /// Keeps a view of `source`. Does not copy when there is nothing to take off.
  undressed(std::string_view source, dialect dress);
  /// For a source in another encoding: `decoded` is its text in UTF-8.
  undressed(std::string_view source, layer&& decoded, dialect dress);

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] std::string_view source() const noexcept { return source_; }
  [[nodiscard]] std::size_t source_begin(std::size_t position) const noexcept;
  [[nodiscard]] std::size_t source_end(std::size_t position) const noexcept;

 private:
  void take_off(dialect dress);
  void add(layer&& next);

  std::string_view source_;
  std::string_view text_;
  std::deque<layer> layers_; ///< a deque: views of a layer's text stay valid
};

struct text_range {
  std::size_t begin;
  std::size_t end;
};

struct json_layer {
  layer text;
  std::vector<text_range> nested; ///< parts of the result that are JSON again
};

/// JSON escapes. With `everywhere` the whole text is taken for the content of a JSON string or document; else
/// only pieces that read like JSON are, and `\uXXXX`.
json_layer undress_json(std::string_view text, bool everywhere);
/// The second round, for strings that hold JSON themselves.
layer undress_nested_json(std::string_view text, const std::vector<text_range>& ranges);

/// Everything else: Slack sequences, entities and tags as the dialect has them, Unicode always.
layer undress_markup(std::string_view text, dialect dress);

/// Replaces the character beyond ASCII at `position` (or the broken byte there) and whatever goes with it.
/// @returns the position after it
std::size_t undress_unicode(layer& out, std::string_view text, std::size_t position);

/// Reads one UTF-8 character; length 0 when the bytes are none.
struct utf8_character {
  char32_t code = 0;
  unsigned length = 0;
};
utf8_character read_utf8(std::string_view text, std::size_t position) noexcept;
void append_utf8(std::string& out, char32_t code);

/// @returns the position at or after `position` of the first byte that `undress_markup` has to look at
std::size_t find_dress(std::string_view text, std::size_t position) noexcept;

} // namespace isacbot::observables
