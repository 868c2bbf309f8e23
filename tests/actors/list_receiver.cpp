// Large lists through the OUTBOX, as the admin socket and Slack's file dialogs bring them.
#include "actors/list_receiver.hpp"

#include "actors/actor_fixture.hpp"
#include "actors/outbox.hpp"
#include "actors/storage_writer.hpp"
#include "storage/bot_database.hpp"
#include "storage/memory_store.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

const member ana{team_id{"T1"}, user_id{"U1"}};

struct list_fixture : test::actor_fixture {
  storage::memory_store store;
  storage::vault sealer = test::open_vault(store, random);
  storage::outbox_table table{store, sealer, random};
  storage::credentials_table credentials{store, sealer, &random};
  storage::drafts_table drafts{store, sealer};
  storage::journal_table journal{store, sealer};
  storage_writer_actor writer = system.spawn<storage_writer>(storage_writer_config{}, std::ref(store), env);
  outbox_actor box;

  explicit list_fixture(std::size_t max_lists = 16) {
    outbox_config config;
    config.detached_lists = false;
    config.limits.max_rows = 10;
    config.max_lists = max_lists;
    // Nothing is delivered here: the parts wait for credentials that nobody has.
    box = system.spawn<outbox>(
        config, outbox_parts{writer, {}, {}, {}, {}, table, credentials, drafts, journal}, env);
    run();
  }
  ~list_fixture() {
    end(box);
    end(writer);
  }

  template <class T, class... Args>
  reply<T> ask(Args&&... args) {
    auto pending = self->request(box, caf::infinite, std::forward<Args>(args)...);
    run();
    return receive<T>(pending);
  }
  std::string open(const std::string& request_key = "") {
    list_opening what;
    what.submission.who = ana;
    what.submission.enclave = enclave_id{"e"};
    what.submission.request_key = request_key;
    return *ask<std::string>(atom::open_v, std::move(what)).value;
  }
  reply<atom::done> add(const std::string& id, std::uint32_t first, std::uint32_t last) {
    auto items = std::make_shared<std::vector<domain::list_item>>();
    for (std::uint32_t i = first; i < last; ++i) {
      domain::list_item item;
      item.row.line = i + 1;
      item.row.type = "URL";
      item.row.value = "v" + std::to_string(i);
      items->push_back(std::move(item));
    }
    return ask<atom::done>(atom::add_v, id, list_items{items});
  }
  reply<acceptance_outcome> accept(const std::string& id, bool again = false) {
    list_agreement agreement;
    agreement.again = again;
    return ask<acceptance_outcome>(atom::accept_v, id, std::move(agreement));
  }
};

} // namespace

TEST_CASE("a list comes in pieces and is accepted as one submission", "[actors][list_receiver]") {
  list_fixture f;
  const std::string id = f.open("request");
  for (std::uint32_t i = 0; i < 5; ++i)
    REQUIRE(f.add(id, i * 20, i * 20 + 25).value); // five of each overlap
  auto totals = f.ask<list_totals>(atom::close_v, id);
  REQUIRE(totals.value);
  CHECK((*totals.value)->counts == domain::counts{125, 105, 20, 0, 0});
  CHECK(f.table.recent(10).value().empty());
  CHECK(f.add(id, 0, 1).failure->code == ec::invalid_argument); // closed
  auto accepted = f.accept(id);
  REQUIRE(accepted.value);
  CHECK(accepted.value->receipt.submission.id.value == id);
  CHECK(accepted.value->receipt.parts.size() == 11);
  CHECK(f.table.find(submission_id{id}).value()->counts == domain::counts{125, 105, 20, 0, 0});
  CHECK(f.accept(id).failure->code == ec::not_found); // it is over
}

TEST_CASE("the same content asks first, and the list waits for the answer", "[actors][list_receiver]") {
  list_fixture f;
  const std::string first = f.open("one");
  REQUIRE(f.add(first, 0, 30).value);
  REQUIRE(f.accept(first).value); // closing is implied
  const std::string second = f.open("two");
  REQUIRE(f.add(second, 0, 30).value);
  auto asked = f.accept(second);
  REQUIRE(asked.value);
  CHECK(asked.value->same_content);
  CHECK(asked.value->receipt.submission.id.value == first);
  auto agreed = f.accept(second, true);
  REQUIRE(agreed.value);
  CHECK(agreed.value->receipt.submission.id.value == second);
  CHECK(agreed.value->receipt.counts == domain::counts{30, 0, 30, 0, 0}); // all known by now

  const std::string third = f.open("two"); // the same request again
  REQUIRE(f.add(third, 0, 30).value);
  auto repeated = f.accept(third);
  REQUIRE(repeated.value);
  CHECK(repeated.value->repeated_request);
  CHECK(repeated.value->receipt.submission.id.value == second);
}

TEST_CASE("a list that is given up, or that nobody touches, is gone", "[actors][list_receiver]") {
  list_fixture f;
  const std::string given_up = f.open();
  REQUIRE(f.add(given_up, 0, 30).value);
  f.self->send(f.box, atom::abandon_v, given_up);
  f.run();
  CHECK(f.accept(given_up).failure->code == ec::not_found);
  const std::string forgotten = f.open();
  REQUIRE(f.add(forgotten, 0, 30).value);
  for (int i = 0; i < 6; ++i)
    f.advance(std::chrono::minutes{10});
  CHECK(f.add(forgotten, 30, 40).failure->code == ec::not_found);
  // The sweep finds what they left.
  while (true) {
    storage::write_batch batch;
    if (storage::sweep_stages(f.store, batch, from_epoch_ms(0), 100).value() == 0)
      break;
    REQUIRE(f.store.write(batch, storage::sync::no));
  }
  bool left = false;
  for (auto t : {storage::tables::part_rows, storage::tables::staging, storage::tables::accepted_run_pages})
    f.store.scan(t, {}, {}, [&](auto, auto) { return !(left = true); }).value();
  CHECK_FALSE(left);
}

TEST_CASE("there is a limit to lists on their way in, and a list of nothing is not accepted",
          "[actors][list_receiver]") {
  list_fixture f(1);
  const std::string id = f.open();
  list_opening another;
  another.submission.who = ana;
  CHECK(f.ask<std::string>(atom::open_v, std::move(another)).failure->code == ec::overloaded);
  CHECK(f.accept(id).failure->code == ec::invalid_argument);
  REQUIRE(f.ask<list_totals>(atom::close_v, id).value);
  f.self->send(f.box, atom::abandon_v, id);
  f.run();
  CHECK_FALSE(f.open().empty());
}

TEST_CASE("a list of which everything is withheld waits until its owner insists", "[actors][list_receiver]") {
  list_fixture f;
  const std::string id = f.open();
  auto items = std::make_shared<std::vector<domain::list_item>>();
  for (std::uint32_t i = 1; i <= 25; ++i) {
    domain::list_item item;
    item.line = item.row.line = i;
    item.row.type = "IP";
    item.row.value = "10.0.0." + std::to_string(i);
    item.reason = domain::line_reason::special_address;
    item.row_kept = true;
    items->push_back(std::move(item));
  }
  REQUIRE(f.ask<atom::done>(atom::add_v, id, list_items{items}).value);
  CHECK((*f.ask<list_totals>(atom::close_v, id).value)->counts == domain::counts{25, 0, 0, 25, 0});
  CHECK(f.accept(id).failure->code == ec::invalid_argument);
  CHECK(f.table.recent(10).value().empty());
  list_agreement insisting;
  insisting.overridden.special_address = true;
  auto accepted = f.ask<acceptance_outcome>(atom::accept_v, id, std::move(insisting));
  REQUIRE(accepted.value);
  CHECK(accepted.value->receipt.counts == domain::counts{25, 25, 0, 0, 0});
  CHECK(accepted.value->receipt.parts.size() == 3);
  CHECK(accepted.value->receipt.withheld.empty());
  CHECK(f.table.find(submission_id{id}).value()->counts == domain::counts{25, 25, 0, 0, 0});
}
