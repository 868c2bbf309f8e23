#include "protocol/slack/acknowledgement.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/json/parse.hpp>

using namespace isacbot;
using namespace isacbot::slack;
namespace bj = boost::json;

TEST_CASE("acknowledgements are the bodies Slack documents", "[slack][ack]") {
  CHECK(ack_empty().body.empty());
  CHECK(ack_empty().content_type.empty());
  CHECK(
      bj::parse(ack_errors({{"api_key", "wrong"}, {"api_key", "second"}, {"api_secret", "missing"}}).body) ==
      bj::parse(R"({"response_action":"errors","errors":{"api_key":"wrong","api_secret":"missing"}})"));
  const view modal = make_modal({.title = "t"}, {});
  CHECK(bj::parse(ack_update(modal).body).at("response_action") == "update");
  CHECK(bj::parse(ack_update(modal).body).at("view") == bj::value(modal.json()));
  CHECK(bj::parse(ack_push(modal).body).at("response_action") == "push");
  CHECK(bj::parse(ack_clear().body) == bj::parse(R"({"response_action":"clear"})"));
  auto ephemeral = bj::parse(ack_message(message("hello"_mrkdwn)).body);
  CHECK(ephemeral.at("response_type") == "ephemeral");
  CHECK(ephemeral.at("text") == "hello");
  CHECK(ack_challenge("3eZ").body == "3eZ");
}

TEST_CASE("options are at most a hundred, valid and unique", "[slack][ack]") {
  std::vector<option> options = {{"a", "x", {}}, {"b", "x", {}}, {"c", "", {}}};
  for (int i = 0; i < 200; ++i)
    options.push_back({"o", std::to_string(i), {}});
  CHECK(bj::parse(ack_options(options).body).at("options").as_array().size() == 100);
  CHECK(bj::parse(ack_options({}).body) == bj::parse(R"({"options":[]})"));
}

TEST_CASE("an acknowledgement is a 200", "[slack][ack]") {
  CHECK(to_response(ack_empty()).status == 200);
  CHECK(to_response(ack_empty()).headers.count("Content-Type") == 0);
  CHECK(to_response(ack_clear()).headers.find("Content-Type") == "application/json; charset=utf-8");
}
