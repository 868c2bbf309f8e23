/// The marks that stand for a character, and the spellings of schemes.
#include "observables/defang_marks.hpp"

#include "observables/characters.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

constexpr std::string_view dot_words[] = {"dot", "punto", "punkt", "point", "d0t"};
constexpr std::string_view at_words[] = {"at", "arroba", "et"};

struct scheme_row {
  std::string_view written;
  std::string_view name;
};

constexpr std::string_view clean_schemes[] = {
    "http",    "https",  "ftp",        "ftps",    "sftp",   "tcp",    "udp",  "ws",   "wss",  "ldap",
    "ldaps",   "smb",    "rtsp",       "ssh",     "telnet", "file",   "rmi",  "dns",  "git",  "svn",
    "nfs",     "irc",    "ircs",       "gopher",  "tftp",   "imap",   "pop3", "smtp", "mqtt", "amqp",
    "redis",   "mysql",  "postgresql", "mongodb", "socks4", "socks5", "vnc",  "rdp",  "sip",  "rtmp",
    "stratum", "jabber", "xmpp",       "iiop",    "nntp",   "webdav", "dav",  "tls",
};

constexpr scheme_row defanged_schemes[] = {
    {"fxp", "ftp"},      {"ftx", "ftp"},    {"fxps", "ftps"},   {"sfxp", "sftp"},  {"meow", "http"},
    {"meows", "https"},  {"xxxx", "http"},  {"xxxxx", "https"}, {"hpp", "http"},   {"hpps", "https"},
    {"htp", "http"},     {"htps", "https"}, {"hxp", "http"},    {"hxps", "https"}, {"hxxxp", "http"},
    {"hxxxps", "https"}, {"hxxx", "http"},  {"hxxxs", "https"}, {"httpx", "http"}, {"httx", "http"},
    {"httxs", "https"},
};

/// `hxxp`, `hXtp`, `h**p`, `h__p`, `h##p`, with or without an `s`.
std::string_view read_web_scheme(std::string_view word) noexcept {
  auto middle = [](char c) {
    return c == 't' || c == 'T' || c == 'x' || c == 'X' || c == '*' || c == '_' || c == '#';
  };
  const bool secure = word.size() == 5 && fold(word[4]) == 's';
  const bool fits = (word.size() == 4 || secure) && fold(word[0]) == 'h' && middle(word[1]) &&
                    middle(word[2]) && fold(word[3]) == 'p';
  return !fits ? std::string_view() : secure ? "https" : "http";
}

} // namespace

std::size_t skip_spaces(std::string_view text, std::size_t p, std::size_t limit) noexcept {
  const std::size_t stop = std::min(limit, p + 2);
  while (p < stop && (text[p] == ' ' || text[p] == '\t'))
    ++p;
  return p;
}

mark read_mark(std::string_view text, std::size_t p, std::size_t limit) noexcept {
  const std::size_t begin = p;
  while (p < limit && p < begin + 3 && is_opener(text[p]))
    ++p;
  const std::size_t body = skip_spaces(text, p, limit);
  mark out;
  std::size_t end = body;
  const std::string_view rest = text.substr(body, limit - body);
  if (rest.starts_with("://"))
    out.text = "://";
  else if (rest.starts_with("//"))
    out.text = "//";
  else if (rest.starts_with("."))
    out.text = ".";
  else if (rest.starts_with("@"))
    out.text = "@";
  else if (rest.starts_with(":"))
    out.text = ":";
  else if (rest.starts_with("/"))
    out.text = "/";
  else if (rest.starts_with("-"))
    out.text = "-";
  if (!out.text.empty()) {
    end = body + out.text.size();
    while (out.text.size() > 1 && end < limit && text[end] == '/')
      ++end; // `[:///]`
  } else if (rest.starts_with(",")) {
    out.text = ".";
    end = body + 1;
  } else {
    while (end < limit && is(text[end], is_alnum) && end < body + 8)
      ++end;
    const std::string_view word = text.substr(body, end - body);
    if (is_one_of(word, dot_words))
      out.text = ".";
    else if (is_one_of(word, at_words))
      out.text = "@";
  }
  std::size_t closers = skip_spaces(text, end, limit);
  out.end = closers;
  while (out.end < limit && out.end < closers + 3 && is_closer(text[out.end]))
    ++out.end;
  out.closed = out.end > closers;
  out.empty = out.text.empty() && end == p && out.closed && closers == p;
  if (!out.closed)
    out.end = end;
  const bool sign = !out.text.empty() && !is(text[std::min(body, limit - 1)], is_alnum);
  if (!out.closed && (!sign || text[begin + (body - begin)] == ',' || out.text == "-"))
    out.text = {}; // words, commas and dashes need both sides
  return out;
}

scheme read_scheme(std::string_view word) noexcept {
  if (word.size() < 2 || word.size() > 10)
    return {};
  for (std::string_view name : clean_schemes)
    if (name.size() == word.size() && equal_folded(word, name))
      return {name, false};
  if (std::string_view web = read_web_scheme(word); !web.empty())
    return {web, true};
  for (const scheme_row& row : defanged_schemes)
    if (equal_folded(word, row.written))
      return {row.name, true};
  return {};
}

bool is_web(std::string_view word) noexcept {
  const std::string_view name = read_scheme(word).name;
  return name == "http" || name == "https" || name == "ftp";
}

} // namespace isacbot::observables
