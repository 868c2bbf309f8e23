#include "protocol/slack/response_url.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <string_view>

namespace isacbot::slack {

namespace {

constexpr std::size_t max_url_bytes = 2'000;

http::request make_post(const secret& url, const boost::json::object& body) {
  http::request request;
  request.method = "POST";
  request.target = std::string(url.reveal());
  request.headers.add("Content-Type", "application/json; charset=utf-8");
  request.body = boost::json::serialize(body);
  return request;
}

api_fault make_fault(const http::response& r, next_step next, ec kind) {
  api_fault fault;
  fault.code = "http_" + std::to_string(r.status);
  fault.next = next;
  fault.kind = kind;
  return fault;
}

} // namespace

result<void> check_response_url(const secret& url, std::span<const std::string> allowed_hosts) {
  std::string_view text = url.reveal();
  // Blanks and control characters would end or split the request line further down.
  bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (text.size() > max_url_bytes || !is_plain)
    return fail(ec::malformed, "the response_url is no web address");
  auto parsed = boost::urls::parse_uri(boost::core::string_view(text.data(), text.size()));
  if (parsed.has_error())
    return fail(ec::malformed, "the response_url is no web address");
  const boost::urls::url_view& view = *parsed;
  if (view.has_userinfo() || view.has_fragment() || !view.has_authority())
    return fail(ec::forbidden, "the response_url has user info or a fragment, or no host");
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
  return fail(ec::forbidden, "the response_url's host is not allowed", "see slack.response_url_hosts");
}

http::request response_url_post(const secret& url, const message& m, response_options options) {
  boost::json::object body = to_json(m);
  body["response_type"] = options.seen_by == visibility::channel ? "in_channel" : "ephemeral";
  body["replace_original"] = options.replace_original;
  body["unfurl_links"] = false;
  body["unfurl_media"] = false;
  return make_post(url, body);
}

http::request response_url_delete(const secret& url) {
  boost::json::object body;
  body["delete_original"] = true;
  return make_post(url, body);
}

api_result<void> parse_response_url_answer(const http::response& r) {
  if (r.status == 200)
    return {};
  if (r.status == 429) {
    api_fault fault = make_fault(r, next_step::wait, ec::rate_limited);
    fault.retry_after = parse_retry_after(r);
    return fault;
  }
  if (r.status >= 500)
    return make_fault(r, next_step::retry, ec::upstream_failed);
  return make_fault(r, next_step::use_direct_message, ec::upstream_rejected);
}

} // namespace isacbot::slack
