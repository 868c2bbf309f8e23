/// File names against domains: the decision where a name may be both, and names that are neither.
#include "observables/reader.hpp"

#include "observables/file_extensions.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::string_view file_verbs[] = {
    "drop",    "drops",    "dropped",  "dropping",  "run",     "runs",       "running",  "ran",
    "execute", "executes", "executed", "executing", "file",    "files",      "filename", "filenames",
    "script",  "scripts",  "module",   "payload",   "binary",  "named",      "called",   "attachment",
    "library", "launches", "launched", "saved",     "archive", "executable", "document", "opens",
    "chmod",   "bash",     "python",   "python3",   "perl",    "java",       "dropper",  "installer",
    "loads",   "loader",   "sample",   "unzip",
};
/// Behind a name; `shared` goes on with "object" or "library".
constexpr std::string_view file_nouns[] = {"file",   "files",      "script", "scripts", "library",
                                           "binary", "executable", "module", "archive", "shared"};
constexpr std::string_view host_words[] = {
    "domain", "domains",  "host",       "hosts",  "hostname", "site", "website", "visit",
    "c2",     "resolves", "registered", "server", "url",      "tld",  "dns",     "subdomain",
};
constexpr std::string_view second_level[] = {"com", "co",  "org", "net", "gov", "edu", "ac",
                                             "mil", "gob", "or",  "ne",  "go",  "info"};
constexpr std::string_view package_roots[] = {"com", "org",     "net",  "io",    "edu", "gov",
                                              "de",  "android", "java", "javax", "sun", "me"};
constexpr std::string_view common_tlds[] = {
    "com", "net", "org", "ru", "cn", "de",  "uk",  "fr",   "br",  "pl",    "it",   "nl",    "eu", "co",
    "jp",  "kr",  "tw",  "hk", "in", "us",  "ca",  "au",   "ch",  "at",    "es",   "se",    "no", "fi",
    "dk",  "be",  "cz",  "gr", "tr", "ua",  "ir",  "vn",   "th",  "id",    "my",   "sg",    "mx", "ar",
    "cl",  "pt",  "ro",  "hu", "su", "xyz", "top", "info", "biz", "onion", "site", "online"};
constexpr std::string_view code_roots[] = {
    "this",    "self",      "os",      "sys",        "obj",     "object", "window",  "document", "console",
    "std",     "string",    "math",    "system",     "asyncio", "java",   "javax",   "request",  "response",
    "process", "module",    "exports", "req",        "res",     "event",  "el",      "item",     "user",
    "node",    "ctx",       "context", "config",     "args",    "params", "props",   "state",    "data",
    "thread",  "threading", "file",    "subprocess", "socket",  "re",     "json",    "time",     "datetime",
    "random",  "np",        "pd",      "plt",        "app",     "db",     "logging", "$this"};
/// Products and frameworks whose names look like hosts or scripts.
constexpr std::string_view products[] = {
    "asp.net",   "vb.net",      "ado.net",   "node.js", "vue.js",     "next.js",
    "react.js",  "express.js",  "three.js",  "d3.js",   "angular.js", "discord.js",
    "socket.io", "backbone.js", "moment.js", "nuxt.js", "ember.js",   "microsoft.net"};
constexpr std::string_view short_hosts[] = {"t.co", "t.me", "g.co", "v.gd", "x.co", "u.to", "a.co", "n.pr"};
constexpr std::string_view abbreviations[] = {"inc", "corp", "ltd", "co",  "mr",  "mrs", "dr", "no",
                                              "vs",  "etc",  "al",  "fig", "sec", "ch",  "pp", "ver"};

/// All labels of one letter and a short tail: `e.g`, `i.e`, `U.S`, `a.k.a`.
bool is_abbreviation(std::string_view lower) noexcept {
  const std::size_t dot = lower.rfind('.');
  if (lower.size() - dot - 1 > 2 || is_one_of(lower, short_hosts))
    return false;
  for (std::size_t i = 0; i < dot; ++i)
    if ((i % 2 == 1) != (lower[i] == '.'))
      return false;
  return dot % 2 == 1;
}

bool is_product(std::string_view name) noexcept {
  return name.size() <= 13 &&
         (name.ends_with("js") || has_upper(name) || name.ends_with("net") || name.ends_with("io")) &&
         is_one_of(name, products);
}

bool is_mixed_tail(std::string_view label) noexcept {
  return has_upper(label) &&
         !std::all_of(label.begin(), label.end(), [](char c) { return !is(c, is_letter) || is_upper(c); });
}

bool is_camel(std::string_view label) noexcept {
  for (std::size_t i = 1; i < label.size(); ++i)
    if (is_upper(label[i]) && is(label[i - 1], is_letter) && !is_upper(label[i - 1]))
      return true;
  return false;
}

} // namespace

/// Whether a hash stands right before or behind on the same line: then a name is a file's.
bool reader::has_hash_beside(std::size_t begin, std::size_t end) const noexcept {
  std::size_t p = map_.end(end);
  std::size_t stop = std::min(window_.size(), p + 6);
  while (p < stop && !is(window_[p], is_word) && window_[p] != '\n')
    ++p;
  std::size_t run = p;
  while (run < window_.size() && run < p + 65 && is(window_[run], is_hex))
    ++run;
  if (run - p >= 32)
    return true;
  p = map_.begin(begin);
  stop = p > 6 ? p - 6 : 0;
  while (p > stop && !is(window_[p - 1], is_word) && window_[p - 1] != '\n')
    --p;
  run = p;
  while (run > 0 && p - run < 65 && is(window_[run - 1], is_hex))
    --run;
  return p - run >= 32;
}

/// The kind of the name read last, when only list marks or a conjunction stand between.
std::optional<type> reader::neighbour(std::size_t begin) const noexcept {
  const std::size_t at = map_.begin(begin);
  if (!last_named_.known || last_named_.end > at || at - last_named_.end > 24)
    return std::nullopt;
  const std::string_view gap = window_.substr(last_named_.end, at - last_named_.end);
  std::size_t word = gap.size();
  for (std::size_t i = 0; i < gap.size(); ++i)
    if (is(gap[i], is_word)) {
      word = i;
      break;
    }
  std::size_t word_end = word;
  while (word_end < gap.size() && is(gap[word_end], is_word))
    ++word_end;
  const std::string_view between = gap.substr(word, word_end - word);
  const bool list = (between.empty() || between == "and" || between == "or") &&
                    (classes_of(gap.substr(word_end)) & is_word) == 0;
  if (!list || gap.find_first_of(".:(") != std::string_view::npos)
    return std::nullopt;
  return last_named_.kind;
}

/// Decides for a name that is a valid host and ends like a file.
/// @param last  last label, lower case
bool reader::is_file(std::size_t begin, std::size_t end, std::string_view last, bool marked) const {
  const extension kind = classify_extension(last);
  if (marked || kind == extension::none)
    return false;
  if (begin > 0 &&
      (token_[begin - 1] == '\\' || (token_[begin - 1] == '/' && !(begin > 1 && token_[begin - 2] == '/'))))
    return kind != extension::likely_host || last != "com";
  const std::string_view name(host_);
  const std::size_t last_dot = name.rfind('.');
  const std::size_t dot = last_dot == 0 ? std::string_view::npos : name.rfind('.', last_dot - 1);
  if (dot != std::string_view::npos) { // three labels or more
    const std::string_view middle = name.substr(dot + 1, last_dot - dot - 1);
    if (kind == extension::file || only(middle, is_digit))
      return true;
    const extension inner = classify_extension(middle);
    return inner == extension::file || inner == extension::likely_file;
  }
  const std::string_view first = name.substr(0, last_dot);
  if (is_one_of(first, second_level))
    return false; // `com.py`: a public suffix
  if (kind == extension::likely_host && last == "com")
    return false;
  if (has_hash_beside(begin, end))
    return true;
  const std::string_view word = word_before(map_.begin(begin));
  if (is_one_of(word, file_verbs))
    return true;
  if (is_one_of(word, host_words))
    return false;
  const std::string_view noun = word_behind(map_.end(end));
  if (is_one_of(noun, file_nouns))
    return true;
  if (is_one_of(noun, host_words))
    return false;
  if (token_.substr(begin, end - begin).ends_with(".app") && is_upper(token_[begin]))
    return true; // `Terminal.app`: a bundle of macOS
  // Among hosts a name that can be none (`config.py`) stays what it is alone.
  if (std::optional<type> beside = neighbour(begin); beside && !is_code(begin, end, token_.size()))
    return *beside == type::software;
  return kind != extension::likely_host;
}

/// Names that look like a host and are none: code, abbreviations, a missing space after a full stop.
bool reader::is_code(std::size_t begin, std::size_t end, std::size_t limit) const {
  const std::string_view written = token_.substr(begin, end - begin);
  const std::string_view lower(host_);
  const std::size_t last_dot = written.rfind('.');
  const std::string_view last_written = written.substr(last_dot + 1);
  const std::string_view last = lower.substr(lower.rfind('.') + 1);
  const std::size_t first_dot = written.find('.');
  static constexpr std::string_view label_heads[] = {"Trojan",     "Backdoor", "Worm",     "Virus",
                                                     "Ransom",     "Exploit",  "HackTool", "Adware",
                                                     "Downloader", "Rootkit",  "Spyware"};
  const std::string_view first = written.substr(0, first_dot);
  if (is_mixed_tail(last_written))
    return true; // `end.The`, `System.Net`
  if (std::find(std::begin(label_heads), std::end(label_heads), first) != std::end(label_heads))
    return true; // `Trojan.Agent.AI`: an antivirus label
  if (is_abbreviation(lower) || is_product(written))
    return true;
  if (has_upper(last_written) && !has_upper(first) && (classes_of(first) & is_letter) != 0)
    return true; // `end.IT`
  const bool two = first_dot == last_dot;
  if (two && first.size() <= 2 && only(first, is_digit) && last.size() == 2)
    return true; // `1.in`
  if (two && last.size() <= 3 && first.size() <= 4 && is_one_of(first, abbreviations) &&
      last_written.size() == 2)
    return true; // `Inc.in`
  const bool code_word = is_code_word(last);
  const char next = end < limit ? token_[end] : ' ';
  const char before = begin > 0 ? token_[begin - 1] : ' ';
  if (code_word && (next == '(' || before == '$' || next == '='))
    return true;
  if (code_word && is_camel(written) && last != "net" && last != "io" && last != "info")
    return true;
  if (code_word && is_one_of(first, code_roots))
    return true;
  return !two && is_one_of(first, package_roots) && !is_one_of(last, common_tlds);
}

/// Signs that hug a file's name and belong to it: `~tmp.doc`, `$Recycle.bin`, `Merry!.docx`, `a+b.exe`.
void reader::emit_file(std::size_t begin, std::size_t end) {
  auto at = [&](std::size_t p) { return p < token_.size() ? token_[p] : ' '; };
  std::size_t first = begin;
  if (first > 0 && (at(first - 1) == '~' || at(first - 1) == '$') && at(end) != at(first - 1))
    --first;
  if (first > 1 && (at(first - 1) == '!' || at(first - 1) == '+' || at(first - 1) == '\'') &&
      is(at(first - 2), is_word) && at(end) != at(first - 1))
    for (--first; first > 0 && is(at(first - 1), is_word | is_joiner);)
      --first;
  emit(type::software, token_.substr(first, end - first), first, end);
  read_hash_in(begin, end);
}

/// A name with a dot inside: file, antivirus label, host, or URL without a scheme.
/// @param begin,end  first and last byte are letters or digits
/// @returns where it ends, or `begin` when it is none of those
std::size_t reader::read_named(std::size_t begin, std::size_t end, std::size_t limit) {
  const std::string_view name = token_.substr(begin, end - begin);
  if (std::size_t dots = name.find(".."); dots != std::string_view::npos) {
    // An ellipsis parts two names.
    std::size_t rest = begin + dots;
    while (rest < end && token_[rest] == '.')
      ++rest;
    if (name.substr(0, dots).find('.') != std::string_view::npos)
      read_named(begin, begin + dots, begin + dots);
    else
      read_atom_words(begin, begin + dots);
    return rest;
  }
  if (name.size() > 1024)
    return end; // no name is that long
  const bool marked = is_marked(begin, end);
  const std::size_t last_dot = name.rfind('.');
  char lower[16];
  const std::string_view written = name.substr(last_dot + 1);
  std::size_t n = 0;
  for (; n < written.size() && n < sizeof lower; ++n)
    lower[n] = fold(written[n]);
  const std::string_view last(lower, n);
  const char before = begin > 0 ? token_[begin - 1] : ' ';
  const char next = end < limit ? token_[end] : ' ';
  if (!marked)
    if (std::size_t at = map_.begin(begin); read_label(at, map_.end(end)) != at)
      return end;
  const bool in_path = before == '\\' || (before == '/' && !(begin > 1 && token_[begin - 2] == '/'));
  if (next == '_' && last.size() == 2 &&
      (last == "ex" || last == "dl" || last == "sc" || last == "do" || last == "xl" || last == "js")) {
    value_.assign(name).append(last == "ex"   ? "e"
                               : last == "dl" ? "l"
                               : last == "sc" ? "r"
                               : last == "do" ? "c"
                               : last == "xl" ? "s"
                                              : "e");
    observable_flags flags;
    flags.defanged = true;
    emit(type::software, value_, begin, end + 1, flags);
    return end + 1;
  }
  const bool host = read_host(begin, end);
  if (!host) {
    const extension kind = classify_extension(last);
    const bool pattern = before == '*' || before == '%';
    const bool product = is_product(name);
    if (kind == extension::none || last == "com" || pattern || product || next == '(' ||
        (is_mixed_tail(written) && !in_path))
      return begin;
    if (kind == extension::file && written.size() == 1 && !in_path)
      return begin; // `foo.h` and the like: source code
    emit_file(begin, end);
    return end;
  }
  if (is_file(begin, end, last, marked)) {
    const bool call = next == '(' && classify_extension(last) != extension::file;
    if (before == '*' || call || is_product(name))
      return end;
    emit_file(begin, end);
    return end;
  }
  if (before == '\\' && !marked && !(begin > 1 && token_[begin - 2] == '\\'))
    return end; // an account of a domain, a folder: not a host
  if (!marked && is_code(begin, end, limit))
    return end;
  if (in_path && before == '/' && next == '/' && !marked)
    return end; // a folder
  std::size_t from = begin;
  if (begin > 0 && token_[begin - 1] == '_' && next != '_' &&
      (begin == 1 || !is(token_[begin - 2], is_host)) && std::count(host_.begin(), host_.end(), '.') > 1) {
    --from; // `_dmarc.example.org`: a service label
    host_.insert(host_.begin(), '_');
  }
  if (std::size_t after = read_bare_url(from, end, host_, limit); after != from)
    return after;
  emit(type::domain, host_, from, end);
  return end;
}

} // namespace isacbot::observables
