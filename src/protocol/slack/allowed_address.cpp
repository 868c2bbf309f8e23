#include "protocol/slack/allowed_address.hpp"

#include "protocol/http/message.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace isacbot::slack {

namespace {

constexpr std::size_t max_url_bytes = 2'000;

} // namespace

result<void> check_allowed_address(const secret& url, std::span<const std::string> allowed_hosts,
                                   std::string_view name, std::string_view key) {
  const std::string the = "the " + std::string(name);
  std::string_view text = url.reveal();
  // Blanks and control characters would end or split the request line further down.
  bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (text.size() > max_url_bytes || !is_plain)
    return fail(ec::malformed, the + " is no web address");
  auto parsed = boost::urls::parse_uri(boost::core::string_view(text.data(), text.size()));
  if (parsed.has_error())
    return fail(ec::malformed, the + " is no web address");
  const boost::urls::url_view& view = *parsed;
  if (view.has_userinfo() || view.has_fragment() || !view.has_authority())
    return fail(ec::forbidden, the + " has user info or a fragment, or no host");
  std::string host(view.encoded_host().data(), view.encoded_host().size());
  std::string port(view.port().data(), view.port().size());
  bool is_https = view.scheme() == "https";
  bool is_http = view.scheme() == "http";
  for (const std::string& allowed : allowed_hosts) {
    bool names_port = allowed.rfind(':') != std::string::npos && !allowed.ends_with(']');
    bool matches =
        names_port ? http::equal_ignoring_case(allowed, host + ":" + port) && (is_https || is_http)
                   : http::equal_ignoring_case(allowed, host) && is_https && (port.empty() || port == "443");
    if (matches)
      return {};
  }
  return fail(ec::forbidden, the + "'s host is not allowed", "see " + std::string(key));
}

} // namespace isacbot::slack
