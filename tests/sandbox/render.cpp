#include "sandbox/render.hpp"

#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
namespace json = boost::json;

TEST_CASE("markup is shown as a member reads it", "[sandbox]") {
  sandbox::workspace_state state = sandbox::make_sample_state({});
  auto shown = [&](std::string_view text) { return sandbox::render_markup(state, text); };
  CHECK(shown("a &amp;lt; b &lt;c&gt; `x`") == "a &lt; b <c> `x`");
  CHECK(shown("<@U0ANA> in <#C0INTEL|> told <!channel>") == "@ana in #intel told @channel");
  CHECK(shown("<https://s.example/a?b=1&amp;c=2|Report> <https://s.example>") ==
        "Report (https://s.example/a?b=1&c=2) https://s.example");
  CHECK(shown("at <!date^1700000000^{date_short_pretty} {time}|then>") == "at 2023-11-14 22:13 UTC");
  CHECK(shown("<!date^oops^{date}|some day>") == "some day");
  CHECK(shown("5 < 6\n7 > 8") == "5 < 6\n7 > 8");
}

TEST_CASE_METHOD(test::sandbox_fixture, "messages and views are shown as text", "[sandbox]") {
  json::array blocks{
      {{"type", "header"}, {"text", test::text_object("Found <1>")}},
      {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", "*bold* &amp; `evil[.]example`"}}}},
      {{"type", "rich_text"},
       {"elements",
        json::array{{{"type", "rich_text_section"},
                     {"elements",
                      json::array{{{"type", "text"}, {"text", "192.0.2[.]1"}, {"style", {{"code", true}}}},
                                  {{"type", "text"}, {"text", " <seen>"}}}}}}}},
      {{"type", "actions"},
       {"elements", json::array{{{"type", "button"}, {"text", test::text_object("More")}}}}}};
  REQUIRE(
      call("chat.postMessage", {{"channel", "C0INTEL"}, {"text", "hidden behind blocks"}, {"blocks", blocks}})
          .at("ok") == true);
  std::string id = open({test::text_input("a"), test::text_input("b", true)});
  REQUIRE(app->members().enter("U0ANA", id, {{"a", "typed"}}).has_value());
  app->world().change([&](sandbox::context& in) { sandbox::find_view(in.state, id)->errors["a"] = "wrong"; });
  app->world().read([&](const sandbox::workspace_state& state) {
    CHECK(sandbox::render(state, state.messages.at(0)) ==
          "# Found <1>\n*bold* & `evil[.]example`\n`192.0.2[.]1` <seen>\n[More]\n");
    CHECK(sandbox::render(state, state.views.at(id)) ==
          "== Example ==\nLabel of a: [typed]\n  ! wrong\nLabel of b (optional): [ ]\n(Send)\n");
    return 0;
  });
}
