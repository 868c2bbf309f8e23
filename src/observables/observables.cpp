/// First narrow extractor: splits at white space and types whole tokens. The single pass replaces it.
#include "observables/observables.hpp"

#include "observables/malware_names.hpp"
#include "observables/tld_list.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include <arpa/inet.h>

namespace isacbot::observables {
namespace {

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + 32);
  return out;
}

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = s.find(from, at)) != std::string::npos; at += to.size())
    s.replace(at, from.size(), to);
}

bool is_hex(std::string_view s) {
  return s.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::optional<std::string> read_ip(std::string_view s) {
  std::string text(s);
  unsigned char bytes[16];
  char out[INET6_ADDRSTRLEN];
  for (int family : {AF_INET, AF_INET6})
    if (inet_pton(family, text.c_str(), bytes) == 1)
      return std::string(inet_ntop(family, bytes, out, sizeof out));
  return std::nullopt;
}

std::optional<std::string> read_domain(std::string_view s, const options& o) {
  std::string text = lower(s);
  std::size_t dot = text.rfind('.');
  if (dot == std::string::npos || text.size() > 253 || text.find("..") != std::string::npos ||
      text.front() == '.')
    return std::nullopt;
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") != std::string::npos)
    return std::nullopt;
  std::string_view tail = std::string_view(text).substr(dot + 1);
  if (!(o.tlds ? o.tlds->contains(tail) : is_builtin_tld(tail)))
    return std::nullopt;
  return text;
}

std::optional<observable> classify(std::string_view token, const options& o) {
  observable x;
  x.raw = std::string(token);
  std::string s(token);
  for (auto [from, to] : std::initializer_list<std::pair<const char*, const char*>>{{"[.]", "."},
                                                                                    {"(.)", "."},
                                                                                    {"[dot]", "."},
                                                                                    {"[:]", ":"},
                                                                                    {"[at]", "@"},
                                                                                    {"[@]", "@"},
                                                                                    {"[://]", "://"}})
    replace_all(s, from, to);
  if (lower(s).rfind("hxxp", 0) == 0)
    s.replace(0, 4, "http");
  x.flags.defanged = s != token;
  auto done = [&](type kind, std::string value) {
    x.kind = kind;
    x.value = std::move(value);
    x.flags.special = is_special(kind, x.value);
    return x;
  };
  if (std::size_t at = s.find("://"); at != std::string::npos) {
    std::size_t path = s.find_first_of("/?#", at + 3);
    std::string rest = path == std::string::npos ? "" : s.substr(path);
    std::string host = lower(s.substr(0, path));
    return done(type::url, host + (rest == "/" ? "" : rest));
  }
  if (auto ip = read_ip(s))
    return done(type::ip, *ip);
  if (std::size_t slash = s.find('/'); slash != std::string::npos)
    if (auto ip = read_ip(s.substr(0, slash))) {
      unsigned bits = 0;
      auto [end, failed] = std::from_chars(s.data() + slash + 1, s.data() + s.size(), bits);
      bool v6 = ip->find(':') != std::string::npos;
      if (failed == std::errc{} && end == s.data() + s.size() && bits <= (v6 ? 128U : 32U)) {
        std::array<unsigned char, 16> raw{};
        inet_pton(v6 ? AF_INET6 : AF_INET, ip->c_str(), raw.data());
        for (unsigned i = bits; i < (v6 ? 128U : 32U); ++i)
          raw[i / 8] = static_cast<unsigned char>(raw[i / 8] & ~(0x80U >> i % 8));
        char out[INET6_ADDRSTRLEN];
        return done(type::cidr_block,
                    std::string(inet_ntop(v6 ? AF_INET6 : AF_INET, raw.data(), out, sizeof out)) + "/" +
                        std::to_string(bits));
      }
    }
  if (std::size_t at = s.find('@'); at != std::string::npos && at > 0)
    if (auto host = read_domain(s.substr(at + 1), o))
      return done(type::email_address, lower(s.substr(0, at)) + "@" + *host);
  if (is_hex(s))
    switch (s.size()) {
    case 32:
      return done(type::md5, lower(s));
    case 40:
      return done(type::sha1, lower(s));
    case 64:
      return done(type::sha256, lower(s));
    default:
      break;
    }
  if (lower(s).rfind("cve-", 0) == 0 && s.size() >= 13 && s[8] == '-' &&
      s.find_first_not_of("0123456789", 9) == std::string::npos)
    return done(type::cve, "CVE" + s.substr(3));
  if (auto host = read_domain(s, o))
    return done(type::domain, *host);
  return std::nullopt;
}

} // namespace

struct scanner::state {
  options opts;
  std::string text;
  std::vector<observable> found;
};

scanner::scanner(options opts) : state_(std::make_unique<state>()) {
  state_->opts = std::move(opts);
}
scanner::~scanner() = default;
scanner::scanner(scanner&&) noexcept = default;
scanner& scanner::operator=(scanner&&) noexcept = default;

void scanner::feed(std::string_view chunk) {
  state_->text += chunk;
}

void scanner::finish() {
  std::string_view text = state_->text;
  std::unordered_map<std::string, std::size_t> seen;
  constexpr std::string_view gaps = " \t\r\n\"'<>|,;`";
  for (std::size_t at = text.find_first_not_of(gaps); at != std::string_view::npos;) {
    std::size_t end = std::min(text.find_first_of(gaps, at), text.size());
    std::string_view token = text.substr(at, end - at);
    std::size_t begin = at;
    at = text.find_first_not_of(gaps, end);
    while (!token.empty() && (token.front() == '(' || token.front() == '*')) {
      token.remove_prefix(1);
      ++begin;
    }
    while (!token.empty() && std::string_view(".:!?)*").find(token.back()) != std::string_view::npos)
      token.remove_suffix(1);
    if (token.empty())
      continue;
    auto x = classify(token, state_->opts);
    if (!x || !state_->opts.types.contains(x->kind) || (x->flags.special && !state_->opts.special_addresses))
      continue;
    auto [place, fresh] = seen.try_emplace(std::string(to_string(x->kind)) + x->value, state_->found.size());
    if (!fresh) {
      ++state_->found[place->second].count;
      continue;
    }
    x->offset = begin;
    state_->found.push_back(std::move(*x));
  }
  state_->text.clear();
}

std::size_t scanner::size() const noexcept {
  return state_->found.size();
}

scanner::view scanner::operator[](std::size_t index) const noexcept {
  const observable& x = state_->found[index];
  return {x.kind, x.value, x.raw, x.offset, x.count, x.flags};
}

std::vector<observable> extract(std::string_view text, const options& opts) {
  scanner s(opts);
  s.feed(text);
  s.finish();
  std::vector<observable> out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    scanner::view x = s[i];
    out.push_back({x.kind, std::string(x.value), std::string(x.raw), x.offset, x.count, x.flags});
  }
  return out;
}

std::optional<observable> parse_value(std::string_view text, const options& opts) {
  constexpr std::string_view gaps = " \t\r\n";
  std::size_t begin = text.find_first_not_of(gaps);
  if (begin == std::string_view::npos)
    return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(gaps) - begin + 1);
  std::vector<observable> found = extract(text, opts);
  if (found.size() != 1 || found[0].count != 1 || found[0].raw != text)
    return std::nullopt;
  found[0].offset = begin;
  return std::move(found[0]);
}

} // namespace isacbot::observables
