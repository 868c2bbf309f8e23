#include "app/incoming_lists.hpp"

#include "support/manual_clock.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <memory>
#include <thread>

using namespace isacbot;
using namespace isacbot::app;

namespace {

/// The OUTBOX, as far as lists can tell.
struct fake_door {
  std::atomic<int> opened{0};
  std::atomic<int> abandoned{0};
  std::atomic<int> accepted{0};
  std::atomic<std::uint64_t> items{0};
  std::optional<error> close_fault;
  result<actors::safelist_ptr> safelist = std::make_shared<const domain::safelist>();
  std::function<void()> while_accepting;
  actors::acceptance report;

  list_door door() {
    list_door d;
    d.open = [this](const domain::submission&) -> result<std::string> {
      return "list" + std::to_string(++opened);
    };
    d.add = [this](const std::string&, std::vector<domain::list_item>&& more) -> result<void> {
      items += more.size();
      return {};
    };
    d.close = [this](const std::string&) -> result<domain::intake_totals> {
      if (close_fault)
        return *close_fault;
      domain::intake_totals totals;
      totals.counts = {items, items, 0, 0, 0};
      return totals;
    };
    d.accept = [this](const std::string&, bool) -> result<actors::acceptance_outcome> {
      if (while_accepting)
        while_accepting();
      ++accepted;
      return actors::acceptance_outcome{};
    };
    d.abandon = [this](const std::string&) { ++abandoned; };
    d.append = [this](actors::acceptance what) -> result<actors::acceptance_outcome> {
      report = std::move(what);
      return actors::acceptance_outcome{};
    };
    d.safelist = [this] { return safelist; };
    return d;
  }
};

struct fixture {
  fake_door outbox;
  test::manual_clock time;
  incoming_lists lists{outbox.door(), {{}, {1'024, 2}, {}}, time};

  incoming_lists::opening list() {
    incoming_lists::opening what;
    what.submission.kind = domain::submission_kind::indicators;
    return what;
  }
  std::string open() { return lists.open(list()).value().id; }
};

} // namespace

TEST_CASE("a list too many is refused before the door has heard of it", "[app][incoming_lists]") {
  fixture f;
  for (std::size_t i = 0; i < max_incoming_lists; ++i)
    f.open();
  CHECK(f.lists.open(f.list()).error().code == ec::overloaded);
  CHECK(f.outbox.opened == static_cast<int>(max_incoming_lists));
  f.lists.abandon("list1");
  CHECK(f.outbox.abandoned == 1);
  CHECK(f.lists.open(f.list()).has_value());
  f.time.advance(incoming_patience + seconds{1}); // whoever brought them has gone
  CHECK(f.lists.open(f.list()).has_value());
  CHECK(f.lists.add("list2", 0, "8.8.4.4\n").error().code == ec::not_found);
}

TEST_CASE("an abandon that comes while a list is being accepted waits, and takes nothing back",
          "[app][incoming_lists]") {
  fixture f;
  const auto id = f.open();
  REQUIRE(f.lists.add(id, 0, "8.8.4.4\n").has_value());
  std::thread other;
  f.outbox.while_accepting = [&] { other = std::thread([&] { f.lists.abandon(id); }); };
  CHECK(f.lists.accept(id, false).has_value());
  other.join();
  CHECK(f.outbox.accepted == 1);
  CHECK(f.outbox.abandoned == 0);
  CHECK(f.lists.accept(id, false).error().code == ec::not_found);
}

TEST_CASE("what cannot be read or closed is given up at the door, once", "[app][incoming_lists]") {
  fixture f;
  auto id = f.open();
  CHECK(f.lists.add(id, 0, std::string_view("PK\x03\x04\0\0", 6)).has_value());
  CHECK(f.lists.close(id).has_error());
  CHECK(f.outbox.abandoned == 1);
  CHECK(f.lists.close(id).error().code == ec::not_found);
  id = f.open();
  f.outbox.close_fault = fail(ec::io_failure, "the disk is full");
  CHECK(f.lists.accept(id, false).error().code == ec::io_failure);
  CHECK(f.outbox.abandoned == 2);
  CHECK(f.outbox.accepted == 0);
}

TEST_CASE("a piece whose answer was lost may come again", "[app][incoming_lists]") {
  fixture f;
  const auto id = f.open();
  REQUIRE(f.lists.add(id, 0, "8.8.4.4\n").has_value());
  REQUIRE(f.lists.add(id, 0, "8.8.4.4\n").has_value());
  REQUIRE(f.lists.add(id, 1, "9.9.9.9\n").has_value());
  CHECK(f.lists.add(id, 3, "1.1.1.1\n").error().code == ec::conflict);
  CHECK(f.lists.close(id)->counts.handed_in == 2);
  CHECK(f.lists.close(id)->counts.handed_in == 2);
}

TEST_CASE("a safelist that Station does not tell withholds nothing, and that is said",
          "[app][incoming_lists]") {
  fixture f;
  CHECK(f.lists.open(f.list())->safelist_checked);
  f.outbox.safelist = fail(ec::unavailable, "nobody is there");
  CHECK_FALSE(f.lists.open(f.list())->safelist_checked);
  auto overridden = f.list();
  overridden.send_safelisted = true;
  CHECK(f.lists.open(overridden)->safelist_checked); // nobody was asked
}

TEST_CASE("a report over the limits goes in as parts, under one content key", "[app][incoming_lists]") {
  fixture f;
  incoming_lists::opening what;
  what.submission.kind = domain::submission_kind::report;
  what.submission.request_key = "r1";
  what.title = "A wave";
  auto id = f.lists.open(what).value().id;
  REQUIRE(f.lists.add(id, 0, "a.bad-site.net\nb.bad-site.net\n").has_value());
  REQUIRE(f.lists.add(id, 1, "c.bad-site.net\n").has_value());
  REQUIRE(f.lists.accept(id, false).has_value());
  REQUIRE(f.outbox.report.report.size() == 2);
  CHECK(f.outbox.report.report[1].title == "A wave (part 2 of 2)");
  CHECK(f.outbox.report.report[1].body == "c.bad-site.net\n");
  CHECK(f.outbox.report.list.counts == domain::counts{1, 1, 0, 0, 0});
  CHECK_FALSE(f.outbox.report.submission.content_key.empty());
}
