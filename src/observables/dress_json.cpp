/// JSON escapes: those of a text known to be JSON, and of pieces that read like it.
#include "observables/dress.hpp"

#include "observables/characters.hpp"

#include <optional>
#include <vector>

namespace isacbot::observables {
namespace {

constexpr std::size_t longest_key = 256;

std::optional<char32_t> read_unit(std::string_view text, std::size_t p) noexcept {
  if (p + 6 > text.size() || text[p] != '\\' || text[p + 1] != 'u' || !only(text.substr(p + 2, 4), is_hex))
    return std::nullopt;
  char32_t out = 0;
  for (char c : text.substr(p + 2, 4))
    out = out * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  return out;
}

class json_pieces {
 public:
  json_pieces(std::string_view text, bool everywhere) : text_(text), out_(text), everywhere_(everywhere) {}

  json_layer run() && {
    decode_all();
    if (out_.changed())
      out_.copy_to(text_.size());
    return {std::move(out_), std::move(nested_)};
  }

  layer run(const std::vector<text_range>& ranges) && {
    for (const text_range& range : ranges)
      decode(range.begin, range.end);
    if (out_.changed())
      out_.copy_to(text_.size());
    return std::move(out_);
  }

 private:
  void decode_all() {
    const std::size_t first = text_.find('\\');
    if (first == std::string_view::npos)
      return;
    if (everywhere_) {
      decode(0, text_.size());
    } else {
      newlines_escaped_ = has_escaped_newlines();
      read_pieces();
    }
  }

  char at(std::size_t p) const { return p < text_.size() ? text_[p] : '\0'; }

  std::size_t skip_space(std::size_t p) const {
    while (p < text_.size() && is(text_[p], is_edge) && static_cast<unsigned char>(text_[p]) <= ' ')
      ++p;
    return p;
  }

  /// @returns the position of the closing quote, or npos
  std::size_t find_closing(std::size_t p, std::size_t limit) const {
    for (; p < limit; ++p) {
      if (text_[p] == '"')
        return p;
      if (text_[p] == '\\')
        ++p;
    }
    return std::string_view::npos;
  }

  void replace(std::size_t begin, std::size_t end, std::string_view with) {
    out_.copy_to(begin);
    out_.replace_to(end, with);
  }

  /// Decodes the escapes of a JSON string's content.
  void decode(std::size_t begin, std::size_t end) {
    for (std::size_t p = text_.find('\\', begin); p < end; p = text_.find('\\', p))
      p = decode_one(p, end);
  }

  std::size_t decode_one(std::size_t p, std::size_t end) {
    if (p + 1 >= end)
      return p + 1;
    switch (text_[p + 1]) {
    case '/':
      replace(p, p + 2, "/");
      return p + 2;
    case '\\':
      replace(p, p + 2, "\\");
      return p + 2;
    case '"':
      replace(p, p + 2, "\"");
      return p + 2;
    case 'n':
    case 'r':
      replace(p, p + 2, "\n");
      return p + 2;
    case 't':
    case 'b':
    case 'f':
      replace(p, p + 2, "\t");
      return p + 2;
    case 'u':
      return decode_unicode(p);
    default:
      return p + 1;
    }
  }

  std::size_t decode_unicode(std::size_t p) {
    const std::optional<char32_t> unit = read_unit(text_, p);
    if (!unit)
      return p + 1;
    std::string decoded;
    const std::optional<char32_t> low = (*unit & 0xFC00U) == 0xD800U ? read_unit(text_, p + 6) : std::nullopt;
    if (low && (*low & 0xFC00U) == 0xDC00U) {
      append_utf8(decoded, 0x10000U + ((*unit & 0x3FFU) << 10) + (*low & 0x3FFU));
      replace(p, p + 12, decoded);
      return p + 12;
    }
    append_utf8(decoded, *unit); // half a pair becomes a space
    replace(p, p + 6, decoded);
    return p + 6;
  }

  void read_pieces() {
    std::size_t done = 0;
    std::size_t p = 0;
    while ((p = text_.find_first_of("{[\"", p)) != std::string_view::npos) {
      const piece found = read_piece(p);
      if (found.end > p) {
        decode_outside(done, p);
        std::size_t from = p;
        for (const text_range& inner : strings_) {
          decode(from, inner.begin);
          out_.copy_to(inner.begin);
          const std::size_t begin = out_.text().size();
          decode(inner.begin, inner.end);
          out_.copy_to(inner.end);
          nested_.push_back({begin, out_.text().size()});
          from = inner.end;
        }
        decode(from, found.end);
        done = found.end;
      }
      p = found.resume;
    }
    decode_outside(done, text_.size());
  }

  struct piece {
    std::size_t end; ///< where the JSON stops; where it began when there is none
    std::size_t
        resume; ///< where to look on: behind everything that was read, or the pass would not be linear
  };

  piece read_piece(std::size_t p) {
    strings_.clear();
    std::size_t strings = 0;
    std::size_t end = p;
    std::size_t q = p;
    if (at(p) == '"') { // a member without its braces: `"c2": "..."`
      const std::size_t closing = find_closing(p + 1, std::min(text_.size(), p + longest_key));
      if (closing == std::string_view::npos || at(skip_space(closing + 1)) != ':')
        return {p, p + 1};
    } else {
      const char next = at(skip_space(p + 1));
      if (next != '"' && next != '{' && next != '[')
        return {p, p + 1};
    }
    while (q < text_.size()) {
      const char c = text_[q];
      if (c == '"') {
        const std::size_t closing = find_closing(q + 1, text_.size());
        if (closing == std::string_view::npos) {
          q = text_.size(); // no further quote, no further string
          break;
        }
        ++strings;
        if (holds_json(text_.substr(q + 1, closing - q - 1)))
          strings_.push_back({q + 1, closing});
        end = q = closing + 1;
      } else if (c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',') {
        end = ++q;
      } else if (static_cast<unsigned char>(c) <= ' ') {
        ++q;
      } else {
        const std::size_t word = q;
        while (q < text_.size() && (is(text_[q], is_alnum | is_dot | is_joiner) || text_[q] == '+'))
          ++q;
        const std::string_view literal = text_.substr(word, q - word);
        const bool number = !literal.empty() && (is(literal[0], is_digit) || literal[0] == '-');
        if (!number && literal != "true" && literal != "false" && literal != "null")
          break;
        end = q;
      }
    }
    return {strings > 0 ? end : p, std::max(q, p + 1)};
  }

  /// Whether the content of a string is JSON itself, encoded once more.
  static bool holds_json(std::string_view content) {
    return content.size() > 4 && (content[0] == '{' || content[0] == '[') &&
           (content.substr(1, 2) == "\\\"" || content[1] == '{' || content[1] == '[') &&
           is_closer(content.back());
  }

  /// Outside of JSON only `\uXXXX` is safe; `\n` is a line end when no backslash there belongs to a path.
  void decode_outside(std::size_t begin, std::size_t end) {
    for (std::size_t p = text_.find('\\', begin); p < end; p = text_.find('\\', p)) {
      const char c = at(p + 1);
      if (c == 'u')
        p = decode_unicode(p);
      else if (newlines_escaped_ && (c == 'n' || c == 'r' || c == 't'))
        p = decode_one(p, end);
      else
        p += 2;
    }
  }

  /// Whether a drive letter and its colon stand before `p`.
  bool is_drive(std::size_t p) const {
    return p >= 2 && text_[p - 1] == ':' && is(text_[p - 2], is_letter) &&
           (p == 2 || !is(text_[p - 3], is_word));
  }

  bool has_escaped_newlines() const {
    std::size_t line_ends = 0;
    for (std::size_t p = text_.find('\\'); p != std::string_view::npos; p = text_.find('\\', p)) {
      const char c = at(p + 1);
      const char before = p > 0 ? text_[p - 1] : ' ';
      const bool escape = c == 'n' || c == 'r' || c == 't';
      if (!escape && c != '"' && c != '/' && c != 'u')
        return false;
      if (escape && (is_drive(p) || before == '%' || before == '}') && at(p + 2) != '\\' && at(p + 2) != ' ')
        return false; // `C:\new`
      line_ends += escape ? 1 : 0;
      p += 2;
    }
    return line_ends >= 2;
  }

  std::string_view text_;
  layer out_;
  std::vector<text_range> strings_; ///< of the piece at hand: those that hold JSON, in the source
  std::vector<text_range> nested_;  ///< all of them, in the result
  bool everywhere_;
  bool newlines_escaped_ = false;
};

} // namespace

json_layer undress_json(std::string_view text, bool everywhere) {
  return json_pieces(text, everywhere).run();
}

layer undress_nested_json(std::string_view text, const std::vector<text_range>& ranges) {
  return json_pieces(text, true).run(ranges);
}

} // namespace isacbot::observables
