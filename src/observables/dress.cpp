/// Order of the layers, and the markup layer: Slack sequences, entities, tags.
#include "observables/dress.hpp"

#include "observables/characters.hpp"

#include <array>
#include <cstring>

namespace isacbot::observables {
namespace {

constexpr std::size_t longest_sequence = 4096; ///< of `<...>`; bounds the look-ahead

struct entity {
  std::string_view name;
  std::string_view text;
};
constexpr entity entities[] = {
    {"amp", "&"},    {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},   {"period", "."},
    {"commat", "@"}, {"colon", ":"},  {"sol", "/"},    {"nbsp", " "},   {"lowbar", "_"}, {"hyphen", "-"},
    {"dash", "-"},   {"shy", ""},     {"lpar", "("},   {"rpar", ")"},   {"lsqb", "["},   {"rsqb", "]"},
    {"lbrack", "["}, {"rbrack", "]"}, {"num", "#"},    {"equals", "="}, {"quest", "?"},  {"bsol", "\\"},
    {"zwnj", ""},    {"zwj", ""},     {"hellip", " "}, {"ldquo", "\""}, {"rdquo", "\""}, {"laquo", "\""},
    {"raquo", "\""}, {"bull", " "},   {"ndash", "-"},  {"mdash", " "},
};

/// Tags that leave the text around them on one word.
constexpr std::string_view inline_tags[] = {"b",    "i",    "em",   "strong", "u",   "s",   "wbr",
                                            "span", "font", "mark", "small",  "sub", "sup", "tt"};

bool is_wordish(char c) noexcept {
  return is(c, is_host | is_at | is_colon | is_slash | is_bracket);
}

/// The layer that knows `<...>` and `&...;`.
class markup {
 public:
  markup(std::string_view text, dialect dress)
      : text_(text),
        out_(text),
        slack_(dress == dialect::slack || dress == dialect::automatic),
        html_(dress == dialect::markup || dress == dialect::automatic) {}

  layer run() && {
    std::size_t p = find_dress(text_, 0);
    while (p < text_.size()) {
      if (is(text_[p], is_high))
        p = undress_unicode(out_, text_, p);
      else
        p = text_[p] == '<' ? read_angle(p) : text_[p] == '>' ? read_closing(p) : read_entity(p);
      p = find_dress(text_, p);
    }
    if (out_.changed())
      out_.copy_to(text_.size());
    return std::move(out_);
  }

 private:
  std::string_view rest(std::size_t p) const { return text_.substr(std::min(p, text_.size())); }

  std::size_t replace(std::size_t begin, std::size_t end, std::string_view with) {
    out_.copy_to(begin);
    out_.replace_to(end, with);
    return end;
  }

  std::size_t read_angle(std::size_t p) {
    if (rest(p).starts_with("<.>")) // a defanged dot that would end the run
      return replace(p, p + 3, "[.]");
    if (p + 1 >= text_.size())
      return p + 1;
    const std::string_view window = text_.substr(p + 1, longest_sequence);
    const std::size_t length = window.find_first_of("<>\n");
    if (length == std::string_view::npos || window[length] != '>' || length == 0)
      return p + 1;
    const std::string_view inner = window.substr(0, length);
    const std::size_t after = p + length + 2;
    if (slack_)
      if (std::size_t next = read_slack(inner, p, after); next != 0)
        return next;
    return html_ ? read_tag(inner, p, after) : p + 1;
  }

  /// @returns 0 when `inner` is no control sequence
  std::size_t read_slack(std::string_view inner, std::size_t p, std::size_t after) {
    const std::size_t bar = inner.find('|');
    const std::string_view link = inner.substr(0, bar);
    const std::size_t label_at = bar == std::string_view::npos ? after : p + 1 + bar + 1;
    const std::string_view label = bar == std::string_view::npos ? std::string_view() : inner.substr(bar + 1);
    switch (inner[0]) {
    case '@':
      return inner.size() > 2 && (inner[1] == 'U' || inner[1] == 'W') ? replace(p, after, " ") : 0;
    case '#':
      return inner.size() > 2 && (inner[1] == 'C' || inner[1] == 'G') ? replace(p, after, " ") : 0;
    case '!':
      if (link.starts_with("!date^") && !label.empty())
        return replace(p, label_at, " "); // the fallback stays; the bracket after it is an edge
      return link == "!here" || link == "!channel" || link == "!everyone" || link.starts_with("!subteam^")
                 ? replace(p, after, " ")
                 : 0;
    default:
      break;
    }
    if (label.empty())
      return 0; // a bare link between edges: nothing to do
    std::string_view bare = link;
    if (link.starts_with("tel:"))
      bare = label;
    else if (link.starts_with("mailto:"))
      bare.remove_prefix(7);
    else if (std::size_t colon = link.find("://"); colon != std::string_view::npos)
      bare.remove_prefix(colon + 3);
    else
      return 0;
    // The client made the link out of what was typed: restore that, so that pieces around it join again.
    const bool typed =
        label == bare || label == link || (bare.ends_with('/') && label == bare.substr(0, bare.size() - 1));
    if (!typed)
      return p + 1;
    dropped_closing_ = after - 1;
    return replace(p, label_at, "");
  }

  std::size_t read_closing(std::size_t p) { return p == dropped_closing_ ? replace(p, p + 1, "") : p + 1; }

  std::size_t read_tag(std::string_view inner, std::size_t p, std::size_t after) {
    std::string_view name = inner.substr(inner[0] == '/' ? 1 : 0);
    std::size_t end = 0;
    while (end < name.size() && is(name[end], is_alnum))
      ++end;
    name = name.substr(0, end);
    if (!is_one_of(name, inline_tags))
      return p + 1;
    out_.copy_to(p);
    const bool joins = is_wordish(out_.last()) && after < text_.size() && is_wordish(text_[after]);
    return joins ? replace(p, after, "") : p + 1;
  }

  std::size_t read_entity(std::size_t p) {
    if (!slack_ && !html_)
      return p + 1;
    if (rest(p).starts_with("&lt;.&gt;"))
      return replace(p, p + 9, "[.]");
    const std::string_view window = text_.substr(p + 1, 10);
    const std::size_t length = window.find(';');
    if (length == std::string_view::npos || length == 0)
      return p + 1;
    const std::string_view name = window.substr(0, length);
    const std::size_t after = p + length + 2;
    if (name == "amp" || name == "lt" || name == "gt")
      return replace(p, after, name == "amp" ? "&" : name == "lt" ? "<" : ">");
    if (!html_)
      return p + 1;
    if (name[0] == '#')
      return read_numeric_entity(name.substr(1), p, after);
    for (const entity& e : entities)
      if (e.name == name)
        return replace(p, after, e.text);
    return p + 1;
  }

  std::size_t read_numeric_entity(std::string_view digits, std::size_t p, std::size_t after) {
    const bool hex = !digits.empty() && (digits[0] == 'x' || digits[0] == 'X');
    if (hex)
      digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 7 || !only(digits, hex ? is_hex : is_digit))
      return p + 1;
    char32_t code = 0;
    for (char c : digits)
      code = code * (hex ? 16 : 10) + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    std::string text;
    append_utf8(text, code);
    if (code < 0x80)
      return replace(p, after, text);
    layer unicode(text); // a look-alike may hide behind its number, too
    undress_unicode(unicode, text, 0);
    return replace(p, after, unicode.changed() ? unicode.text() : std::string_view(text));
  }

  std::string_view text_;
  layer out_;
  bool slack_;
  bool html_;
  std::size_t dropped_closing_ = std::string_view::npos;
};

constexpr std::uint64_t repeat(unsigned char c) noexcept {
  return 0x0101010101010101ULL * c;
}
/// Sets the high bit of each zero byte (and perhaps of bytes after one).
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return (word - repeat(1)) & ~word & repeat(0x80);
}

bool is_dress(char c) noexcept {
  return c == '<' || c == '>' || c == '&' || static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

std::size_t find_dress(std::string_view text, std::size_t position) noexcept {
  std::size_t p = position;
  for (; p + 8 <= text.size(); p += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + p, 8);
    // '<' and '>' differ in one bit.
    const std::uint64_t hit = (word & repeat(0x80)) | zero_bytes((word & repeat(0xFD)) ^ repeat('<')) |
                              zero_bytes(word ^ repeat('&'));
    if (hit != 0)
      break;
  }
  while (p < text.size() && !is_dress(text[p]))
    ++p;
  return p;
}

layer undress_markup(std::string_view text, dialect dress) {
  return markup(text, dress).run();
}

undressed::undressed(std::string_view source, dialect dress) : source_(source), text_(source) {
  take_off(dress);
}

undressed::undressed(std::string_view source, layer&& decoded, dialect dress)
    : source_(source),
      text_(source) {
  add(std::move(decoded));
  take_off(dress);
}

void undressed::take_off(dialect dress) {
  if (dress == dialect::json || dress == dialect::automatic) {
    const std::size_t first = text_.find_first_not_of(" \t\r\n");
    const bool document = first != std::string_view::npos &&
                          std::string_view("{[\"").find(text_[first]) != std::string_view::npos;
    json_layer decoded = undress_json(text_, dress == dialect::json && !document);
    add(std::move(decoded.text));
    if (!decoded.nested.empty()) // JSON in a JSON string happens in logs
      add(undress_nested_json(text_, decoded.nested));
  }
  add(undress_markup(text_, dress));
}

void undressed::add(layer&& next) {
  if (!next.changed())
    return;
  layers_.push_back(std::move(next));
  text_ = layers_.back().text();
}

std::size_t undressed::source_begin(std::size_t position) const noexcept {
  for (auto it = layers_.rbegin(); it != layers_.rend(); ++it)
    position = it->source_begin(position);
  return position;
}

std::size_t undressed::source_end(std::size_t position) const noexcept {
  for (auto it = layers_.rbegin(); it != layers_.rend(); ++it)
    position = it->source_end(position);
  return position;
}

} // namespace isacbot::observables
