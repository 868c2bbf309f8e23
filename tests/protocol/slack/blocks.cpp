#include "protocol/slack/message.hpp"
#include "protocol/slack/utf8.hpp"
#include "protocol/slack/validate.hpp"
#include "protocol/slack/view.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::slack;
namespace bj = boost::json;

namespace {

/// A text of `n` characters, each of three bytes, so that bytes and characters are not mixed up.
std::string characters(std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i)
    text += "\xE2\x98\xA0";
  return text;
}

std::string text_at(const bj::object& json, const char* pointer) {
  boost::json::error_code code;
  const bj::value value(json);
  const bj::value* found = value.find_pointer(pointer, code);
  REQUIRE(found != nullptr);
  return std::string(found->as_string());
}

/// A limit of a text: n characters stay, n + 1 are cut to n with a mark at the end.
void check_cut(std::size_t n, const std::function<bj::object(const std::string&)>& make,
               const char* pointer) {
  INFO(pointer << " " << n);
  CHECK(text_at(make(characters(n)), pointer) == characters(n));
  std::string cut = text_at(make(characters(n + 1)), pointer);
  CHECK(count_characters(cut) == n);
  CHECK(cut.ends_with("\xE2\x98\xA0\xE2\x80\xA6"));
  CHECK_FALSE(text_at(make(""), pointer).empty());
}

std::size_t size_at(const bj::object& json, const char* key) {
  return json.at(key).as_array().size();
}

bj::object in_message(const block& b) {
  return to_json(message("x"_mrkdwn, {b}));
}

bj::object in_modal(const block& b) {
  return make_modal({.title = "t"}, {b}).json();
}

} // namespace

TEST_CASE("every text limit is kept at n and n + 1", "[slack][blocks]") {
  check_cut(
      3'000, [](const std::string& t) { return section(escape(t)).json(); }, "/text/text");
  check_cut(
      2'000, [](const std::string& t) { return section_fields({escape(t)}).json(); }, "/fields/0/text");
  check_cut(
      150, [](const std::string& t) { return header(t).json(); }, "/text/text");
  check_cut(
      3'000, [](const std::string& t) { return context(escape(t)).json(); }, "/elements/0/text");
  check_cut(
      75, [](const std::string& t) { return button("a", t).json(); }, "/text/text");
  check_cut(
      2'000, [](const std::string& t) { return input("b", t, plain_text_input()).json(); }, "/label/text");
  check_cut(
      75,
      [](const std::string& t) {
        return static_select({{t, "v", {}}}).json();
      },
      "/options/0/text/text");
  check_cut(
      75,
      [](const std::string& t) {
        return checkboxes({{t, "v", {}}}).json();
      },
      "/options/0/text/text");
  check_cut(
      24, [](const std::string& t) { return make_modal({.title = t}, {}).json(); }, "/title/text");
  check_cut(
      4'000, [](const std::string& t) { return to_json(message(escape(t))); }, "/text");
  auto confirming = [](const std::string& t) {
    button_options options;
    options.confirm = confirmation{t, t, t, t};
    return button("a", "b", options).json();
  };
  check_cut(100, confirming, "/confirm/title/text");
  check_cut(300, confirming, "/confirm/text/text");
  check_cut(30, confirming, "/confirm/confirm/text");
  check_cut(30, confirming, "/confirm/deny/text");
}

TEST_CASE("optional texts are cut when they are there and absent when empty", "[slack][blocks]") {
  CHECK(count_characters(text_at(input("b", "l", plain_text_input(), {.hint = characters(2'001)}).json(),
                                 "/hint/text")) == 2'000);
  CHECK_FALSE(input("b", "l", plain_text_input()).json().contains("hint"));
  for (const element& e :
       {plain_text_input({.placeholder = characters(151)}), static_select({{"t", "v", {}}}, characters(151)),
        external_select(characters(151))})
    CHECK(count_characters(text_at(e.json(), "/placeholder/text")) == 150);
  CHECK_FALSE(external_select().json().contains("placeholder"));
  CHECK(count_characters(text_at(static_select({{"t", "v", characters(76)}}).json(),
                                 "/options/0/description/text")) == 75);
  auto modal = make_modal({.title = "t", .submit = characters(25), .close = characters(25)}, {});
  CHECK(count_characters(text_at(modal.json(), "/submit/text")) == 24);
  CHECK(count_characters(text_at(modal.json(), "/close/text")) == 24);
}

TEST_CASE("lists keep their limits", "[slack][blocks]") {
  CHECK(size_at(section_fields(std::vector(10, "x"_mrkdwn)).json(), "fields") == 10);
  CHECK(size_at(section_fields(std::vector(11, "x"_mrkdwn)).json(), "fields") == 10);
  CHECK(size_at(context(std::vector(10, "x"_mrkdwn)).json(), "elements") == 10);
  CHECK(size_at(context(std::vector(11, "x"_mrkdwn)).json(), "elements") == 10);
  CHECK(size_at(actions(std::vector(25, button("a", "b"))).json(), "elements") == 25);
  CHECK(size_at(actions(std::vector(26, button("a", "b"))).json(), "elements") == 25);
  std::vector<option> options;
  for (int i = 0; i < 101; ++i)
    options.push_back({"o", "v" + std::to_string(i), {}});
  CHECK(size_at(static_select(options).json(), "options") == 100);
  CHECK(size_at(checkboxes(options).json(), "options") == 10);
}

TEST_CASE("checkboxes are ticked at first where an option has the value", "[slack][blocks]") {
  const std::vector<option> options{{"One", "1", "first"}, {"Two", "2", {}}, {"Three", "3", {}}};
  auto json = checkboxes(options, {"3", "1", "9"}).json();
  const auto& offered = json.at("options").as_array();
  CHECK(json.at("initial_options") == boost::json::value(boost::json::array{offered[0], offered[2]}));
  CHECK(checkboxes(options, {"9"}).json().if_contains("initial_options") == nullptr);
  CHECK(validate_view(in_modal(input("b", "l", checkboxes(options, {"2"})))).has_value());
}

TEST_CASE("empty lists never make an invalid block", "[slack][blocks]") {
  for (const block& b :
       {section_fields({}), context(std::vector<mrkdwn>{}), actions({}), section({}), header("")})
    CHECK(validate_message(in_message(b)).has_value());
  CHECK(validate_view(in_modal(input("b", "", static_select({})))).has_value());
  CHECK(validate_view(in_modal(input("b", "l", checkboxes({})))).has_value());
  CHECK(validate_view(make_modal({.title = ""}, {}).json()).has_value());
  CHECK(validate_view(make_home({}).json()).has_value());
  CHECK(validate_message(to_json(message({}))).has_value());
  CHECK(sections_of_lines({}).empty());
}

TEST_CASE("options keep values whole and unique, or are left out", "[slack][blocks]") {
  auto list = static_select({{"a", std::string(75, 'v'), {}},
                             {"b", std::string(76, 'v'), {}},
                             {"c", "", {}},
                             {"d", "x", {}},
                             {"e", "x", {}},
                             {"f", "\xFF", {}}},
                            {}, "x")
                  .json();
  REQUIRE(size_at(list, "options") == 2);
  CHECK(text_at(list, "/options/0/value") == std::string(75, 'v'));
  CHECK(list.at("initial_option") == list.at("options").as_array()[1]);
  CHECK_FALSE(static_select({{"a", "v", {}}}, {}, "other").json().contains("initial_option"));
  CHECK_FALSE(external_select({}, option{"t", std::string(76, 'v'), {}}).json().contains("initial_option"));
}

TEST_CASE("button values and addresses are whole or absent, other schemes never pass", "[slack][blocks]") {
  auto value_of = [](std::size_t n) {
    button_options options;
    options.value = std::string(n, 'v');
    return button("a", "b", options).json().contains("value");
  };
  CHECK(value_of(2'000));
  CHECK_FALSE(value_of(2'001));
  auto has_url = [](const std::string& url) {
    button_options options;
    options.url = url;
    return button("a", "b", options).json().contains("url");
  };
  CHECK(has_url("https://" + std::string(2'992, 'x')));
  CHECK_FALSE(has_url("https://" + std::string(2'993, 'x')));
  CHECK_FALSE(has_url("javascript:alert(1)"));
  CHECK_FALSE(has_url("slack://user"));
}

TEST_CASE("values that are no clean text are left out, not sent broken", "[slack][blocks]") {
  button_options options;
  options.value = "a\xFF";
  options.url = "https://x.example/\xFF";
  auto json = button("a", "b", options).json();
  CHECK_FALSE(json.contains("value"));
  CHECK_FALSE(json.contains("url"));
  CHECK_FALSE(make_modal({.title = "t", .private_metadata = "\x01"}, {}).json().contains("private_metadata"));
}

TEST_CASE("text inputs keep their lengths", "[slack][blocks]") {
  CHECK(plain_text_input().json().at("max_length") == 3'000);
  CHECK(plain_text_input({.max_length = 3'001}).json().at("max_length") == 3'000);
  CHECK(plain_text_input({.max_length = 10}).json().at("max_length") == 10);
  CHECK(count_characters(text_at(plain_text_input({.initial_value = characters(3'001)}).json(),
                                 "/initial_value")) == 3'000);
  CHECK_FALSE(plain_text_input().json().contains("initial_value"));
}

TEST_CASE("messages and views page blocks beyond their limit into a note", "[slack][blocks]") {
  auto blocks = [](std::size_t n) { return std::vector(n, divider()); };
  CHECK(size_at(to_json(message("x"_mrkdwn, blocks(50))), "blocks") == 50);
  auto paged = to_json(message("x"_mrkdwn, blocks(61)));
  CHECK(size_at(paged, "blocks") == 50);
  CHECK(text_at(paged, "/blocks/49/elements/0/text") == "and 12 more");
  CHECK(size_at(make_modal({.title = "t"}, blocks(100)).json(), "blocks") == 100);
  CHECK(size_at(make_home(blocks(101)).json(), "blocks") == 100);
  CHECK(text_at(make_home(blocks(101)).json(), "/blocks/99/elements/0/text") == "and 2 more");
  CHECK_FALSE(to_json(message("x"_mrkdwn)).contains("blocks"));
}

TEST_CASE("a view stays under Slack's size in bytes", "[slack][blocks]") {
  view large = make_modal({.title = "t"}, std::vector(100, section(escape(characters(3'000)))));
  CHECK(bj::serialize(large.json()).size() <= 250'000);
  CHECK(size_at(large.json(), "blocks") > 10);
  CHECK(validate_view(large.json()).has_value());
}

TEST_CASE("modals have what Slack requires", "[slack][blocks]") {
  auto with_input = make_modal({.title = "t"}, {input("b", "l", plain_text_input())}).json();
  CHECK(text_at(with_input, "/submit/text") == "Submit");
  CHECK_FALSE(make_modal({.title = "t"}, {divider()}).json().contains("submit"));
  CHECK(make_modal({.title = "t", .private_metadata = std::string(3'000, 'x')}, {})
            .json()
            .contains("private_metadata"));
  CHECK_FALSE(make_modal({.title = "t", .private_metadata = std::string(3'001, 'x')}, {})
                  .json()
                  .contains("private_metadata"));
  CHECK(text_at(make_modal({.callback_id = std::string(256, 'c'), .title = "t"}, {}).json(), "/callback_id")
            .size() == 255);
}

TEST_CASE("sections_of_lines fills sections and never splits a line", "[slack][blocks]") {
  std::vector<mrkdwn> lines(100, escape(std::string(99, 'x')));
  auto blocks = sections_of_lines(lines);
  REQUIRE(blocks.size() == 4); // 30 lines of 99 and 29 line feeds are 2,999 characters
  for (const block& b : blocks)
    CHECK(count_characters(text_at(b.json(), "/text/text")) <= 3'000);
  CHECK(count_characters(text_at(blocks[0].json(), "/text/text")) == 2'999);
  CHECK(sections_of_lines({escape(std::string(3'001, 'x')), "y"_mrkdwn}).size() == 2);
}

TEST_CASE("mrkdwn is verbatim and plain text has no emoji codes", "[slack][blocks]") {
  CHECK(section("x"_mrkdwn).json().at("text").at("verbatim") == true);
  CHECK(header(":smile:").json().at("text").at("emoji") == false);
}

TEST_CASE("validate refuses what lies outside each limit", "[slack][validate]") {
  auto message_with = [](const std::string& block_json) {
    return bj::parse(R"({"text":"x","blocks":[)" + block_json + "]}").as_object();
  };
  auto refused = [&](const std::string& block_json) {
    INFO(block_json.substr(0, 200));
    CHECK(validate_message(message_with(block_json)).has_error());
  };
  auto accepted = [&](const std::string& block_json) {
    auto outcome = validate_message(message_with(block_json));
    INFO((outcome ? std::string() : to_string(outcome.error())));
    CHECK(outcome.has_value());
  };
  auto text = [](std::size_t n) {
    return R"({"type":"plain_text","text":")" + std::string(n, 'x') + R"("})";
  };
  auto repeat = [](const std::string& piece, int n) {
    std::string list;
    for (int i = 0; i < n; ++i)
      list += (i > 0 ? "," : "") + piece;
    return "[" + list + "]";
  };
  auto options = [](int n) {
    std::string list;
    for (int i = 0; i < n; ++i)
      list += std::string(i > 0 ? "," : "") + R"({"text":{"type":"plain_text","text":"o"},"value":"v)" +
              std::to_string(i) + "\"}";
    return "[" + list + "]";
  };
  auto as_input = [](const std::string& element) {
    return R"({"type":"input","label":{"type":"plain_text","text":"l"},"element":)" + element + "}";
  };
  accepted(R"({"type":"section","text":)" + text(3'000) + "}");
  refused(R"({"type":"section","text":)" + text(3'001) + "}");
  refused(R"({"type":"section","text":)" + text(0) + "}");
  refused(R"({"type":"section"})");
  accepted(R"({"type":"section","fields":)" + repeat(text(2'000), 10) + "}");
  refused(R"({"type":"section","fields":)" + repeat(text(2'001), 1) + "}");
  refused(R"({"type":"section","fields":)" + repeat(text(1), 11) + "}");
  refused(R"({"type":"section","fields":[]})");
  accepted(R"({"type":"header","text":)" + text(150) + "}");
  refused(R"({"type":"header","text":)" + text(151) + "}");
  refused(R"({"type":"header","text":{"type":"mrkdwn","text":"x"}})");
  accepted(R"({"type":"context","elements":)" + repeat(text(1), 10) + "}");
  refused(R"({"type":"context","elements":)" + repeat(text(1), 11) + "}");
  const std::string a_button = R"({"type":"button","action_id":"a","text":{"type":"plain_text","text":"b"}})";
  accepted(R"({"type":"actions","elements":)" + repeat(a_button, 25) + "}");
  refused(R"({"type":"actions","elements":)" + repeat(a_button, 26) + "}");
  refused(R"({"type":"actions","elements":[]})");
  refused(R"({"type":"actions","elements":[{"type":"button","text":)" + text(76) + "}]}");
  refused(R"({"type":"actions","elements":[{"type":"button","style":"blue","text":)" + text(5) + "}]}");
  refused(R"({"type":"actions","elements":[{"type":"plain_text_input","action_id":"a"}]})");
  accepted(as_input(R"({"type":"plain_text_input","action_id":"a","max_length":3000})"));
  refused(as_input(R"({"type":"plain_text_input","action_id":"a","max_length":3001})"));
  refused(as_input(R"({"type":"plain_text_input","action_id":"a","max_length":0})"));
  refused(as_input(a_button));
  refused(as_input(R"({"type":"password_input","action_id":"a"})"));
  accepted(as_input(R"({"type":"static_select","action_id":"a","options":)" + options(100) + "}"));
  refused(as_input(R"({"type":"static_select","action_id":"a","options":)" + options(101) + "}"));
  refused(as_input(R"({"type":"static_select","action_id":"a","options":[]})"));
  refused(as_input(R"({"type":"static_select","action_id":"a","options":)" + options(1) +
                   R"(,"initial_option":{"text":{"type":"plain_text","text":"other"},"value":"v0"}})"));
  accepted(as_input(R"({"type":"checkboxes","action_id":"a","options":)" + options(10) + "}"));
  refused(as_input(R"({"type":"checkboxes","action_id":"a","options":)" + options(11) + "}"));
  refused(as_input(R"({"type":"external_select"})"));
  refused(R"({"type":"input","label":{"type":"plain_text","text":"l"}})");
  refused(R"({"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"})");
  refused(R"({"type":"divider","block_id":")" + std::string(256, 'b') + "\"}");
  refused(R"({"type":"unknown"})");
  refused("7");
  CHECK(validate_message(bj::parse(R"({"blocks":[]})").as_object()).has_error());
  CHECK(validate_message(bj::parse(R"({"text":""})").as_object()).has_error());
  CHECK(validate_message({{"text", std::string(4'001, 'x')}}).has_error());
}

TEST_CASE("validate knows what modals and home tabs need", "[slack][validate]") {
  auto refused = [](const char* json) {
    INFO(json);
    return validate_view(bj::parse(json).as_object()).has_error();
  };
  CHECK(refused(R"({"type":"modal","blocks":[{"type":"divider"}]})"));
  CHECK(refused(R"({"type":"modal","title":{"type":"plain_text","text":"t"}})"));
  CHECK(refused(R"({"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[]})"));
  CHECK(
      refused(R"({"type":"dialog","title":{"type":"plain_text","text":"t"},"blocks":[{"type":"divider"}]})"));
  CHECK(refused(R"({"type":"home","title":{"type":"plain_text","text":"t"},"blocks":[{"type":"divider"}]})"));
  CHECK(refused(
      R"({"type":"modal","title":{"type":"plain_text","text":"0123456789012345678901234"},"blocks":[{"type":"divider"}]})"));
  CHECK(refused(R"({"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[{"type":"input",
                    "label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input","action_id":"a"}}]})"));
  CHECK_FALSE(refused(R"({"type":"home","blocks":[{"type":"divider"}]})"));
}
