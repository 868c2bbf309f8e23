/// The doctor over real HTTP, against the sandbox, a real Station and the sample MISP server, with each fault
/// provoked; and init, whose files it must like.
#include "cli/operator_fixture.hpp"

#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "sandbox/app.hpp"
#include "sandbox/misp_server.hpp"
#include "telemetry/metrics.hpp"

#include "support/manual_clock.hpp"

#include <boost/json/array.hpp>

#include <map>
#include <sys/stat.h>

using namespace isacbot;
using test::operator_fixture;
using test::text;

namespace {

const std::string misp_key(40, 'k');

/// Everybody the doctor asks, on loopback.
struct patient : operator_fixture {
  telemetry::metrics metrics;
  io::io_context_pool threads;
  io::environment env{threads, time, random, metrics, {}};
  std::unique_ptr<io::https_client> client = io::https_client::open({}, env).value();
  sandbox::workspace_settings workspace;
  std::unique_ptr<sandbox::app> slack;
  std::unique_ptr<io::http_server> slack_server;
  sandbox::misp_server misp{sandbox::misp_settings{.key = secret(misp_key)}, time};
  std::unique_ptr<io::http_server> misp_server;
  std::string token = "xoxb-right";
  std::string key_of_misp = misp_key;
  std::string operator_key;
  std::string operator_secret;

  patient() {
    io::http_server_settings listen;
    misp_server = io::http_server::open(listen, misp, env).value();
    workspace.bot_token = secret("xoxb-right");
    workspace.signing_secret = secret("signing");
    start_slack();
    auto user = type_json({"station", "add-user", "--name", "Operator"});
    operator_key = text(user, "key");
    operator_secret = text(user, "secret");
    serve();
    write();
  }
  ~patient() {
    service.reset();
    slack_server->stop(milliseconds{0});
    misp_server->stop(milliseconds{0});
    client->stop(milliseconds{0});
  }

  void start_slack() {
    if (slack_server)
      slack_server->stop(milliseconds{0});
    slack = std::make_unique<sandbox::app>(sandbox::make_sample_state(workspace), sandbox::bot_addresses{},
                                           time, random, *client);
    io::http_server_settings listen;
    slack_server = io::http_server::open(listen, *slack, env).value();
  }

  void write() const {
    auto url = [](std::uint16_t port) { return "\"http://127.0.0.1:" + std::to_string(port) + "\""; };
    std::ofstream(config)
        << "[admin]\nlisten = \"127.0.0.1:0\"\n[slack]\nsigning_secret = \"literal:signing\"\n"
        << "bot_token = \"literal:" << token << "\"\napi_url = \"http://127.0.0.1:" << slack_server->port()
        << "/api/\"\n[trustar]\norigin = " << url(station_port())
        << "\noperator_key = \"literal:" << operator_key
        << "\"\noperator_secret = \"literal:" << operator_secret
        << "\"\n[station]\nenabled = true\nlisten = \"127.0.0.1:0\"\n"
        << "[misp.main]\nurl = " << url(misp_server->port()) << "\nkey = \"literal:" << key_of_misp
        << "\"\nenclave_id = \"E1\"\ntrustar_key = \"literal:k\"\ntrustar_secret = \"literal:s\"\n"
        << "[storage]\npath = \"" << (dir / "data").string() << "\"\nmaster_key = \"file:" << key_file
        << "\"\n";
  }
  [[nodiscard]] std::uint16_t station_port() const { return service ? service->station_port() : 1; }

  /// check -> status
  std::map<std::string, std::string> examine(int expected) {
    write();
    std::map<std::string, std::string> found;
    auto answer = type_json({"doctor"}, expected);
    CHECK(answer.at("healthy").as_bool() == (expected == 0));
    for (const auto& check : answer.at("checks").as_array()) {
      const auto& row = check.as_object();
      found[text(row, "check")] = text(row, "status");
      if (text(row, "status") != "ok")
        CHECK_FALSE(text(row, "mend").empty());
    }
    std::string shown = boost::json::serialize(answer);
    for (const std::string& hidden : {operator_secret, token, key_of_misp})
      CHECK(shown.find(hidden) == std::string::npos);
    return found;
  }
};

} // namespace

TEST_CASE_METHOD(patient, "the doctor finds each fault, and only that one", "[cli][doctor]") {
  auto well = examine(0);
  for (const char* check : {"service", "storage", "slack token", "slack scopes", "station", "station ping",
                            "limits", "misp main", "clock"}) {
    INFO(check);
    REQUIRE(well.contains(check));
    CHECK(well[check] == "ok");
  }
  std::string people = type({"doctor"});
  CHECK(people.find("ok    slack token") != std::string::npos);

  SECTION("a wrong Slack token") {
    token = "xoxb-wrong";
    auto ill = examine(1);
    CHECK(ill["slack token"] == "fail");
    CHECK(ill["station"] == "ok");
  }
  SECTION("scopes that the app lacks") {
    workspace.scopes = {"commands", "chat:write", "im:write"};
    start_slack();
    CHECK(examine(0)["slack scopes"] == "warn");
    workspace.scopes = {"chat:write"};
    start_slack();
    CHECK(examine(1)["slack scopes"] == "fail");
  }
  SECTION("wrong credentials of the operator") {
    operator_secret = "wrong-secret-of-some-length";
    auto ill = examine(1);
    CHECK(ill["station"] == "fail");
    CHECK_FALSE(ill.contains("limits"));
  }
  SECTION("a wrong key of MISP") {
    key_of_misp = std::string(40, 'w');
    CHECK(examine(1)["misp main"] == "fail");
  }
  SECTION("nobody listens") {
    misp_server->stop(milliseconds{0});
    slack_server->stop(milliseconds{0});
    auto ill = examine(1);
    CHECK(ill["misp main"] == "fail");
    CHECK(ill["slack token"] == "fail");
    CHECK(ill["station"] == "ok");
  }
  SECTION("no service runs") {
    service.reset();
    auto ill = examine(1);
    CHECK(ill["service"] == "warn");
    CHECK(ill["station"] == "fail"); // it was embedded
    CHECK(ill["storage"] == "ok");
  }
}

TEST_CASE("init makes files that pass the check, and overwrites nothing", "[cli][init]") {
  test::temp_dir dir;
  auto type = [](std::vector<std::string> words, std::string& said) {
    words.insert(words.begin(), "isacbot");
    std::vector<const char*> pointers;
    for (const std::string& word : words)
      pointers.push_back(word.c_str());
    std::istringstream in;
    std::ostringstream out;
    int status = cli::run(static_cast<int>(pointers.size()), pointers.data(), {in, out, out});
    said = out.str();
    return status;
  };
  std::string place = (dir / "new place").string();
  std::string said;
  REQUIRE(type({"init", place}, said) == 0);
  CHECK(said.find("Next:") != std::string::npos);
  CHECK(type({"check-config", "--config", place + "/isacbot.toml"}, said) == 0);
  CHECK(said.find("no faults, no warnings") != std::string::npos);
  struct stat key {};
  REQUIRE(stat((place + "/master_key").c_str(), &key) == 0);
  CHECK((key.st_mode & 0777) == 0600);
  CHECK(storage::load_master_key(place + "/master_key"));
  std::ifstream manifest(place + "/slack_app_manifest.json");
  std::string text(std::istreambuf_iterator<char>(manifest), {});
  boost::system::error_code code;
  CHECK(boost::json::parse(text, code).is_object());
  CHECK_FALSE(code);
  // What it says next works as it says it.
  CHECK(type({"station", "add-enclave", "--name", "Community", "--config", place + "/isacbot.toml"}, said) ==
        0);

  CHECK(type({"init", place}, said) == 1);
  CHECK(said.find("exists already") != std::string::npos);
  std::filesystem::remove(place + "/isacbot.toml");
  CHECK(type({"init", place}, said) == 1); // the key alone is worth keeping
  CHECK_FALSE(std::filesystem::exists(place + "/isacbot.toml"));
}
