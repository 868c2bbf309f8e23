/// Addresses and secrets: the values whose form is ruled outside.
#include "app/config_value.hpp"
#include "core/bytes.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace isacbot::app {

namespace {

constexpr std::size_t longest_secret = 64 * 1024;

bool is_host_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_';
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), is_host_character);
}

bool is_ipv6_text(std::string_view text) {
  auto allowed = [](char c) {
    return c == ':' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return text.find(':') != std::string_view::npos && text.size() <= 45 &&
         std::all_of(text.begin(), text.end(), allowed);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return port;
}

const std::string* as_text(const raw_value& raw) {
  return std::get_if<std::string>(&raw.data);
}

/// @returns what is wrong with an http(s) address
read_outcome check_web_address(const std::string& text, bool origin_only) {
  auto parsed = boost::urls::parse_uri(text);
  if (!parsed || (parsed->scheme() != "http" && parsed->scheme() != "https") ||
      parsed->encoded_host().empty())
    return problem{"not an address that begins with http:// or https://"};
  if (parsed->has_userinfo())
    return problem{"the address carries a user name or password; addresses are shown in logs"};
  if (parsed->has_query() || parsed->has_fragment())
    return problem{"the address has a query or fragment"};
  if (parsed->has_port() && !parse_port(std::string_view(parsed->port().data(), parsed->port().size())))
    return problem{"the address has no usable port"};
  if (origin_only && !parsed->encoded_path().empty() && parsed->encoded_path() != "/")
    return problem{"only scheme, host and port are wanted, without a path"};
  return std::nullopt;
}

/// Follows "file:", "env:" and "literal:".
read_outcome fetch_secret(const raw_value& raw, std::string& out, read_context& context) {
  const std::string* text = as_text(raw);
  if (text == nullptr)
    return problem{"not a text in double quotes"};
  if (text->starts_with("literal:")) {
    context.warning = {"the secret itself stands in the configuration",
                       "put it into a file that only the service can read, and write \"file:/path\""};
    out = text->substr(8);
  } else if (text->starts_with("env:")) {
    auto found = context.variables.find(text->substr(4));
    if (found == context.variables.end())
      return problem{"the environment variable it names is not set",
                     "set the variable, or use \"file:/path\""};
    out = found->second;
  } else if (text->starts_with("file:")) {
    std::string path = text->substr(5);
    if (!path.starts_with('/') || path.find('\0') != std::string::npos)
      return problem{"the path after file: must begin with a slash"};
    auto content =
        context.read_file ? context.read_file(path) : fail(ec::io_failure, "files are not read here");
    if (!content) {
      const error& why = content.error();
      bool refused = why.code == ec::bad_configuration; // by a rule of ours, which explains itself
      return problem{refused ? why.cause
                             : "the file it names cannot be read: " + std::string(describe(why.code)),
                     refused ? why.mend : "create the file, readable by the service only (mode 0600)"};
    }
    out = std::move(*content);
  } else {
    return problem{"a secret does not stand in the configuration as it is"};
  }
  if (out.size() > longest_secret)
    return problem{"the secret is longer than 64 KiB"};
  return std::nullopt;
}

/// Editors and `echo` end a file with a line break, which is not part of the secret.
std::string without_line_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.pop_back();
  return text;
}

} // namespace

bool listen_address::is_loopback() const {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string to_string(const listen_address& address) {
  bool ipv6 = address.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

result<listen_address> parse_listen_address(std::string_view text) {
  auto refuse = [] { return fail(ec::bad_configuration, "not host:port"); };
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return refuse();
  std::string_view host = text.substr(0, colon);
  auto port = parse_port(text.substr(colon + 1));
  bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  if (!port || (bracketed ? !is_ipv6_text(host) : !is_host(host)))
    return refuse();
  return listen_address{std::string(host), *port};
}

read_outcome read_value(const raw_value& raw, listen_address& out, read_context&) {
  const std::string* text = as_text(raw);
  auto address = text != nullptr ? parse_listen_address(*text) : fail(ec::malformed, "");
  if (!address)
    return problem{"not host:port in double quotes"};
  out = *address;
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, web_address& out, read_context&) {
  const std::string* text = as_text(raw);
  if (text == nullptr)
    return problem{"not an address in double quotes"};
  if (auto wrong = check_web_address(*text, false))
    return wrong;
  out.text = *text;
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, web_origin& out, read_context&) {
  const std::string* text = as_text(raw);
  if (text == nullptr)
    return problem{"not an address in double quotes"};
  if (auto wrong = check_web_address(*text, true))
    return wrong;
  out.text = text->ends_with('/') ? text->substr(0, text->size() - 1) : *text;
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, std::vector<host_name>& out, read_context& context) {
  std::vector<std::string> texts;
  if (auto wrong = read_value(raw, texts, context))
    return wrong;
  std::vector<host_name> hosts;
  for (std::string& text : texts) {
    if (!is_host(text) && !parse_listen_address(text))
      return problem{"the list has an entry that is neither a host nor host:port"};
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    hosts.push_back({std::move(text)});
  }
  out = std::move(hosts);
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, secret& out, read_context& context) {
  std::string text;
  if (auto wrong = fetch_secret(raw, text, context))
    return wrong;
  out = secret{without_line_end(std::move(text))};
  return out.empty() ? read_outcome{problem{"the secret is empty"}} : std::nullopt;
}

read_outcome read_value(const raw_value& raw, encryption_key& out, read_context& context) {
  std::string text;
  if (auto wrong = fetch_secret(raw, text, context))
    return wrong;
  secret fetched{std::move(text)};
  if (fetched.size() != encryption_key::size) { // not raw bytes, which may end in what looks like a line end
    auto bytes = from_hex(secret{without_line_end(std::string(fetched.reveal()))}.reveal());
    if (!bytes || bytes->size() != encryption_key::size)
      return problem{"not a key: neither 64 hex digits nor 32 bytes", "make one: openssl rand -hex 32"};
    fetched = secret{std::move(*bytes)};
  }
  out.bytes = std::move(fetched);
  return std::nullopt;
}

} // namespace isacbot::app
