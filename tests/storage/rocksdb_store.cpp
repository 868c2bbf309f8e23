#include "storage/rocksdb_store.hpp"

#include "storage/process_lock.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

constexpr table some_table{1};

rocksdb_options at(const std::filesystem::path& path) {
  rocksdb_options options;
  options.path = path;
  return options;
}

bool any_file_contains(const std::filesystem::path& directory, const std::string& text) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(in), {});
    if (content.find(text) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace

TEST_CASE("a second opening of the same database is refused", "[storage]") {
  test::temp_dir dir;
  result<std::unique_ptr<rocksdb_store>> first = rocksdb_store::open(at(dir / "db"));
  REQUIRE(first);
  result<std::unique_ptr<rocksdb_store>> second = rocksdb_store::open(at(dir / "db"));
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ec::locked);
  CHECK(second.error().cause.find("pid " + std::to_string(getpid())) != std::string::npos);
  CHECK_FALSE(second.error().mend.empty());
  REQUIRE((*first)->write(write_batch().put(some_table, "a", "1"), sync::yes));
  first->reset();
  CHECK(rocksdb_store::open(at(dir / "db")).value()->get(some_table, "a").value() == "1");
}

TEST_CASE("a database held by another process is refused, and the process is named", "[storage]") {
  test::temp_dir dir;
  std::filesystem::create_directory(dir / "db");
  int ready[2];
  int finish[2];
  REQUIRE(pipe(ready) == 0);
  REQUIRE(pipe(finish) == 0);
  pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Only system calls that are safe after fork, and no Catch2.
    close(finish[1]);
    {
      result<process_lock> lock = process_lock::acquire(dir / "db" / "isacbot.lock");
      char answer = lock ? 'y' : 'n';
      if (write(ready[1], &answer, 1) != 1)
        _exit(1);
      char end = 0;
      if (read(finish[0], &end, 1) < 0)
        _exit(1);
    }
    _exit(0);
  }
  char answer = 0;
  REQUIRE(read(ready[0], &answer, 1) == 1);
  REQUIRE(answer == 'y');

  result<std::unique_ptr<rocksdb_store>> refused = rocksdb_store::open(at(dir / "db"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::locked);
  CHECK(refused.error().cause.find("pid " + std::to_string(child)) != std::string::npos);

  close(finish[1]); // lets the child end; whatever way it ends, the lock goes with it
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(rocksdb_store::open(at(dir / "db")));
  for (int end : {ready[0], ready[1], finish[0]})
    close(end);
}

TEST_CASE("a database that should exist is not created", "[storage]") {
  test::temp_dir dir;
  rocksdb_options options = at(dir / "db");
  options.create_if_missing = false;
  CHECK(rocksdb_store::open(options).error().code == ec::not_found);
  CHECK_FALSE(std::filesystem::exists(dir / "db"));
}

TEST_CASE("a missing parent directory is an error that says so", "[storage]") {
  test::temp_dir dir;
  result<std::unique_ptr<rocksdb_store>> refused = rocksdb_store::open(at(dir / "missing" / "db"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::io_failure);
  CHECK(refused.error().cause.find((dir / "missing").string()) != std::string::npos);
}

TEST_CASE("only its owner may enter a new database's directory", "[storage]") {
  test::temp_dir dir;
  REQUIRE(rocksdb_store::open(at(dir / "db")));
  CHECK(std::filesystem::status(dir / "db").permissions() == std::filesystem::perms::owner_all);
}

TEST_CASE("without compression a stored text can be found in the files", "[storage]") {
  test::temp_dir dir;
  rocksdb_options options = at(dir / "db");
  options.compression = false;
  {
    std::unique_ptr<rocksdb_store> store = rocksdb_store::open(options).value();
    REQUIRE(store->write(write_batch().put(some_table, "a", "planted-control-value"), sync::yes));
  }
  CHECK(any_file_contains(dir / "db", "planted-control-value"));
}

TEST_CASE("concurrent writers each get their own verdict and share commits", "[storage]") {
  test::temp_dir dir;
  std::unique_ptr<rocksdb_store> store = rocksdb_store::open(at(dir / "db")).value();
  constexpr int writers = 8;
  constexpr int rounds = 40;
  std::atomic<int> won{0};
  std::atomic<int> written{0};
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      for (int round = 0; round < rounds; ++round) {
        // All fight for one key per round, and each writes one of its own.
        std::string contested = "contested " + std::to_string(round);
        write_batch batches[2];
        batches[0]
            .expect(some_table, contested, std::nullopt)
            .put(some_table, contested, std::to_string(writer));
        batches[1].put(some_table, "own " + std::to_string(writer) + " " + std::to_string(round), "x");
        std::vector<result<void>> verdicts = store->write_group(batches, sync::yes);
        won += verdicts.at(0) ? 1 : 0;
        written += verdicts.at(1) ? 1 : 0;
        // A write that returned is seen by every reader.
        if (!store->get(some_table, contested).value())
          written -= 1'000'000;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  CHECK(won == rounds);
  CHECK(written == writers * rounds);
  CHECK(store->commits() <= std::uint64_t{writers} * rounds);
  int rows = 0;
  REQUIRE(store->scan(some_table, "own ", "own!", [&](auto, auto) {
    ++rows;
    return true;
  }));
  CHECK(rows == writers * rounds);
}
