/// The walk: runs between edges, atoms within runs, and emitting what the typed readers found.
#include "observables/reader.hpp"

#include "observables/defang_marks.hpp"
#include "observables/malware_names.hpp"
#include "observables/tld_list.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::size_t longest_plain_run = 200; ///< beyond it a run of Base64 characters is a blob

/// Signs that a local part of an e-mail address may hold beside letters, digits, dots and dashes.
bool is_local_sign(char c) noexcept {
  return c == '+' || c == '%' || c == '&' || c == '~' || c == '#' || c == '$' || c == '!' || c == '\'';
}

bool is_blob(std::string_view run) noexcept {
  return run.find_first_of("+/=") != std::string_view::npos &&
         std::all_of(run.begin(), run.end(),
                     [](char c) { return is(c, is_alnum | is_joiner) || c == '+' || c == '/' || c == '='; });
}

/// Whether the character behind a space may begin a mark or a loose form: asked once a word.
bool may_continue(char next) noexcept {
  return is(next, is_bracket | is_dot | is_at | is_colon) || next == 'd' || next == 'D' || next == 'a' ||
         next == 'A';
}

/// `evilDOTcom`, `evil-dot-com`
bool is_spelled(std::string_view run) noexcept {
  return run.find("DOT") != std::string_view::npos || run.find("-dot-") != std::string_view::npos;
}

/// What hugs a word: punctuation, Markdown, Slack's marks.
constexpr char_set openers("([{'*_~-");
constexpr char_set closers(")]}'*_~-.,:;!?");

} // namespace

reader::reader(const options& opts, collector& found)
    : options_(opts),
      found_(found),
      families_(malware_names::builtin()) {}

void reader::read(const undressed& text, std::uint64_t base, bool loose) {
  source_ = &text;
  base_ = base;
  loose_ = loose;
  window_ = text.text();
  resume_ = 0;
  widest_ = {};
  last_named_ = {};
  last_family_end_ = 0;
  last_attack_end_ = 0;
  const std::size_t size = window_.size();
  const char* const w = window_.data();
  // Runs that begin before the last edge end at one, and need not look out for the end of the text.
  std::size_t guard = size;
  while (guard > 0 && !is(w[guard - 1], is_edge))
    --guard;
  for (std::size_t p = 0; p < size;) {
    if (is(w[p], is_edge)) {
      ++p;
      continue;
    }
    const std::size_t begin = p;
    unsigned classes = 0;
    if (p < guard)
      for (unsigned c = class_of(w[p]); (c & is_edge) == 0; c = class_of(w[++p]))
        classes |= c;
    else
      for (; p < size; ++p)
        classes |= class_of(w[p]);
    std::size_t end = p;
    const bool continues = p + 1 < size && w[p] == ' ' &&
                           (may_continue(w[p + 1]) || (classes & (is_at | is_colon | is_bracket)) != 0);
    if (continues)
      for (std::size_t next; (next = refanger::find_continuation(window_, begin, end, loose_)) != 0;) {
        end = next;
        while (end < size && !is(w[end], is_edge))
          ++end;
        if (end - begin > longest_plain_run * 4)
          break;
      }
    if (end != p)
      classes = classes_of(window_.substr(begin, end - begin));
    if ((classes & ~is_letter) == 0 && end == p && is_plain_word(window_.substr(begin, end - begin)))
      continue; // most words of prose end here
    const bool plain = (classes & ~(is_letter | is_high | is_joiner | is_mark)) == 0 && end - begin < 32;
    if (plain && !(loose_ && is_spelled(window_.substr(begin, end - begin))))
      read_words(begin, end);
    else if (end == p && (classes & is_word) == 0 && !(classes & is_colon))
      continue;
    else
      end = read_run(begin, end, classes);
    p = std::max(end, resume_);
  }
}

/// Whether a word of letters can be nothing that is looked for.
bool reader::is_plain_word(std::string_view word) const noexcept {
  const char first = fold(word[0]);
  const bool prefix = word.size() <= 5 && (first == 'c' || first == 'a' || first == 'h'); // CVE, ASN, hives
  return !prefix && word.size() < 26 && !loose_ && !options_.malware &&
         (word.size() < 3 || !families_.may_match(word));
}

/// A run of nothing but letters: names out of lists, and kinds that go on behind a space (`CVE 2031-4455`).
void reader::read_words(std::size_t begin, std::size_t end) {
  for (std::size_t p = begin; p < end;) {
    while (p < end && !is(window_[p], is_word))
      ++p;
    const std::size_t word = p;
    while (p < end && is(window_[p], is_word))
      ++p;
    if (p > word)
      p = std::max(p, read_listed(word, p));
  }
}

std::size_t reader::read_run(std::size_t begin, std::size_t end, unsigned classes) {
  const std::string_view run = window_.substr(begin, end - begin);
  if ((classes & ~(is_digit | is_joiner | is_mark)) == 0 && run.size() < 26 && (classes & is_joiner) == 0)
    return end; // a number
  if (run.size() > longest_plain_run && (classes & (is_dot | is_colon | is_backslash)) == 0 && is_blob(run))
    return end;
  // What is left inside of the punctuation around it?
  std::size_t first = 0;
  std::size_t last = run.size();
  while (first < last && openers.contains(run[first]))
    ++first;
  while (last > first && closers.contains(run[last - 1]))
    --last;
  const std::string_view inner = run.substr(first, last - first);
  const unsigned inside = inner.size() == run.size() ? classes : classes_of(inner);
  const bool loose = loose_ && is_spelled(inner);
  if (!loose && (inside & ~(is_letter | is_high | is_joiner | is_mark)) == 0 && inner.size() < 32) {
    read_words(begin, end);
    return end;
  }
  const bool spaced = (inside & is_edge) != 0;
  const bool odd_scheme =
      inner.size() > 8 && fold(inner[0]) == 'h' &&
      (inner.find("__") != std::string_view::npos || inner.find("//") != std::string_view::npos);
  if (spaced || (inside & (is_bracket | is_backslash)) != 0 || odd_scheme || loose ||
      ((inside & is_mark) != 0 && inner.find("^.") != std::string_view::npos)) {
    token_ = refanger_.run(window_, begin, end, loose_);
    map_ = refanger_.map();
  } else {
    token_ = run;
    map_ = token_map(begin);
  }
  if ((inside & is_colon) != 0 || map_.refanged())
    read_token();
  else
    read_plain(0, token_.size());
  return end;
}

void reader::read_token() {
  std::size_t p = 0;
  while (true) {
    const std::size_t colon = token_.find("://", p);
    if (colon == std::string_view::npos)
      break;
    std::size_t begin = colon;
    while (begin > p && colon - begin < 10 &&
           (is(token_[begin - 1], is_alnum) || token_[begin - 1] == '*' || token_[begin - 1] == '_' ||
            token_[begin - 1] == '#'))
      --begin;
    scheme found;
    for (; begin < colon; ++begin) // the longest known end of the word: `urlhttp://` begins at `http`
      if (found = read_scheme(token_.substr(begin, colon - begin)); !found.name.empty())
        break;
    std::size_t end = begin;
    if (!found.name.empty()) {
      read_plain(p, begin);
      if (map_.begin(begin) < resume_)
        end = colon + 3;
      else
        end = read_url(begin, colon + 3, found.name, found.defanged);
    } else {
      read_plain(p, colon);
    }
    p = std::max(end, found.name.empty() ? colon + 3 : begin + 1);
    if (p <= colon)
      p = colon + 3;
  }
  read_plain(p, token_.size());
}

/// Walks the atoms (letters, digits, dots, dashes) of a part of the token that holds no `://`.
void reader::read_plain(std::size_t begin, std::size_t end) {
  for (std::size_t p = begin; p < end;) {
    const char c = token_[p];
    if (!is(c, is_host)) {
      if (c == '%' && p + 2 < end && only(token_.substr(p + 1, 2), is_hex))
        p += 3; // an escape; its digits belong to no value
      else if (c == ':' && p + 2 < end && token_[p + 1] == ':' && (p == begin || !is(token_[p - 1], is_word)))
        p = std::max(p + 1, read_ipv6(p, end));
      else
        ++p;
      continue;
    }
    const std::size_t atom = p;
    while (p < end && is(token_[p], is_host))
      ++p;
    if (map_.begin(atom) >= resume_)
      p = std::max(p, read_atom(atom, p, end));
  }
}

std::size_t reader::read_atom(std::size_t begin, std::size_t end, std::size_t limit) {
  const std::string_view atom = token_.substr(begin, end - begin);
  const unsigned classes = classes_of(atom);
  if ((classes & is_word) == 0)
    return end;
  const char next = end < token_.size() ? token_[end] : ' ';
  if (next == '@' || is_local_sign(next)) {
    std::size_t at = end;
    const std::size_t stop = std::min(limit, begin + 80);
    while (at < stop && (is(token_[at], is_host) || is_local_sign(token_[at])))
      ++at;
    if (at < stop && token_[at] == '@')
      if (std::size_t after = read_email(begin, at, limit); after != begin)
        return after;
  }
  if (next == ':' && end < limit) {
    if (only(atom, is_hex)) {
      if (std::size_t after = read_mac(begin, limit); after != begin)
        return after;
      if (std::size_t after = read_ipv6(begin, limit); after != begin)
        return after;
      if (std::size_t after = read_ssdeep(begin, end, limit); after != begin)
        return after;
    }
  }
  if ((next == '\\' || next == ':' || next == ' ' || next == ')') &&
      (fold(atom[0]) == 'h' || fold(atom[0]) == 'r'))
    if (std::size_t at = map_.begin(begin); read_registry(at) != at)
      return end;
  std::size_t first = begin;
  std::size_t last = end;
  while (first < last && !is(token_[first], is_word))
    ++first;
  while (last > first && !is(token_[last - 1], is_word))
    --last;
  if (last - first == 14 && token_[first + 4] == '.' && read_dotted_mac(first, last))
    return end;
  if ((classes & (is_letter | is_high)) == 0 && (classes & is_dot) != 0)
    return std::max(end, read_ipv4(first, last, limit));
  if (token_.substr(first, last - first).find('.') != std::string_view::npos) {
    if (std::size_t after = read_named(first, last, limit); after != first) {
      return std::max(after, end);
    }
  }
  if ((classes & is_joiner) != 0 && last - first == 17)
    if (read_mac(first, limit) != first)
      return end;
  read_atom_words(first, last);
  return end;
}

void reader::emit(type kind, std::string_view value, std::size_t begin, std::size_t end,
                  observable_flags flags) {
  flags.defanged |= map_.is_marked(begin, end);
  emit_at(kind, value, map_.begin(begin), map_.end(end), flags);
}

void reader::emit_at(type kind, std::string_view value, std::size_t begin, std::size_t end,
                     observable_flags flags) {
  if (kind == type::domain || kind == type::software || kind == type::ip || kind == type::url) {
    last_named_ = {kind == type::software ? type::software : type::domain, end, true};
  }
  if (kind == type::mitre_attack)
    last_attack_end_ = end;
  if (!options_.types.contains(kind))
    return;
  if (kind == type::ip || kind == type::cidr_block) {
    flags.special = is_special(kind, value);
    if (flags.special && !options_.special_addresses)
      return;
  }
  if (flags.reference && !options_.references)
    return;
  const std::size_t from = source_->source_begin(begin);
  const std::size_t to = source_->source_end(end);
  const std::size_t index =
      found_.add({kind, value, source_->source().substr(from, to - from), base_ + from, flags});
  if (end - begin > widest_.end - widest_.begin)
    widest_ = {begin, end, index};
}

void reader::emit_derived_host(std::string_view host, std::size_t begin, std::size_t end) {
  if (!options_.derived_hosts)
    return;
  const bool address = is(host.back(), is_digit) || host.find(':') != std::string_view::npos;
  observable_flags flags;
  flags.derived = true;
  emit(address ? type::ip : type::domain, host, begin, end, flags);
}

bool reader::tld(std::string_view lower) const noexcept {
  return options_.tlds ? options_.tlds->contains(lower) : is_builtin_tld(lower);
}

bool reader::is_marked(std::size_t begin, std::size_t end) const noexcept {
  return map_.is_marked(begin, end);
}

/// The word that stands before a position of the window, behind at most a little punctuation.
std::string_view reader::word_before(std::size_t position) const noexcept {
  std::size_t end = position;
  const std::size_t stop = position > 8 ? position - 8 : 0;
  while (end > stop && !is(window_[end - 1], is_word) && window_[end - 1] != '\n')
    --end;
  std::size_t begin = end;
  const std::size_t first = end > 24 ? end - 24 : 0;
  while (begin > first && is(window_[begin - 1], is_word))
    --begin;
  return window_.substr(begin, end - begin);
}

/// The word that follows a position of the window behind a single space: the noun of a phrase.
std::string_view reader::word_behind(std::size_t position) const noexcept {
  const std::size_t begin = position + 1;
  if (begin >= window_.size() || window_[position] != ' ')
    return {};
  const std::size_t last = std::min(window_.size(), begin + 24);
  std::size_t end = begin;
  while (end < last && is(window_[end], is_word))
    ++end;
  return window_.substr(begin, end - begin);
}

/// Whether the line holds nothing else but list marks and punctuation.
bool reader::stands_alone(std::size_t begin, std::size_t end) const noexcept {
  while (begin > 0 && window_[begin - 1] != '\n' && !is(window_[begin - 1], is_word))
    --begin;
  while (end < window_.size() && window_[end] != '\n' && !is(window_[end], is_word))
    ++end;
  return (begin == 0 || window_[begin - 1] == '\n') && (end == window_.size() || window_[end] == '\n');
}

} // namespace isacbot::observables
