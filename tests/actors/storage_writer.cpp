#include "actors/storage_writer.hpp"

#include "actors/actor_fixture.hpp"
#include "storage/memory_store.hpp"
#include "support/store_in_front.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

constexpr storage::table any{200};

/// Counts commits and can fail.
class counting_store final : public test::store_in_front {
 public:
  explicit counting_store(storage::kv_store& home) : store_in_front(home) {}

  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    groups.push_back({batches.size(), s});
    if (broken)
      return std::vector<result<void>>(batches.size(),
                                       result<void>{fail(ec::io_failure, "the disk is full")});
    return inner().write_group(batches, s);
  }

  struct group {
    std::size_t size;
    storage::sync sync;
  };
  std::vector<group> groups;
  bool broken = false;
};

struct writer_fixture : test::actor_fixture {
  storage::memory_store home;
  counting_store store{home};
  storage_writer_config settings{.max_pending = 3};
  storage_writer_actor writer =
      system.spawn<storage_writer>(settings, std::ref<storage::kv_store>(store), env);

  ~writer_fixture() { end(writer); }

  auto write(const std::string& key, storage::sync s, std::optional<std::string> expected = {},
             bool expects = false) {
    storage::write_batch batch;
    if (expects)
      batch.expect(any, key, std::move(expected));
    batch.put(any, key, "value");
    return self->request(writer, caf::infinite, atom::write_v,
                         write_request{std::make_shared<const storage::write_batch>(std::move(batch)), s});
  }
};

} // namespace

TEST_CASE("writes that arrive together share one commit, synced if any of them asks for it", "[actors]") {
  writer_fixture f;
  auto first = f.write("a", storage::sync::no);
  auto second = f.write("b", storage::sync::yes);
  f.run();
  CHECK(f.receive<atom::done>(first).value);
  CHECK(f.receive<atom::done>(second).value);
  REQUIRE(f.store.groups.size() == 1);
  CHECK(f.store.groups[0].size == 2);
  CHECK(f.store.groups[0].sync == storage::sync::yes);

  auto third = f.write("c", storage::sync::no);
  f.run();
  CHECK(f.receive<atom::done>(third).value);
  REQUIRE(f.store.groups.size() == 2);
  CHECK(f.store.groups[1].sync == storage::sync::no);
}

TEST_CASE("a refused batch does not disturb the others of its group", "[actors]") {
  writer_fixture f;
  auto good = f.write("a", storage::sync::yes);
  auto refused =
      f.write("a", storage::sync::yes, std::nullopt, true); // "a" must be absent, and is not any more
  f.run();
  CHECK(f.receive<atom::done>(good).value);
  auto answer = f.receive<atom::done>(refused);
  REQUIRE(answer.failure);
  CHECK(answer.failure->code == ec::precondition_failed);
  CHECK(f.health.entries().front().usable);
}

TEST_CASE("a write that fails is never answered as done, and readiness says so until one works", "[actors]") {
  writer_fixture f;
  f.store.broken = true;
  auto lost = f.write("a", storage::sync::yes);
  f.run();
  auto answer = f.receive<atom::done>(lost);
  REQUIRE(answer.failure);
  CHECK(answer.failure->code == ec::io_failure);
  CHECK_FALSE(f.health.entries().front().usable);
  f.store.broken = false;
  auto again = f.write("a", storage::sync::yes);
  f.run();
  CHECK(f.receive<atom::done>(again).value);
  CHECK(f.health.entries().front().usable);
}

TEST_CASE("a database that failed is tried again without anybody's write", "[actors]") {
  writer_fixture f;
  f.store.broken = true;
  auto lost = f.write("a", storage::sync::yes);
  f.run();
  CHECK(f.receive<atom::done>(lost).failure);
  f.advance(seconds{60}); // still no room
  CHECK_FALSE(f.health.entries().front().usable);
  f.store.broken = false;
  f.advance(seconds{6});
  CHECK(f.health.entries().front().usable);
}

TEST_CASE("a database that fails for long is logged when that changes, and rarely besides", "[actors]") {
  writer_fixture f;
  std::vector<std::string> lines;
  telemetry::log_service logs({}, f.time, [&](std::string_view line) { lines.emplace_back(line); });
  auto env = f.env;
  env.log = logs.get();
  storage_writer_actor writer =
      f.system.spawn<storage_writer>(f.settings, std::ref<storage::kv_store>(f.store), env);
  f.store.broken = true;
  storage::write_batch batch;
  batch.put(any, "a", "value");
  auto lost =
      f.self->request(writer, caf::infinite, atom::write_v,
                      write_request{std::make_shared<const storage::write_batch>(batch), storage::sync::yes});
  f.run();
  CHECK(f.receive<atom::done>(lost).failure);
  for (int i = 0; i < 180; ++i) // a quarter of an hour
    f.advance(seconds{5});
  CHECK(f.store.groups.size() > 150); // it was tried all the time
  f.store.broken = false;
  f.advance(seconds{6});
  f.end(writer);
  logs.stop();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("cannot be written") != std::string::npos);
  CHECK(lines[1].find("cannot be written") != std::string::npos); // ten minutes later
  CHECK(lines[2].find("can be written again") != std::string::npos);
}

TEST_CASE("a full storage writer refuses at once instead of growing", "[actors]") {
  writer_fixture f;
  auto a = f.write("a", storage::sync::no);
  auto b = f.write("b", storage::sync::no);
  auto c = f.write("c", storage::sync::no);
  auto d = f.write("d", storage::sync::no);
  f.run();
  CHECK(f.receive<atom::done>(a).value);
  CHECK(f.receive<atom::done>(b).value);
  CHECK(f.receive<atom::done>(c).value);
  auto refused = f.receive<atom::done>(d);
  REQUIRE(refused.failure);
  CHECK(refused.failure->code == ec::overloaded);
}
