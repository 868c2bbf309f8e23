#include "protocol/slack/response_url.hpp"

#include "protocol/slack/allowed_address.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace isacbot::slack {

namespace {

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
  return check_allowed_address(url, allowed_hosts, "response_url", "slack.response_url_hosts");
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
