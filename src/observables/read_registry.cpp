/// Registry keys: hives by any of their spellings, and where a key ends although names may hold spaces.
#include "observables/reader.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

struct hive {
  std::string_view written; ///< lower case
  std::string_view name;
};
constexpr hive hives[] = {
    {"hklm", "HKLM"}, {"hkey_local_machine", "HKLM"},  {"hkcu", "HKCU"}, {"hkey_current_user", "HKCU"},
    {"hkcr", "HKCR"}, {"hkey_classes_root", "HKCR"},   {"hku", "HKU"},   {"hkey_users", "HKU"},
    {"hkcc", "HKCC"}, {"hkey_current_config", "HKCC"}, {"hkpd", "HKPD"}, {"hkey_performance_data", "HKPD"},
};

/// Last names that hold spaces and are common in reports.
constexpr std::string_view spaced_names[] = {
    "windows nt",
    "internet settings",
    "internet explorer",
    "browser helper objects",
    "active setup",
    "installed components",
    "image file execution options",
    "shell folders",
    "user shell folders",
    "session manager",
    "control panel",
    "shell extensions",
    "windows defender",
    "real-time protection",
    "windows error reporting",
    "terminal server",
    "command processor",
    "windows script host",
    "security center",
    "app paths",
    "policy manager",
    "windows firewall",
    "print processors",
    "credential providers",
    "known dlls",
};

/// Words of a sentence: they end a key that would reach the next backslash.
constexpr std::string_view prose[] = {
    "and", "or",  "to",    "in",       "with",  "for",  "is",   "was",   "are",     "were",
    "the", "key", "value", "registry", "which", "that", "then", "under", "from",    "by",
    "as",  "at",  "on",    "has",      "have",  "will", "via",  "using", "pointing"};

constexpr std::size_t longest_key = 1024;
constexpr std::size_t longest_name = 64;

bool ends_name(char c) noexcept {
  return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '`' || c == '|' || c == ',' || c == ';' ||
         c == '=' || c == ':' || c == '>' || c == ']' || c == ')' || c == '\x7F';
}

bool is_prose(std::string_view word) noexcept {
  return is_one_of(word, prose);
}

/// Whether the space at `p` is inside a name: the next backslash comes soon, and nothing before it ends a
/// key.
bool reaches_separator(std::string_view text, std::size_t p) noexcept {
  const std::size_t stop = std::min(text.size(), p + longest_name);
  int spaces = 0;
  std::size_t word = p + 1;
  for (std::size_t q = p; q < stop; ++q) {
    const char c = text[q];
    if (c == '\\')
      return text[q - 1] != ' ' && !is_prose(text.substr(word, q - word)) &&
             !starts_folded(text.substr(word, q - word), "hk");
    if (c == ' ') {
      if (q > p && is_prose(text.substr(word, q - word)))
        return false;
      if (++spaces > 4 || (q + 1 < stop && (text[q + 1] == ' ' || text[q + 1] == '-' || text[q + 1] == '/')))
        return false;
      word = q + 1;
    } else if (ends_name(c) || c == '%' || c == '<' || c == '(' || c == '\'') {
      return false;
    }
  }
  return false;
}

std::size_t spaced_name_end(std::string_view text, std::size_t name) noexcept {
  std::size_t best = name;
  for (std::string_view known : spaced_names) {
    const std::size_t end = name + known.size();
    if (starts_folded(text.substr(name), known) && (end == text.size() || !is(text[end], is_word)))
      best = std::max(best, end);
  }
  return best;
}

/// Whether all words up to `end` read like parts of a name and not like a sentence.
bool is_titled(std::string_view text) noexcept {
  int words = 0;
  for (std::size_t p = 0; p < text.size();) {
    const std::size_t end = std::min(text.find(' ', p), text.size());
    const std::string_view word = text.substr(p, end - p);
    if (!only(word, is_letter) || ++words > 4 || !is_upper(word[0]) || word.size() < 2 || is_upper(word[1]))
      return false;
    p = end + 1;
  }
  return words > 0;
}

} // namespace

/// @param begin  the hive's name in the window
std::size_t reader::read_registry(std::size_t begin) {
  const std::string_view text = window_.substr(0, std::min(window_.size(), begin + longest_key));
  std::size_t p = begin;
  while (p < text.size() && p < begin + 24 && (is(text[p], is_letter) || text[p] == '_'))
    ++p;
  const std::string_view word = text.substr(begin, p - begin);
  std::string_view name;
  std::size_t from = begin;
  if (equal_folded(word, "registry") && begin > 0 && text[begin - 1] == '\\') {
    const std::string_view rest = text.substr(p);
    if (starts_folded(rest, "\\machine\\")) {
      name = "HKLM";
      p += 8;
    } else if (starts_folded(rest, "\\user\\")) {
      name = "HKU";
      p += 5;
    }
    --from;
  } else {
    for (const hive& h : hives)
      if (equal_folded(word, h.written))
        name = h.name;
  }
  if (name.empty() || p >= text.size())
    return begin;
  if (text[p] == '>' || text[p] == ')' || text[p] == ':')
    ++p;
  const bool powershell = text[p - 1] == ':' && p < text.size() && is(text[p], is_letter);
  if (!powershell && (p >= text.size() || text[p] != '\\'))
    return begin;
  char quote = begin > 0 ? text[begin - 1] : ' ';
  if (quote != '"' && quote != '`' && quote != '\'')
    quote = ' ';

  std::string key(name);
  std::size_t end = p; // behind the last name
  while (p < text.size()) {
    while (p < text.size() && text[p] == '\\')
      ++p;
    const std::size_t first = p;
    std::size_t last = p; // of the name, so far as accepted
    while (p < text.size()) {
      const char c = text[p];
      if (c == '<') { // a placeholder: `<SID>`
        const std::size_t closing = text.substr(0, std::min(text.size(), p + 40)).find('>', p);
        if (closing == std::string_view::npos ||
            text.substr(p, closing - p).find(' ') != std::string_view::npos)
          break;
        p = closing + 1;
      } else if (c == '\\' || ends_name(c) || (c == quote && quote != ' ')) {
        break;
      } else if (c == ' ') {
        if (p == first || !reaches_separator(text, p))
          break;
        ++p;
      } else if (c == '(' && (p == first || text[p - 1] != ' ')) {
        const std::size_t closing = text.find(')', p);
        if (p != first || closing == std::string_view::npos || closing > p + 32)
          break;
        p = closing + 1;
      } else {
        ++p;
      }
      last = p;
    }
    if (last == first)
      break;
    const bool more = p < text.size() && text[p] == '\\';
    if (!more && p < text.size() && text[p] == ' ') { // the last name, and a space: inside of it?
      // Looking for the end of the line costs more than the rest: only when it can matter.
      const bool titled = p + 1 < text.size() && is_upper(text[p + 1]);
      const std::size_t line_end =
          quote == ' ' && !titled
              ? p
              : std::min(text.substr(0, p + 2 * longest_name).find_first_of("\n\r", p), text.size());
      const std::size_t closing = quote == ' ' ? std::string_view::npos : text.find(quote, p);
      if (closing != std::string_view::npos && closing < line_end && closing < p + longest_name) {
        const std::string_view quoted = text.substr(p, closing - p);
        if (quoted.find_first_of(",;=|") == std::string_view::npos &&
            quoted.find(" /") == std::string_view::npos)
          last = closing;
      } else if (std::size_t known = spaced_name_end(text, first); known > last) {
        last = known;
      } else {
        std::size_t line = from;
        while (line > 0 && text[line - 1] != '\n' && !is(text[line - 1], is_word))
          --line;
        if (titled && (line == 0 || text[line - 1] == '\n') &&
            is_titled(text.substr(p + 1, line_end - p - 1)))
          last = line_end;
      }
    }
    key.append("\\").append(text.substr(first, last - first));
    p = end = last;
    if (!more)
      break;
  }
  const std::size_t hive_size = name.size();
  while (key.size() > hive_size &&
         std::string_view(".,;:!?'*_\\ )]}").find(key.back()) != std::string_view::npos) {
    if (key.back() == '*' && key[key.size() - 2] == '\\')
      break; // a wildcard is a name
    if ((key.back() == ')' && key.find('(') != std::string::npos) ||
        (key.back() == '}' && key.find('{') != std::string::npos))
      break;
    if (key.back() != '\\')
      --end;
    key.pop_back();
  }
  if (key.size() <= hive_size + 1)
    return begin;
  emit_at(type::registry_key, key, from, std::max(end, from + 1), {});
  resume_ = std::max(resume_, end);
  return end;
}

} // namespace isacbot::observables
