/// `isacbot station ...` against a real database.
#include "app/station_part.hpp"
#include "cli/run.hpp"
#include "core/random.hpp"
#include "station/accounts.hpp"
#include "station/secret_checker.hpp"

#include "support/temp_dir.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>
#include <vector>

using namespace isacbot;

namespace {

struct fixture {
  test::temp_dir dir;
  std::string config = (dir / "isacbot.toml").string();
  int status = -1;
  std::string err;

  fixture() {
    std::ofstream(config) << "[station]\nenabled = true\n[storage]\npath = \"" << (dir / "data").string()
                          << "\"\n";
  }

  std::string type(std::vector<std::string> words) {
    words.insert(words.begin(), {"isacbot", "station"});
    words.insert(words.end(), {"--config", config});
    std::vector<const char*> pointers;
    for (const std::string& word : words)
      pointers.push_back(word.c_str());
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream errors;
    status = cli::run(static_cast<int>(pointers.size()), pointers.data(), {in, out, errors});
    err = errors.str();
    return out.str();
  }

  boost::json::object type_json(std::vector<std::string> words) {
    words.emplace_back("--json");
    std::string out = type(std::move(words));
    INFO(out << err);
    REQUIRE(status == 0);
    boost::system::error_code code;
    auto value = boost::json::parse(out, code);
    REQUIRE_FALSE(code);
    return value.as_object();
  }
};

std::string text(const boost::json::object& object, const char* name) {
  return std::string(object.at(name).as_string());
}

} // namespace

TEST_CASE_METHOD(fixture, "accounts made on the command line are Station's accounts", "[cli][station]") {
  std::string enclave = text(type_json({"add-enclave", "--name", "Community"}), "id");
  auto user = type_json({"add-user", "--name", "Ada", "--company", "Example"});
  type({"grant", "--key", text(user, "key"), "--enclave", enclave, "--access", "submit"});
  REQUIRE(status == 0);

  system_clock time;
  system_random random;
  auto store = app::open_station_database((dir / "data" / "station").string());
  REQUIRE(store.has_value());
  station::accounts accounts(**store, time, random);
  auto stored = accounts.find_user(text(user, "key"));
  REQUIRE(stored.has_value());
  REQUIRE(stored->has_value());
  CHECK((*stored)->name == "Ada");
  CHECK(station::matches_hash(secret{text(user, "secret")}, (*stored)->secret_hash));
  auto enclaves = accounts.enclaves_of(text(user, "key"));
  REQUIRE(enclaves.has_value());
  REQUIRE(enclaves->size() == 1);
  CHECK(enclaves->front().enclave.id == enclave);
  CHECK(enclaves->front().level == station::access::submit);
}

TEST_CASE_METHOD(fixture, "station commands say what is wrong", "[cli][station]") {
  type({"grant", "--key", "nobody", "--enclave", "nowhere", "--access", "view"});
  CHECK(status == 1);
  CHECK(err.find("not found") != std::string::npos);
  type({"grant", "--key", "nobody", "--enclave", "nowhere", "--access", "everything"});
  CHECK(status == 2);
  type({"add-enclave"});
  CHECK(status == 2);
  type({"add-enclave", "--name", "x", "--type", "SECRET"});
  CHECK(status == 1);
  type({"ad-user"});
  CHECK(status == 2);
  CHECK(err.find("did you mean add-user?") != std::string::npos);
  config = "/no/such/file";
  type({"add-enclave", "--name", "x"});
  CHECK(status == 78);
}

TEST_CASE_METHOD(fixture, "a database in use is explained", "[cli][station]") {
  type({"add-enclave", "--name", "first"});
  REQUIRE(status == 0);
  auto held = app::open_station_database((dir / "data" / "station").string());
  REQUIRE(held.has_value());
  type({"add-enclave", "--name", "second"});
  CHECK(status == 1);
  CHECK(err.find("stop it") != std::string::npos);
}
