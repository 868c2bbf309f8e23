#include "protocol/slack/acknowledgement.hpp"

#include "protocol/slack/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <set>

namespace isacbot::slack {

namespace bj = boost::json;

namespace {

constexpr std::size_t max_error_text = 2'000; ///< ours: Slack documents none

acknowledgement make_json(const bj::object& body) {
  return {"application/json; charset=utf-8", bj::serialize(body)};
}

} // namespace

http::response to_response(const acknowledgement& ack) {
  return http::make_response(200, ack.content_type, ack.body);
}

acknowledgement ack_empty() {
  return {};
}

acknowledgement ack_errors(const std::vector<std::pair<std::string, std::string>>& faults) {
  bj::object errors;
  for (const auto& [block_id, text] : faults)
    if (!errors.contains(block_id)) // Slack shows one text per input: the first is about the first step
      errors[block_id] = cut_text(text, max_error_text);
  return make_json({{"response_action", "errors"}, {"errors", std::move(errors)}});
}

acknowledgement ack_update(const view& next) {
  return make_json({{"response_action", "update"}, {"view", next.json()}});
}

acknowledgement ack_push(const view& next) {
  return make_json({{"response_action", "push"}, {"view", next.json()}});
}

acknowledgement ack_clear() {
  return make_json({{"response_action", "clear"}});
}

acknowledgement ack_message(const message& m) {
  bj::object body = to_json(m);
  body["response_type"] = "ephemeral";
  return make_json(body);
}

acknowledgement ack_options(const std::vector<option>& options) {
  bj::array list;
  std::set<std::string_view> values;
  for (const option& entry : options) {
    if (list.size() == limit::select_options)
      break;
    auto json = to_json(entry);
    if (json && values.insert(entry.value).second)
      list.emplace_back(std::move(*json));
  }
  return make_json({{"options", std::move(list)}});
}

acknowledgement ack_challenge(std::string_view challenge) {
  return {"text/plain; charset=utf-8", std::string(challenge)};
}

} // namespace isacbot::slack
