// Lists of which something is withheld: agreeing to nothing is refused in the dialog, overriding sends it.
#include "scenarios/list_scenario.hpp"

using namespace isacbot;

TEST_CASE_METHOD(test::list_scenario,
                 "agreeing to send nothing is refused, and the same dialog can still send it all",
                 "[scenario]") {
  REQUIRE(hand_in({{"indicators", "10.0.0.1\n192.168.7.7\n"}}) == "pushed");
  CHECK(submit({}) == "errors");
  CHECK(ana->dialog().find("Nothing would be sent") != std::string::npos);

  CHECK(submit({{"send_special", sandbox::json::array{"yes"}}}) == "cleared");
  CHECK(ana->sees("accepted 2"));
  CHECK(ana->sees("is processed"));
  auto known = station().look_up({"10.0.0.1", "192.168.7.7"});
  REQUIRE(known.has_value());
  CHECK(known->size() == 2);

  // The same again: what was ticked is not asked for twice.
  ana->read();
  REQUIRE(hand_in({{"indicators", "10.0.0.1\n192.168.7.7\n"}}) == "pushed");
  CHECK(submit({{"send_special", sandbox::json::array{"yes"}}}) == "updated");
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 0 + merged 2"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(test::list_scenario,
                 "values on the company's safelist are withheld, and sent when their owner insists",
                 "[scenario]") {
  put_on_safelist(R"(["our-own-site.com", "8.8.8.8"])");
  REQUIRE(hand_in({{"indicators", "our-own-site.com\n8.8.8.8\nbad-site-9.com\n"}}) == "pushed");
  INFO(ana->dialog());
  CHECK(ana->dialog().find("company's safelist") != std::string::npos);
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 1"));
  CHECK(ana->sees("withheld 2"));
  CHECK(ana->sees("is processed"));
  const std::vector<std::string> ours{"our-own-site.com", "8.8.8.8"};
  CHECK(station().look_up(ours).value().empty());

  ana->read();
  REQUIRE(hand_in({{"indicators", "our-own-site.com\n8.8.8.8\n"}}) == "pushed");
  CHECK(submit({}) == "errors"); // nothing would be sent
  CHECK(submit({{"send_safelisted", sandbox::json::array{"yes"}}}) == "cleared");
  CHECK(ana->sees("accepted 2"));
  CHECK(ana->sees("is processed"));
  CHECK(station().look_up(ours).value().size() == 2);
  CHECK(house->stop());
}

TEST_CASE_METHOD(test::list_scenario, "guests are turned away, with an answer, and members are not",
                 "[scenario]") {
  app::tour_member gus(house->slack(), "U0GUS", "C0GENERAL", seconds{20});
  auto typed = gus.type("/trustar-search", "evil.com");
  INFO((typed ? "" : to_string(typed.error())));
  REQUIRE(typed.has_value());
  CHECK(gus.sees("not for guests"));
  gus.read();
  // Where nothing says who is a guest, nobody is taken for a member.
  house->slack().world().change(
      [](sandbox::context& in) { std::erase(in.state.settings.scopes, "users:read"); });
  app::tour_member ben(house->slack(), "U0BEN", "C0INTEL", seconds{20});
  REQUIRE(ben.type("/trustar").has_value());
  CHECK(ben.sees("I may not work for guests"));
  REQUIRE(ana->type("/trustar").has_value()); // known as a member from before
  CHECK(ana->sees("/trustar-search"));
  CHECK(house->stop());
}
