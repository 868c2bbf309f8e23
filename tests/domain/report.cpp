#include "domain/report.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

const member ana{team_id{"T1"}, user_id{"U1"}};
const enclave_id home{"e-1"};
const std::vector<std::string> tags{"phishing"};

report_content sample() {
  return {"Invoice wave with evil-site.com",
          "From bad[at]evil-mail.com, hxxp://203.0.113.9/x, 10.1.2.3 and AS64496",
          from_epoch_ms(1'760'000'000'000), ""};
}

} // namespace

TEST_CASE("a report's observables are found in title and body, special addresses apart", "[domain][report]") {
  auto found = find_observables(sample(), {});
  std::vector<std::string> values;
  for (const auto& row : found.rows) {
    values.push_back(row.type + " " + row.value);
    CHECK(row.first_seen == sample().time_began);
  }
  CHECK(values == std::vector<std::string>{"DOMAIN evil-site.com", "EMAIL_ADDRESS bad@evil-mail.com",
                                           "URL http://203.0.113.9/x"});
  CHECK(found.types == std::vector<type_count>{{"DOMAIN", 1}, {"EMAIL_ADDRESS", 1}, {"URL", 1}});
  REQUIRE(found.special.size() == 1);
  CHECK(found.special[0].value == "10.1.2.3");
  CHECK(found.other == 1); // the AS number has no type on the wire
}

TEST_CASE("a report without observables has none", "[domain][report]") {
  auto found = find_observables({"Nothing", "to see here", {}, ""}, {});
  CHECK(found.rows.empty());
  CHECK(found.types.empty());
  CHECK(found.special.empty());
  CHECK(found.other == 0);
}

TEST_CASE("the same report is the same content; anything else is another", "[domain][report]") {
  const auto key = make_report_key(ana, home, tags, sample());
  CHECK(make_report_key(ana, home, tags, sample()) == key);
  auto changed = [&](auto change) {
    auto other = sample();
    change(other);
    return make_report_key(ana, home, tags, other);
  };
  CHECK(changed([](auto& r) { r.title += "!"; }) != key);
  CHECK(changed([](auto& r) { r.body += " "; }) != key);
  CHECK(changed([](auto& r) { r.time_began.reset(); }) != key);
  CHECK(changed([](auto& r) { r.external_url = "https://example.org"; }) != key);
  CHECK(make_report_key({team_id{"T1"}, user_id{"U2"}}, home, tags, sample()) != key);
  CHECK(make_report_key(ana, enclave_id{"e-2"}, tags, sample()) != key);
  CHECK(make_report_key(ana, home, std::vector<std::string>{"other"}, sample()) != key);
}
