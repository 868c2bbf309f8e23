/// URLs: with a scheme wherever it begins, or `host/path`; and where they end.
#include "observables/reader.hpp"

#include "observables/address.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::size_t longest_url = 16 * 1024;

/// Vendors' pages about an indicator: the hash in the path is wanted, the link is context.
constexpr std::string_view vendor_hosts[] = {
    "virustotal.com",
    "hybrid-analysis.com",
    "bazaar.abuse.ch",
    "malshare.com",
    "app.any.run",
    "any.run",
    "joesandbox.com",
    "tria.ge",
    "urlscan.io",
    "otx.alienvault.com",
    "malwr.com",
    "virusshare.com",
    "urlhaus.abuse.ch",
    "threatfox.abuse.ch",
    "opentip.kaspersky.com",
    "analyze.intezer.com",
};
/// Schemas, standards, licences: boilerplate of documents.
constexpr std::string_view boilerplate_hosts[] = {
    "w3.org",
    "schemas.microsoft.com",
    "schemas.xmlsoap.org",
    "schemas.openxmlformats.org",
    "purl.org",
    "xmlns.com",
    "ns.adobe.com",
    "opensource.org",
    "apache.org/licenses",
    "json-schema.org",
    "schema.org",
    "creativecommons.org",
    "attack.mitre.org",
    "cve.mitre.org",
    "nvd.nist.gov",
    "docs.oasis-open.org",
    "cwe.mitre.org",
};

template <class Table>
bool belongs_to(std::string_view host, const Table& table) noexcept {
  return std::any_of(std::begin(table), std::end(table), [&](std::string_view name) {
    return host.size() >= name.size() && host[host.size() - name.size()] == name[0] && host.ends_with(name) &&
           (host.size() == name.size() || host[host.size() - name.size() - 1] == '.');
  });
}

constexpr std::string_view trimmed_tail = ".,;:!?'*_~";

char opener_of(char closer) noexcept {
  return closer == ')' ? '(' : closer == ']' ? '[' : '{';
}

} // namespace

/// @param path   where path, query or fragment begin
/// @returns where the URL ends, punctuation and brackets of the sentence left out
std::size_t reader::find_path_end(std::size_t begin, std::size_t path, std::size_t limit) const {
  limit = std::min(limit, begin + longest_url);
  const char before = begin > 0 ? token_[begin - 1] : ' ';
  const std::string_view around =
      token_.substr(begin - std::min<std::size_t>(begin, 256), std::min<std::size_t>(begin, 256));
  int depth[3] = {0, 0, 0}; // ( [ {
  auto depth_of = [&](char opener) -> int& { return depth[opener == '(' ? 0 : opener == '[' ? 1 : 2]; };
  std::size_t p = path;
  for (; p < limit; ++p) {
    const char c = token_[p];
    if (is(c, is_word | is_slash | is_dot | is_joiner))
      continue;
    if (is_opener(c)) {
      ++depth_of(c);
    } else if (is_closer(c)) {
      // An unmatched bracket belongs to what stands around the URL when that opened it.
      const char opener = opener_of(c);
      if (depth_of(opener) > 0)
        --depth_of(opener);
      else if (c == '}' || before == opener || around.find(opener) != std::string_view::npos ||
               (p + 1 < limit && is_opener(token_[p + 1])))
        break;
    } else if (c == '^' || c == '\\' || (c == '\'' && before == '\'')) {
      break;
    } else if (c == ',' || c == ';') {
      if (!is_more_path(p, limit))
        break;
    } else if (c == '$' && p + 1 < limit && token_[p + 1] == '{') {
      break;
    }
  }
  // From the end: punctuation of the sentence, marks that hug the value, closers without an opener.
  int surplus[3] = {0, 0, 0}; // closers over openers, by kind
  auto surplus_of = [&](char opener) -> int& { return surplus[opener == '(' ? 0 : opener == '[' ? 1 : 2]; };
  for (std::size_t i = begin; i < p; ++i)
    if (is(token_[i], is_bracket))
      is_opener(token_[i]) ? --surplus_of(token_[i]) : ++surplus_of(opener_of(token_[i]));
  while (p > path) {
    const char c = token_[p - 1];
    if (trimmed_tail.find(c) != std::string_view::npos) {
      --p;
    } else if (is_closer(c)) {
      if (surplus_of(opener_of(c)) <= 0)
        break;
      --surplus_of(opener_of(c));
      --p;
    } else if (is_opener(c)) {
      ++surplus_of(c);
      --p;
    } else {
      break;
    }
  }
  return p;
}

/// A comma ends a URL unless what follows reads like more of it and not like the next column.
bool reader::is_more_path(std::size_t comma, std::size_t limit) const {
  std::size_t end = comma + 1;
  while (end < limit && end < comma + 256 && token_[end] != ',' && token_[end] != ';')
    ++end;
  const std::string_view part = token_.substr(comma + 1, end - comma - 1);
  if (part.empty() || part.find("://") != std::string_view::npos || is(part[0], is_bracket | is_mark))
    return false;
  if (end < limit && (token_[end] == ',' || end - comma >= 256) && token_[comma] == ',') {
    // several commas: columns, unless short pieces of a path (`/news/0,1,2,00.html`)
    return only(part, is_digit | is_joiner) && part.size() < 8 && is(token_[comma - 1], is_digit);
  }
  const std::size_t equals = part.find('=');
  if (token_[comma] == ';')
    return equals != std::string_view::npos && equals > 0 &&
           only(part.substr(0, equals), is_alnum | is_joiner);
  const bool page =
      part.ends_with(".html") || part.ends_with(".htm") || part.ends_with(".php") || part.ends_with(".aspx");
  const std::size_t slash = part.find('/');
  const bool folder = slash != std::string_view::npos && slash > 0 &&
                      part.substr(0, slash).find('.') == std::string_view::npos;
  return page || folder || (equals != std::string_view::npos && equals > 0);
}

std::size_t reader::read_url(std::size_t begin, std::size_t authority, std::string_view canonical,
                             bool defanged) {
  const std::size_t size = token_.size();
  std::size_t end = authority;
  const std::size_t stop = std::min(size, authority + 512);
  std::size_t at = std::string_view::npos;
  while (end < stop && (is(token_[end], is_word | is_dot | is_joiner | is_colon | is_at | is_bracket) ||
                        std::string_view("%+~!$&*=").find(token_[end]) != std::string_view::npos)) {
    if (token_[end] == '@')
      at = end;
    ++end;
  }
  const std::size_t host_at = at == std::string_view::npos ? authority : at + 1;
  std::size_t host_end = host_at;
  std::string host;
  if (host_at < size && token_[host_at] == '[') {
    const std::size_t closing = token_.find(']', host_at);
    if (closing == std::string_view::npos || closing > host_at + 64)
      return begin;
    const std::string_view inner = token_.substr(host_at + 1, closing - host_at - 1);
    if (auto address = parse_ipv6(inner.substr(0, inner.find('%')))) {
      host = "[" + format_ipv6(*address) + "]";
    } else if (read_host(host_at + 1, closing)) { // brackets around the whole host
      host = host_;
      defanged = true;
    } else {
      return begin;
    }
    host_end = closing + 1;
  } else {
    while (host_end < end && is(token_[host_end], is_host))
      ++host_end;
    // Two URLs glued together: `http://a.example` and `http://` share a word.
    if (token_.substr(host_end).starts_with("://"))
      for (std::string_view glued : {"https", "http", "hxxps", "hxxp"})
        if (token_.substr(host_at, host_end - host_at).ends_with(glued) &&
            host_end - host_at > glued.size() + 3) {
          host_end -= glued.size();
          break;
        }
    std::size_t last = host_end;
    while (last > host_at && !is(token_[last - 1], is_word))
      --last;
    const std::string_view name = token_.substr(host_at, last - host_at);
    if (auto address = parse_ipv4(name))
      host = format_ipv4(*address);
    else if (read_host(host_at, last))
      host = host_;
    else
      return begin;
    if (last != host_end && !(last + 1 == host_end && token_[last] == '.'))
      end = host_end = last; // `http://evil.com-`, `http://evil.com._`
    else if (last != host_end && (host_end == size || !is(token_[host_end], is_slash | is_colon)))
      host_end = last;
  }
  std::size_t rest = host_end;
  if (rest < size && token_[rest] == ':') {
    std::size_t port = rest + 1;
    while (port < size && port < rest + 6 && is(token_[port], is_digit))
      ++port;
    if (port > rest + 1 && (port == size || !is(token_[port], is_word)))
      rest = port;
  }
  const bool path = rest < size && (token_[rest] == '/' || token_[rest] == '?' || token_[rest] == '#');
  const std::size_t url_end = path ? find_path_end(begin, rest, size) : rest;
  value_.assign(canonical).append("://").append(token_.substr(authority, host_at - authority));
  emit_url({}, host, begin, host_end, url_end, defanged);
  return std::max(url_end, authority);
}

/// `host/path` and `host:port/path`, as written.
/// @returns where it ends, or `begin` when nothing that makes a URL follows the host
std::size_t reader::read_bare_url(std::size_t begin, std::size_t host_end, std::string_view host,
                                  std::size_t limit) {
  std::size_t path = host_end;
  if (path < limit && token_[path] == ':') {
    std::size_t port = path + 1;
    while (port < limit && port < path + 6 && is(token_[port], is_digit))
      ++port;
    if (port > path + 1)
      path = port;
  }
  if (path >= limit || (token_[path] != '/' && token_[path] != '?' && token_[path] != '#'))
    return begin;
  const std::size_t end = find_path_end(begin, path, limit);
  if (end <= path || token_.substr(path, end - path) == "/")
    return begin;
  if (token_[path] != '/' && (end < path + 2 || !is(token_[path + 1], is_word)))
    return begin;
  value_.clear();
  emit_url({}, std::string(host), begin, host_end, end, false);
  return end;
}

/// @param rest  where port, path, query or fragment begin; `value_` holds what comes before the host
void reader::emit_url(std::string_view, std::string_view host, std::size_t begin, std::size_t rest,
                      std::size_t end, bool defanged) {
  value_.append(host);
  const std::string_view tail = token_.substr(rest, end > rest ? end - rest : 0);
  value_.append(tail.ends_with('/') && tail.find('/') + 1 == tail.size() &&
                        tail.find_first_of("?#") == std::string_view::npos
                    ? tail.substr(0, tail.size() - 1)
                    : tail);
  observable_flags flags;
  flags.defanged = defanged;
  const bool vendor = belongs_to(host, vendor_hosts);
  flags.reference = vendor || belongs_to(host, boilerplate_hosts);
  emit(type::url, value_, begin, std::max(end, rest), flags);
  std::string_view bare = host;
  if (bare.starts_with('['))
    bare = bare.substr(1, bare.size() - 2);
  emit_derived_host(bare, begin, std::max(end, rest));
  if (vendor)
    read_reference(host, rest, end);
}

/// Hashes in the path of a vendor's page.
void reader::read_reference(std::string_view, std::size_t begin, std::size_t end) {
  for (std::size_t p = begin; p < end;) {
    const std::size_t word = p;
    while (p < end && is(token_[p], is_alnum))
      ++p;
    if (p - word >= 32)
      read_hash(word, p);
    p = std::max(p, word + 1);
  }
}

} // namespace isacbot::observables
