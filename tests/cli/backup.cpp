/// Backup and restore from the command line: a round trip, and everything that must be refused.
#include "cli/operator_fixture.hpp"

#include "storage/backup.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <iterator>

using namespace isacbot;
using test::operator_fixture;

namespace fs = std::filesystem;

namespace {

std::size_t enclaves(operator_fixture& f) {
  return f.type_json({"station", "list"}).at("enclaves").as_array().size();
}

bool any_file_contains(const fs::path& directory, const std::string& wanted) {
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file())
      continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(in), {});
    if (content.find(wanted) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace

TEST_CASE_METHOD(operator_fixture, "a backup made while serving brings everything back", "[cli][backup]") {
  std::string id = seed(domain::part_state::parked);
  if (GENERATE(true, false))
    serve();
  type({"station", "add-enclave", "--name", "before"});
  std::string place = (dir / "backup").string();
  auto made = type_json({"backup", place});
  CHECK(made.at("station").as_bool());
  CHECK((fs::status(place).permissions() & fs::perms::others_all) == fs::perms::none);
  CHECK_FALSE(any_file_contains(place, "planted-api"));
  CHECK(any_file_contains(place, "before")); // the search is able to find: Station's names are in clear
  type({"backup", place});
  CHECK(status == 1); // never over another one

  type({"station", "add-enclave", "--name", "after"});
  type({"submissions", "cancel", id});
  type({"users", "remove", "--team", "T1", "--user", "U0ADA"});
  REQUIRE(status == 0);
  if (service) {
    type({"restore", place});
    CHECK(status == 1);
    CHECK(err.find("stop the service first") != std::string::npos);
    CHECK(enclaves(*this) == 2);
    CHECK(service->stop());
    service.reset();
  }
  type({"restore", place});
  INFO(err);
  REQUIRE(status == 0);
  CHECK(enclaves(*this) == 1);
  CHECK(type({"users", "list"}).find("U0ADA") != std::string::npos);
  CHECK(type_json({"submissions", "list"}).at("submissions").as_array().size() == 1);
  type({"audit", "verify"});
  CHECK(status == 0);
  serve(); // and a service runs on it
  CHECK(enclaves(*this) == 1);
}

TEST_CASE_METHOD(operator_fixture, "a backup that is no good changes nothing", "[cli][backup]") {
  type({"station", "add-enclave", "--name", "before"});
  fs::path place = dir / "backup";
  type({"backup", place.string()});
  REQUIRE(status == 0);
  type({"station", "add-enclave", "--name", "after"});
  std::string said;
  SECTION("none") {
    place = dir / "elsewhere";
    said = "no complete backup";
  }
  SECTION("unfinished") {
    fs::remove(place / "backup.json");
    said = "no complete backup";
  }
  SECTION("damaged") {
    const char* part = GENERATE("bot", "station");
    for (const auto& entry : fs::directory_iterator(place / part / "shared_checksum")) {
      std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(40);
      file.put('\x5a');
    }
    said = "damaged";
  }
  SECTION("a part is missing") {
    fs::remove_all(place / "station");
    said = "no backup";
  }
  SECTION("of another master key") {
    fs::path other = dir / "other_key";
    REQUIRE(storage::make_master_key(other, random));
    fs::rename(key_file, dir / "kept");
    fs::rename(other, key_file);
    said = "another master key";
  }
  type({"restore", place.string()});
  CHECK(status == 1);
  INFO(err);
  CHECK(err.find(said) != std::string::npos);
  if (fs::exists(dir / "kept"))
    fs::rename(dir / "kept", key_file);
  CHECK(enclaves(*this) == 2);
}

TEST_CASE_METHOD(operator_fixture, "a restore that was interrupted is explained and done again",
                 "[cli][backup]") {
  type({"station", "add-enclave", "--name", "before"});
  fs::path place = dir / "backup";
  type({"backup", place.string()});
  REQUIRE(status == 0);
  // As a crash between the two halves leaves it.
  REQUIRE(storage::write_synced_file(dir / "data" / storage::replacement_mark, "x"));
  fs::remove(dir / "data" / "CURRENT");
  type({"users", "list"});
  CHECK(status == 1);
  CHECK(err.find("isacbot restore DIR") != std::string::npos);
  auto started = app::service::start(settings(), {time, random, {}, {}, {}, false, "test"});
  CHECK(started.has_error()); // no new database in the place of half an old one
  type({"restore", place.string()});
  REQUIRE(status == 0);
  CHECK(enclaves(*this) == 1);
}
