#include "protocol/slack/message.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::slack {

message::message(const mrkdwn& text, std::vector<block> blocks)
    : text_(text.empty() ? "\xE2\x80\x93"_mrkdwn : text.cut(limit::message_text)),
      blocks_(fit_blocks(std::move(blocks), limit::message_blocks)) {}

boost::json::object to_json(const message& m) {
  boost::json::object json{{"text", m.text().str()}};
  if (!m.blocks().empty()) {
    boost::json::array blocks;
    for (const block& b : m.blocks())
      blocks.emplace_back(b.json());
    json["blocks"] = std::move(blocks);
  }
  return json;
}

} // namespace isacbot::slack
