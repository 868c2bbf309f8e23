#include "domain/submission_form.hpp"

#include "protocol/slack/limits.hpp"
#include "protocol/slack/utf8.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

using tags = std::vector<std::string>;

TEST_CASE("tags are read between commas, lower case, each once", "[domain]") {
  CHECK(parse_tags(" Phishing , c2,,PHISHING, two words ", "").value() ==
        tags{"phishing", "c2", "two words"});
  CHECK(parse_tags("", "").value().empty());
  CHECK(parse_tags(" , ,", "").value().empty());
}

TEST_CASE("the TLP of the menu becomes a tag that TruSTAR's alphabet allows", "[domain]") {
  CHECK(parse_tags("a", "tlp:amber").value() == tags{"a", "tlp-amber"});
  CHECK(parse_tags("", "tlp:amber+strict").value() == tags{"tlp-amber-strict"});
  CHECK(parse_tags("tlp-green", "tlp:green").value() == tags{"tlp-green"});
}

TEST_CASE("tags over Station's limits are refused with advice", "[domain]") {
  CHECK(parse_tags(std::string(90, 'x'), "").has_value());
  auto too_long = parse_tags(std::string(91, 'x'), "");
  REQUIRE(too_long.has_error());
  CHECK(too_long.error().mend.find("90") != std::string::npos);
  std::string accented;
  for (int i = 0; i < 90; ++i)
    accented += "\xC3\xA9"; // 90 characters, 180 bytes
  CHECK(parse_tags(accented, "").has_value());
  CHECK(parse_tags("a\tb", "").has_error());
  std::string many;
  for (std::size_t i = 0; i <= max_tags; ++i)
    many += "t" + std::to_string(i) + ",";
  CHECK(parse_tags(many, "").has_error());
}

TEST_CASE("source and notes of the dialog stand on every row", "[domain]") {
  indicator_draft draft;
  draft.text = "bad.example.com\n198.18.0.1\n";
  draft.source = "proxy";
  draft.notes = "from the night shift";
  auto list = read_list(draft, {1, 2});
  REQUIRE(list.has_value());
  REQUIRE(list->rows.size() == 1); // the benchmark address is special
  CHECK(list->rows[0].source == "proxy");
  CHECK(list->rows[0].notes == "from the night shift");
  CHECK(list->counts.withheld == 1);
  draft.send_special = true;
  CHECK(read_list(draft, {1, 2}).value().rows.size() == 2);
}

TEST_CASE("what is on the company's safelist is withheld until its owner insists", "[domain]") {
  safelist values;
  values.add("URL", "example.com");
  values.add("IP", "8.8.8.8");
  indicator_draft draft;
  draft.text = "example.com\nhttp://example.com/x\n8.8.8.8\n8.8.4.4\n8.8.8.8\n10.0.0.1\nnonsense\n";
  draft.safelisted = values.keys();
  auto list = read_list(draft, {1, 2});
  REQUIRE(list.has_value());
  CHECK(list->counts == counts{7, 2, 0, 4, 1}); // an address below a listed domain is another value
  CHECK(list->reasons == std::vector<reason_count>{{line_reason::not_understood, 1},
                                                   {line_reason::special_address, 1},
                                                   {line_reason::safelisted, 3}});
  CHECK(list->withheld.front().reason == line_reason::safelisted);
  CHECK(list->withheld.front().text == "example.com");
  CHECK(list->withheld.front().line == 1);

  draft.send_safelisted = true;
  list = read_list(draft, {1, 2});
  REQUIRE(list.has_value());
  CHECK(list->counts == counts{7, 4, 1, 1, 1});
  draft.send_special = true;
  CHECK(read_list(draft, {1, 2})->counts == counts{7, 5, 1, 0, 1});
  draft.send_safelisted = false;
  CHECK(read_list(draft, {1, 2})->counts == counts{7, 3, 0, 3, 1});
}

TEST_CASE("a message longer than the input is meant whole, unless something was changed", "[domain]") {
  const std::string message(5'000, 'm');
  const std::string shown = slack::cut_text(message, slack::limit::input_text);
  REQUIRE(shown.size() < message.size());
  CHECK(meant_text(shown, message) == message);
  CHECK(meant_text(shown + "!", message) == shown + "!");
  CHECK(meant_text("", message).empty());
  CHECK(meant_text("typed", "") == "typed");
  CHECK(meant_text("", "").empty());
}
