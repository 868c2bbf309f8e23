/// The defang forms.
#include "observables/refang.hpp"

#include "observables/characters.hpp"
#include "observables/defang_marks.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::string_view short_tlds_in_brackets[] = {"com", "net", "org", "info", "biz", "ru", "cn"};

/// Words that end a host name by accident when a sentence is typed with a space before its full stop.
constexpr std::string_view prose_tlds[] = {"in", "is", "it", "so", "to", "at", "be", "no",
                                           "me", "my", "do", "am", "as", "us", "by", "on",
                                           "or", "an", "a",  "if", "of", "we", "he", "up"};

} // namespace

bool token_map::is_marked(std::size_t begin, std::size_t end) const noexcept {
  return refanged_ && std::find(marks_ + begin, marks_ + end, true) != marks_ + end;
}

token_map refanger::map() const noexcept {
  token_map out;
  out.refanged_ = true;
  out.begins_ = begins_.get();
  out.ends_ = ends_.get();
  out.marks_ = marks_.get();
  return out;
}

std::size_t refanger::find_continuation(std::string_view window, std::size_t begin, std::size_t end,
                                        bool loose) noexcept {
  const std::size_t limit = std::min(window.size(), end + 80);
  const std::size_t next = skip_spaces(window, end, limit);
  if (next == end || next >= limit)
    return 0;
  const char before = window[end - 1];
  // The word before `p`, without what hugs it.
  auto scheme_before = [&](std::size_t p) {
    std::size_t first = begin;
    while (first < p && !is(window[first], is_word))
      ++first;
    return read_scheme(window.substr(first, p - first));
  };
  auto continues = [&](std::size_t p) -> std::size_t {
    const std::size_t q = skip_spaces(window, p, limit);
    return q < limit && is(window[q], is_word) ? q : 0;
  };
  if (is_opener(before)) { // `evil[ . ]com`
    const mark m = read_mark(window, end - 1, limit);
    return m.closed && !m.text.empty() && m.text != "-" && end - begin > 1 && is(window[end - 2], is_word)
               ? continues(m.end)
               : 0;
  }
  const char c = window[next];
  if (is_opener(c)) { // `evil [.] com`, `evil [.]com`, `bad [at] evil.com`
    const mark m = read_mark(window, next, limit);
    return m.closed && !m.text.empty() && is(before, is_word) && m.text != "-" ? continues(m.end) : 0;
  }
  if (c == ':' && window.substr(next, 3) == "://")
    return scheme_before(end).name.empty() ? 0 : continues(next + 3);
  if (c == '@' && is(before, is_word))
    return continues(next + 1);
  if (c == '.' && next + 1 < limit && window[next + 1] == ' ' && is(before, is_alnum)) { // `evil . com`
    const std::size_t q = continues(next + 1);
    std::size_t stop = q;
    while (stop < limit && is(window[stop], is_alnum))
      ++stop;
    const std::string_view word = window.substr(q, stop - q);
    const bool prose = has_upper(word) || is_one_of(word, prose_tlds) ||
                       (only(word, is_digit) != is(before, is_digit)) ||
                       (stop < limit && is(window[stop], is_high));
    return q == 0 || prose ? 0 : q;
  }
  if (!is(c, is_word))
    return 0;
  // The run itself ends in a mark: `evil[.] com`, `http:// evil.com`, `bad@ evil.com`.
  const std::string_view run = window.substr(begin, end - begin);
  if (run.ends_with("://"))
    return scheme_before(end - 3).name.empty() ? 0 : next;
  if (before == '@')
    return run.size() > 1 && is(run[run.size() - 2], is_word) ? next : 0;
  if (is_closer(before))
    if (std::size_t open = run.find_last_of("[({"); open != std::string_view::npos && open > 0) {
      const mark m = read_mark(window, begin + open, end);
      return m.closed && m.end == end && (m.text == "." || m.text == "@") && is(run[open - 1], is_word) ? next
                                                                                                        : 0;
    }
  if (!loose || !is(before, is_word))
    return 0;
  const std::string_view rest = window.substr(next, limit - next);
  if (starts_folded(rest, "dot ") && is_alnum & class_of(rest.size() > 4 ? rest[4] : ' '))
    return next + 4;
  // ` at ` is prose nearly always: wants capitals, or a defanged domain behind it.
  if (starts_folded(rest, "at ")) {
    const std::string_view line = rest.substr(3, std::min(rest.find('\n'), std::size_t{60}));
    const std::string_view domain = line.substr(0, line.find_first_of(",;()"));
    const bool spelled =
        domain.find(" dot ") != std::string_view::npos || domain.find(" DOT ") != std::string_view::npos;
    const bool shouted =
        rest.starts_with("AT ") && !has_upper(run) && domain.find('.') != std::string_view::npos;
    return spelled || shouted ? next + 3 : 0;
  }
  return 0;
}

std::string_view refanger::run(std::string_view window, std::size_t begin, std::size_t end, bool loose) {
  window_ = window;
  begin_ = begin;
  end_ = end;
  loose_ = loose;
  authority_ = in_path_ = false;
  size_ = 0;
  // `http//` stands for one byte more than it has, and takes at least seven bytes each time.
  const std::size_t room = (end - begin) + (end - begin) / 4 + 8;
  if (room > capacity_) {
    capacity_ = std::max(room, std::size_t{512});
    text_ = std::make_unique_for_overwrite<char[]>(capacity_);
    begins_ = std::make_unique_for_overwrite<std::uint32_t[]>(capacity_);
    ends_ = std::make_unique_for_overwrite<std::uint32_t[]>(capacity_);
    marks_ = std::make_unique_for_overwrite<bool[]>(capacity_);
  }
  for (std::size_t p = begin; p < end;)
    p = read_one(p);
  return {text_.get(), size_};
}

void refanger::put(char c, std::size_t from, std::size_t to, bool marked) {
  text_[size_] = c;
  begins_[size_] = static_cast<std::uint32_t>(from);
  ends_[size_] = static_cast<std::uint32_t>(to);
  marks_[size_] = marked;
  ++size_;
  if (c == '/' || c == '?' || c == '#') {
    if (c == '/' && size_ >= 3 && text_[size_ - 2] == '/' && text_[size_ - 3] == ':')
      authority_ = true, in_path_ = false;
    else if (authority_ || (c != '#' && size_ > 1 && is(text_[size_ - 2], is_word)))
      in_path_ = true;
  } else if (c == ',' || c == ';') {
    authority_ = in_path_ = false; // perhaps the next value of a list
  }
}

void refanger::put_all(std::string_view text, std::size_t from, std::size_t to) {
  for (char c : text)
    put(c, from, to, true);
}

std::size_t refanger::read_one(std::size_t p) {
  const char c = window_[p];
  switch (c) {
  case ' ':
  case '\t':
    return read_space(p);
  case '[':
  case '(':
  case '{':
    return read_bracket(p);
  case '\\':
    return read_backslash(p);
  case ':':
    return read_colon(p);
  case ']':
  case ')':
  case '}':
    if (at(p + 1) == '.' && is_opener(at(p + 2)) && is(at(p + 3), is_word) && is(last(), is_word) &&
        !in_path_) {
      put('.', p, p + 3, true); // `evil].[com`
      return p + 3;
    }
    break;
  case '^':
    if (at(p + 1) == '.' && is(last(), is_word)) {
      put('.', p, p + 2, true);
      return p + 2;
    }
    break;
  case '/':
  case '_':
  case '.':
  case '@':
    return read_separator(p);
  case 'D':
  case '-':
    if (loose_)
      return read_loose(p);
    break;
  default:
    break;
  }
  put(c, p, p + 1, false);
  return p + 1;
}

/// Spaces in a run stand only beside a mark; ` dot ` and ` at ` are marks themselves.
std::size_t refanger::read_space(std::size_t p) {
  const std::size_t word = skip_spaces(window_, p, end_);
  const std::string_view rest = window_.substr(word, end_ - word);
  const bool dot = starts_folded(rest, "dot ");
  if (loose_ && is(last(), is_word) && (dot || starts_folded(rest, "at "))) {
    const std::size_t after = word + (dot ? 4 : 3);
    put(dot ? '.' : '@', p, after, true);
    return after;
  }
  return word;
}

std::size_t refanger::read_bracket(std::size_t p) {
  const mark m = read_mark(window_, p, end_);
  const char next = at(m.end);
  if (!m.text.empty() && (m.closed || !in_path_)) {
    const bool tier_a = m.closed && m.end - p >= 3;
    const bool between = is(last(), is_word) && is(next, is_word);
    // In a path brackets can be real, and one-sided ones mean something only between two parts of a value.
    if (tier_a ? (m.text != "-" || between)
               : between || (m.text != "." && m.text != "-" && is(next, is_word | is_slash))) {
      put_all(m.text, p, m.end);
      return m.end;
    }
  }
  if (!in_path_) {
    if (m.empty && is(last(), is_word) && is(next, is_word)) {
      put('.', p, m.end, true);
      return m.end;
    }
    if (std::size_t after = read_label(p); after != p)
      return after;
  }
  put(window_[p], p, p + 1, false);
  return p + 1;
}

/// `[www].evil.com`, `evil.[com]`, `[http]://`, `h[tt]p`: brackets around letters that stay.
std::size_t refanger::read_label(std::size_t p) {
  std::size_t end = p + 1;
  while (end < end_ && end < p + 64 && (is(window_[end], is_alnum) || window_[end] == '-'))
    ++end;
  const std::string_view label = window_.substr(p + 1, end - p - 1);
  if (label.empty() || end >= end_ || !is_closer(window_[end]))
    return p;
  const char next = at(end + 1);
  const bool at_start = !is(last(), is_word);
  const bool host = at_start && (next == '.' || (last() == '.' && size_ > 0)) && label.size() > 1;
  const bool whole_scheme =
      at_start && is_web(label) && (next == ':' || next == '[' || (fold(next) == 's' && at(end + 2) == ':'));
  const bool part = (last() == 'h' || last() == 'H') && label.size() == 2 && fold(next) == 'p';
  const bool tail = loose_ && is(last(), is_word) && !is(next, is_word | is_bracket) &&
                    is_one_of(label, short_tlds_in_brackets);
  if (!host && !whole_scheme && !part && !tail)
    return p;
  if (tail)
    put('.', p, p + 1, true);
  for (std::size_t i = p + 1; i < end; ++i)
    put(window_[i], i == p + 1 && !tail ? p : i, i + 1 == end ? end + 1 : i + 1, !tail);
  return end + 1;
}

std::size_t refanger::read_backslash(std::size_t p) {
  std::size_t q = p;
  while (at(q) == '\\' && q < p + 2)
    ++q;
  // A backslash that stands before anything but a dot makes the run a path.
  bool path = p == begin_;
  for (std::size_t i = p - std::min<std::size_t>(p - begin_, 256); i < p && !path; ++i)
    path = window_[i] == '%' || (window_[i] == '\\' && window_[i + 1] != '.' && window_[i + 1] != '\\');
  if (at(q) == '.' && is(last(), is_word) && is(at(q + 1), is_word) && !path) {
    put('.', p, q + 1, true);
    return q + 1;
  }
  if (at(p + 1) == '/') {
    put('/', p, p + 2, false);
    return p + 2;
  }
  put('\\', p, p + 1, false);
  return p + 1;
}

std::size_t refanger::read_colon(std::size_t p) {
  const std::string_view rest = window_.substr(p, std::min(end_ - p, std::size_t{5}));
  const scheme known = rest.size() > 2 ? read_scheme(last_word()) : scheme{};
  if (!known.name.empty() && known.name != "file") {
    if ((rest.starts_with(":\\\\") || rest.starts_with(":__")) && is(at(p + 3), is_word | is_bracket)) {
      put_all("://", p, p + 3);
      return p + 3;
    }
    if (rest.starts_with("://")) {
      const std::size_t after = at(p + 3) == '/' ? p + 4 : p + 3;
      put(':', p, p + 1, false);
      put('/', p + 1, p + 2, false);
      put('/', p + 2, after, after == p + 4);
      return after;
    }
  }
  return read_separator(p);
}

/// A separator that may be half bracketed (`evil.]com`), or stand for more (`http//`, `hxxp__`).
std::size_t refanger::read_separator(std::size_t p) {
  const char c = window_[p];
  if ((c == '/' || c == '_') && at(p + 1) == c && !in_path_ && !authority_ && is(at(p + 2), is_word) &&
      last() != ':' && is_web(last_word())) {
    put_all("://", p, p + 2);
    return p + 2;
  }
  if (c != '_' && c != '/' && is_closer(at(p + 1)) && !in_path_ && is(last(), is_word)) {
    std::size_t q = p + 1;
    while (q < p + 4 && is_closer(at(q)))
      ++q;
    if (is(at(q), is_word) || (c == ':' && at(q) == '/')) {
      put(c, p, q, true);
      return q;
    }
  }
  const bool spaced =
      c != '_' && c != '/' && p > begin_ && (window_[p - 1] == ' ' || at(p + 1) == ' ') && p + 1 < end_;
  put(c, p, p + 1, spaced);
  return p + 1;
}

/// `evilDOTcom`, `evil-dot-com`: never in lower case without dashes.
std::size_t refanger::read_loose(std::size_t p) {
  const std::string_view rest = window_.substr(p, end_ - p);
  const bool word = rest.starts_with("DOT") &&
                    (is(last(), is_digit) || (is(last(), is_letter) && !is_upper(last()))) &&
                    is(at(p + 3), is_word) && !is_upper(at(p + 3));
  const bool dashed = starts_folded(rest, "-dot-") && is(last(), is_word) && is(at(p + 5), is_word);
  const std::size_t after = p + (word ? 3 : 5);
  if (!word && !dashed) {
    put(window_[p], p, p + 1, false);
    return p + 1;
  }
  put('.', p, after, true);
  return after;
}

std::string_view refanger::last_word() const noexcept {
  std::size_t begin = size_;
  while (begin > 0 && size_ - begin < 10 && (is(text_[begin - 1], is_alnum) || text_[begin - 1] == '*'))
    --begin;
  // A star is part of `h**p`, and Markdown in front of a word.
  while (begin < size_ && text_[begin] == '*')
    ++begin;
  return {text_.get() + begin, size_ - begin};
}

} // namespace isacbot::observables
