/// What Station is told about an event, given what was made of it before.
#include "domain/misp/poll_delivery.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

const std::string uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";

event_version version(std::int64_t edited, std::int64_t published) {
  return {misp_time{seconds{edited}}, misp_time{seconds{published}}};
}

mapped_report mapped(const std::vector<std::string>& digests, std::vector<std::string> tags) {
  mapped_report m;
  m.uuid = uuid;
  for (std::size_t i = 0; i < digests.size(); ++i)
    if (!digests[i].empty())
      m.parts.push_back({part_external_id(uuid, i + 1), "title", "body", digests[i], 1});
  m.tags = std::move(tags);
  return m;
}

mapped_report withheld() {
  mapped_report m;
  m.uuid = uuid;
  m.withheld = withheld_event{withholding::tlp, "TLP:RED is stricter than misp.main.max_tlp"};
  return m;
}

/// As it is after every job has been done.
event_record finished(delivery_plan plan) {
  for (auto& part : plan.outcome.parts)
    part.report_id = "report of " + part.external_id;
  return plan.outcome;
}

event_record delivered(const mapped_report& m, const std::string& server = "main",
                       event_version v = version(10, 20)) {
  return finished(plan_delivery(nullptr, m, server, v, {}));
}

} // namespace

TEST_CASE("a new event is put, and recorded as under way before", "[domain]") {
  auto m = mapped({"v1"}, {"tlp-green"});
  auto plan = plan_delivery(nullptr, m, "main", version(10, 20), {});
  CHECK(plan.verdict == delivery_verdict::deliver);
  CHECK_FALSE(plan.known);
  CHECK(plan.jobs == std::vector<part_job>{{part_task::put, uuid, 0}});
  CHECK(plan.tags == m.tags);
  CHECK(plan.removed_tags.empty());
  CHECK(plan.intent.state == event_state::delivering);
  CHECK(plan.intent.parts == std::vector<event_part>{{uuid, "", "", {}}});
  CHECK(plan.intent.tags == m.tags);
  CHECK(plan.outcome.state == event_state::delivered);
  CHECK(plan.outcome.parts == std::vector<event_part>{{uuid, "", "v1", {}}});
  CHECK(plan.outcome.owner == "main");
  CHECK(plan.outcome.version == version(10, 20));
}

TEST_CASE("an event published again unchanged needs no call", "[domain]") {
  auto m = mapped({"v1"}, {"a", "b"});
  auto before = delivered(m);
  auto again = mapped({"v1"}, {"b", "a"}); // a set: order says nothing
  auto plan = plan_delivery(&before, again, "main", version(11, 40), {});
  CHECK(plan.verdict == delivery_verdict::unchanged);
  CHECK(plan.jobs.empty());
  CHECK(*find_seen(plan.outcome, "main") == version(11, 40));
}

TEST_CASE("a changed event is replaced, and only our own tags are taken away", "[domain]") {
  auto before = delivered(mapped({"v1"}, {"a", "b"}));
  auto plan = plan_delivery(&before, mapped({"v2"}, {"b", "c"}), "main", version(11, 40), {});
  CHECK(plan.verdict == delivery_verdict::deliver);
  CHECK(plan.known);
  CHECK(plan.jobs == std::vector<part_job>{{part_task::put, uuid, 0}});
  CHECK(plan.tags == std::vector<std::string>{"b", "c"});
  CHECK(plan.removed_tags == std::vector<std::string>{"a"});
  // While it is under way, any of the three may be there, and the content is uncertain.
  CHECK(plan.intent.tags == std::vector<std::string>{"a", "b", "c"});
  CHECK(plan.intent.parts == std::vector<event_part>{{uuid, "report of " + uuid, "", {}}});
}

TEST_CASE("other tags alone do not send the body again", "[domain]") {
  auto before = delivered(mapped({"v1"}, {"a"}));
  auto plan = plan_delivery(&before, mapped({"v1"}, {"b"}), "main", version(11, 40), {});
  CHECK(plan.jobs == std::vector<part_job>{{part_task::tag, uuid, 0}});
}

TEST_CASE("of several parts only those that differ are sent, and surplus ones are deleted", "[domain]") {
  auto before = delivered(mapped({"p1", "p2", "p3"}, {"a"}));
  auto plan = plan_delivery(&before, mapped({"p1", "x2"}, {"a"}), "main", version(11, 40), {});
  CHECK(plan.jobs ==
        std::vector<part_job>{{part_task::put, uuid + ":2", 1}, {part_task::remove, uuid + ":3", 0}});
  CHECK(plan.outcome.parts.size() == 2);
  CHECK(plan.intent.parts.size() == 3); // until the deletion is done, it may be there
}

TEST_CASE("an interrupted delivery is done again where Station is not certain", "[domain]") {
  auto old = delivered(mapped({"p1", "p2"}, {"a"}));
  auto interrupted = plan_delivery(&old, mapped({"p1", "x2"}, {"b"}), "main", version(11, 40), {}).intent;
  SECTION("with the same version") {
    auto plan = plan_delivery(&interrupted, mapped({"p1", "x2"}, {"b"}), "main", version(11, 40), {});
    CHECK(plan.jobs == std::vector<part_job>{{part_task::tag, uuid, 0}, {part_task::put, uuid + ":2", 1}});
    CHECK(plan.removed_tags == std::vector<std::string>{"a"});
  }
  SECTION("with the old version back again: what looks unchanged is not") {
    auto plan = plan_delivery(&interrupted, mapped({"p1", "p2"}, {"a"}), "main", version(12, 50), {});
    CHECK(plan.verdict == delivery_verdict::deliver);
    CHECK(plan.jobs == std::vector<part_job>{{part_task::tag, uuid, 0}, {part_task::put, uuid + ":2", 1}});
    CHECK(plan.removed_tags == std::vector<std::string>{"b"});
  }
}

TEST_CASE("of two servers the one that delivered owns the event until the other's is newer", "[domain]") {
  auto before = delivered(mapped({"v1"}, {}), "main", version(100, 20));
  for (std::int64_t edited : {99, 100}) {
    auto plan = plan_delivery(&before, mapped({"other"}, {}), "other", version(edited, 9'999), {});
    CHECK(plan.verdict == delivery_verdict::ignore);
    CHECK(plan.jobs.empty());
    CHECK(plan.outcome.owner == "main");
    CHECK(plan.outcome.version == before.version);
    CHECK(*find_seen(plan.outcome, "other") == version(edited, 9'999)); // not fetched again
  }
  auto newer = plan_delivery(&before, mapped({"other"}, {}), "other", version(101, 5), {});
  CHECK(newer.verdict == delivery_verdict::deliver);
  CHECK(newer.outcome.owner == "other");
  // The owner itself needs no newer time of edit: it may have been read half stored.
  CHECK(plan_delivery(&before, mapped({"v2"}, {}), "main", version(100, 30), {}).verdict ==
        delivery_verdict::deliver);
  // What one server's rule withholds, another may submit.
  auto none = finished(plan_delivery(nullptr, withheld(), "main", version(100, 20), {}));
  CHECK(plan_delivery(&none, mapped({"v1"}, {}), "other", version(50, 5), {}).verdict ==
        delivery_verdict::deliver);
}

TEST_CASE("a withheld event sends nothing and is remembered", "[domain]") {
  auto plan = plan_delivery(nullptr, withheld(), "main", version(10, 20), {});
  CHECK(plan.verdict == delivery_verdict::withhold);
  CHECK(plan.jobs.empty());
  CHECK(plan.outcome.state == event_state::withheld);
  CHECK_FALSE(plan.outcome.reason.empty());
  CHECK(plan.outcome.parts.empty());
}

TEST_CASE("an event that becomes too strict is withdrawn as the policy says", "[domain]") {
  auto before = delivered(mapped({"p1", "p2"}, {"a"}));
  SECTION("keep") {
    auto plan = plan_delivery(&before, withheld(), "main", version(11, 40), {});
    CHECK(plan.verdict == delivery_verdict::withhold);
    CHECK(plan.jobs.empty());
    CHECK(plan.outcome.parts == before.parts);
  }
  SECTION("tag, and taken back when it is submitted again") {
    delivery_rules rules{true, withdrawal_policy::tag};
    auto plan = plan_delivery(&before, withheld(), "main", version(11, 40), rules);
    CHECK(plan.jobs == std::vector<part_job>{{part_task::mark, uuid, 0}, {part_task::mark, uuid + ":2", 0}});
    CHECK(plan.tags == std::vector<std::string>{"misp-withdrawn"});
    CHECK(plan.removed_tags.empty());
    auto marked = plan.outcome;
    CHECK(marked.tags == std::vector<std::string>{"a", "misp-withdrawn"});
    // A mere republication does not tag again.
    CHECK(plan_delivery(&marked, withheld(), "main", version(11, 50), rules).jobs.empty());
    auto back = plan_delivery(&marked, mapped({"p1", "p2"}, {"a"}), "main", version(12, 60), rules);
    CHECK(back.jobs.size() == 2);
    CHECK(back.jobs[0].task == part_task::tag);
    CHECK(back.removed_tags == std::vector<std::string>{"misp-withdrawn"});
  }
  SECTION("delete, and created again when it is submitted again") {
    delivery_rules rules{true, withdrawal_policy::remove};
    auto plan = plan_delivery(&before, withheld(), "main", version(11, 40), rules);
    CHECK(plan.jobs ==
          std::vector<part_job>{{part_task::remove, uuid, 0}, {part_task::remove, uuid + ":2", 0}});
    CHECK(plan.outcome.parts.empty());
    CHECK(plan.outcome.tags.empty());
    auto gone = plan.outcome;
    auto back = plan_delivery(&gone, mapped({"p1"}, {"a"}), "main", version(12, 60), rules);
    CHECK(back.jobs == std::vector<part_job>{{part_task::put, uuid, 0}});
    // Interrupted, and allowed again: the part that may be gone is put, not believed.
    auto halfway = plan.intent;
    auto repaired = plan_delivery(&halfway, mapped({"p1", "p2"}, {"a"}), "main", version(12, 60), rules);
    REQUIRE(repaired.jobs.size() == 2);
    CHECK(repaired.jobs[0].task == part_task::put);
    CHECK(repaired.jobs[1].task == part_task::put);
  }
  SECTION("also where updates are off") {
    delivery_rules rules{false, withdrawal_policy::remove};
    CHECK(plan_delivery(&before, withheld(), "main", version(11, 40), rules).jobs.size() == 2);
    CHECK(plan_delivery(&before, mapped({"x"}, {}), "main", version(11, 40), rules).verdict ==
          delivery_verdict::ignore);
  }
}

TEST_CASE("any sequence of versions, interrupted anywhere, ends with Station as the last one", "[domain]") {
  test::seeded_random random{3};
  auto below = [&](std::uint64_t n) { return random_bits(random) % n; };
  for (int round = 0; round < 500; ++round) {
    std::map<std::string, std::pair<std::string, std::set<std::string>>> station; // external id: digest, tags
    std::optional<event_record> record;
    delivery_rules rules{true, static_cast<withdrawal_policy>(below(2) + 1)};
    std::int64_t time = 10;
    auto run = [&](const mapped_report& m, bool interrupt) {
      ++time;
      auto plan = plan_delivery(record ? &*record : nullptr, m, "main", version(time, time), rules);
      if (!plan.jobs.empty())
        record = plan.intent;
      for (const auto& job : plan.jobs) {
        if (interrupt && below(3) == 0)
          return;
        auto there = station.find(job.external_id);
        if (job.task == part_task::remove) {
          station.erase(job.external_id);
        } else if (job.task == part_task::mark) {
          if (there != station.end())
            there->second.second.insert(plan.tags.begin(), plan.tags.end());
        } else {
          REQUIRE((job.task == part_task::put || there != station.end()));
          auto& report = station[job.external_id];
          if (job.task == part_task::put)
            report.first = m.parts[job.index].body_hash;
          if (interrupt && below(4) == 0)
            return; // between body and tags
          for (const auto& tag : plan.removed_tags)
            report.second.erase(tag);
          report.second.insert(plan.tags.begin(), plan.tags.end());
        }
      }
      record = finished(plan);
    };
    auto make = [&] {
      if (below(5) == 0)
        return withheld();
      std::vector<std::string> digests{"d" + std::to_string(below(3))};
      for (auto n = below(3); n > 0; --n)
        digests.push_back(below(3) == 0 ? "" : "d" + std::to_string(below(3)));
      std::vector<std::string> tags;
      for (const char* tag : {"a", "b", "c"})
        if (below(2) == 0)
          tags.emplace_back(tag);
      return mapped(digests, tags);
    };
    for (auto n = below(6); n > 0; --n)
      run(make(), true);
    auto last = make();
    run(last, false);
    if (last.withheld) {
      for (const auto& [id, report] : station)
        CHECK(report.second.contains("misp-withdrawn"));
      if (rules.withdrawal == withdrawal_policy::remove)
        CHECK(station.empty());
    } else {
      std::map<std::string, std::pair<std::string, std::set<std::string>>> wanted;
      for (const auto& part : last.parts)
        wanted[part.external_id] = {part.body_hash, {last.tags.begin(), last.tags.end()}};
      CHECK(station == wanted);
    }
  }
}
