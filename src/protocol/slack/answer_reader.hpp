/// How every answer of the Web API is read. For this folder's own use.
#pragma once

#include "protocol/json.hpp"
#include "protocol/slack/web_api.hpp"

#include <string>
#include <utility>

namespace isacbot::slack {

api_fault make_fault(const http::response& r, std::string code, next_step next);
/// `ok` is false: reads why.
api_fault parse_refusal(const http::response& r, const json::reader& body);

/// Checks status and `ok`, then reads the answer's fields with `read`.
template <class Answer, class Read>
api_result<Answer> parse_answer(const http::response& r, Read read) {
  if (r.status == 429)
    return make_fault(r, "ratelimited", next_step::wait);
  auto document = json::parse(r.body);
  json::fault fault;
  if (!document || !document->root().is_object()) {
    std::string code = r.status == 200 ? "unreadable_answer" : "http_" + std::to_string(r.status);
    // Slack's proxies answer in HTML; what the call did is unknown.
    api_fault unreadable =
        make_fault(r, std::move(code), r.status >= 500 ? next_step::retry : next_step::give_up);
    if (r.status < 300)
      unreadable.kind = ec::protocol_violation;
    return unreadable;
  }
  json::reader body{document->root(), "answer", fault};
  if (!body.flag_or("ok", false)) {
    if (r.status >= 500 && !body.has("error"))
      return make_fault(r, "http_" + std::to_string(r.status), next_step::retry);
    return parse_refusal(r, body);
  }
  Answer answer = read(body);
  if (!fault)
    return api_result<Answer>(boost::system::in_place_value, std::move(answer));
  api_fault incomplete = make_fault(r, "unreadable_answer", next_step::give_up);
  incomplete.kind = ec::protocol_violation;
  incomplete.detail = fault.error().cause;
  return incomplete;
}

} // namespace isacbot::slack
