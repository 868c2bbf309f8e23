#include "app/config.hpp"

#include "app/config_keys.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace isacbot;
using namespace isacbot::app;
using namespace std::chrono_literals;

namespace {

const std::string hex_key(64, 'a');

/// Files of the tests: any path below /secrets/ holds its own name, except the master keys.
result<std::string> fake_files(const std::string& path) {
  if (path == "/secrets/master")
    return hex_key + "\n";
  if (path == "/secrets/raw")
    return std::string(31, 'x') + "\n";
  if (path.starts_with("/secrets/"))
    return path.substr(9) + "\n";
  return fail(ec::not_found, path + " does not exist");
}

loaded_config load(std::string_view text, environment variables = {}) {
  config_input input;
  input.source = "test.toml";
  input.text = text;
  input.variables = std::move(variables);
  input.read_file = fake_files;
  return load_config(input);
}

/// A Station and nothing else: the least that is complete.
const std::string station_only =
    "[station]\nenabled = true\n[storage]\nmaster_key = \"file:/secrets/master\"\n";

const finding* find(const std::vector<finding>& list, std::string_view key) {
  auto found = std::find_if(list.begin(), list.end(), [&](const finding& f) { return f.key == key; });
  return found == list.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("a complete configuration is read, with defaults for what it leaves out", "[app][config]") {
  auto loaded = load(R"(
[server]
listen = "[::1]:4000"
max_body_bytes = "2MiB"
[slack]
signing_secret = "file:/secrets/signing"
bot_token = "env:TOKEN"
workspaces = ["T1", "T2"]
[trustar]
origin = "https://station.example.org/"
timeout = "2m"
[limits]
user = "100/1m"
workspace = ["60/1m;burst 15", "1000/1d;burst 1"]
address = "none"
user_mode = "shadow"
[submit]
withhold = ["safelisted"]
[misp.main]
url = "https://misp.example.org"
key = "file:/secrets/misp"
enclave_id = "e"
trustar_key = "file:/secrets/k"
trustar_secret = "file:/secrets/s"
interval = "5m"
max_tlp = "amber+strict"
[retention]
audit = "1y"
[storage]
path = "/srv/isacbot"
master_key = "file:/secrets/master"
)",
                     {{"TOKEN", "xoxb-1"}});
  for (const finding& f : loaded.faults)
    UNSCOPED_INFO(to_string(f));
  REQUIRE(loaded.value);
  for (const finding& f : loaded.warnings) // nothing to complain about but what is still to come
    CHECK(f.cause.starts_with("has no effect in this version"));
  const settings& s = *loaded.value;
  CHECK(s.server.listen == listen_address{"::1", 4000});
  CHECK(to_string(s.server.listen) == "[::1]:4000");
  CHECK(s.server.max_body_bytes.bytes == 2'097'152);
  CHECK(s.slack.enabled);
  CHECK(s.slack.mode == slack_mode::http);
  CHECK(s.slack.signing_secret.reveal() == "signing"); // without the line break of the file
  CHECK(s.slack.bot_token.reveal() == "xoxb-1");
  CHECK(s.slack.workspaces == std::vector<std::string>{"T1", "T2"});
  CHECK(s.trustar.origin.text == "https://station.example.org");
  CHECK(s.trustar.timeout == 2min);
  CHECK(s.limits.user == limit_list{{100, 1min, 25}});
  CHECK(s.limits.workspace == limit_list{{60, 1min, 15}, {1000, 24h, 1}});
  CHECK(s.limits.address.empty());
  CHECK(s.limits.user_mode == limit_mode::shadow);
  CHECK(s.submit.withhold == std::vector<withhold_rule>{withhold_rule::safelisted});
  CHECK(s.misp.at("main").interval == 5min);
  CHECK(s.misp.at("main").max_tlp == tlp_level::amber_strict);
  CHECK(s.retention.audit == 24h * 365);
  // From the contract, not from the code.
  CHECK(s.admin.listen == listen_address{"127.0.0.1", 9464});
  CHECK(s.limits.credential == limit_list{{60, 1min, 15}});
  CHECK(s.limits.queue_deadline == 2min);
  CHECK(s.station.calls_per_minute == 60);
  CHECK(s.retention.receipts == 24h * 90);
  CHECK(s.misp.at("main").settle == 90s);
  CHECK(s.misp.at("main").overlap == 1h);
  CHECK(s.trustar.max_report_bytes.bytes == 2'097'152);
  // Derived from others.
  CHECK(s.admin.socket.text == "/srv/isacbot/admin.sock");
  CHECK(s.station.path.text == "/srv/isacbot/station");
  CHECK(s.trustar.station_url.text == "https://station.example.org");
  CHECK(s.trustar.credentials_url.text == "https://station.example.org/account");
}

TEST_CASE("every fault is collected, with file, line, key and what to write", "[app][config]") {
  auto loaded =
      load("[server]\nlisten = 3000\nlisen = \"x\"\n[limits]\nuser = \"60\"\nqueue_deadline = \"2\"\n"
           "[slack]\nmode = \"htp\"\nallow_guests = \"yes\"\n[trustar]\nconnections = 0\n");
  CHECK_FALSE(loaded.value);
  std::vector<std::string> first;
  for (const finding& f : loaded.faults)
    first.push_back(to_string(f));
  REQUIRE(first.size() >= 7);
  CHECK(first[0] == "test.toml:2: server.listen: not host:port in double quotes; write server.listen = "
                    "\"127.0.0.1:3000\"");
  CHECK(first[1] == "test.toml:3: server.lisen: unknown key; did you mean server.listen?");
  CHECK(first[2].starts_with("test.toml:5: limits.user: not a limit; write \"<count>/<window>"));
  CHECK(first[3].starts_with("test.toml:6: limits.queue_deadline: not a duration"));
  CHECK(first[3].ends_with("write limits.queue_deadline = \"2m\""));
  CHECK(first[4] == "test.toml:8: slack.mode: not one of \"http\", \"socket\"; write slack.mode = \"http\"");
  CHECK(first[5] ==
        "test.toml:9: slack.allow_guests: neither true nor false; write slack.allow_guests = false");
  CHECK(first[6] ==
        "test.toml:11: trustar.connections: too small, the least is 1; write trustar.connections = 8");
}

TEST_CASE("a line that is no TOML does not hide the faults after it", "[app][config]") {
  auto loaded =
      load("[slack]\nsigning_secret = swordfish\n[server]\nlisten = 1\n[log]\nlevel = \"loud\"\nlevel = 2\n");
  REQUIRE(loaded.faults.size() == 4);
  CHECK(loaded.faults[0].line == 2);
  CHECK(loaded.faults[0].key == "slack.signing_secret");
  CHECK(loaded.faults[0].mend == "write slack.signing_secret = \"file:/etc/isacbot/slack_signing_secret\"");
  CHECK(loaded.faults[1].line == 4);
  CHECK(loaded.faults[2].line == 6);
  CHECK(loaded.faults[3].line == 7);
  for (const finding& f : loaded.faults)
    CHECK(to_string(f).find("swordfish") == std::string::npos);
  CHECK(load("[server\n").faults.size() == 1);
  for (const char* trap : {"[<\n", " [ [ \n", "[ ]\n", "[[]]\n", "[l\xCB\xB6g]\n", "a = '''b\n", "\xFF\n"}) {
    loaded = load(trap + std::string("[log]\nlevel = 2\n"));
    REQUIRE(loaded.faults.size() == 2);
    CHECK(loaded.faults.front().line == 1);
    CHECK(loaded.faults.back().key == "log.level");
  }
  loaded = load(std::string_view("[\x10\0server]\nlisten = 1\n[log]\nlevel = 2\n", 38));
  REQUIRE(loaded.faults.size() >= 2);
  CHECK(loaded.faults.front().line == 1);
  CHECK(loaded.faults.back().key == "log.level");
  CHECK(load("a = \"\"\"\n\n\n").faults.size() == 1);
  CHECK(load(std::string((1 << 20) + 1, '\n')).faults.size() >= 1);
}

TEST_CASE("unknown sections and misplaced keys are explained", "[app][config]") {
  auto loaded = load("listen = \"a:1\"\nserver = 3\n[servr]\nlisten = \"a:1\"\n[misp]\nurl = \"x\"\n"
                     "[misp.Main]\nurl = \"x\"\n[[log]]\nlevel = \"info\"\n[retention]\nlisten = 1\nxyzzy = "
                     "1\n[retention.deep]\nx = 1\n");
  auto mend = [&](std::string_view key) {
    const finding* f = find(loaded.faults, key);
    return f == nullptr ? std::string("none") : f->mend;
  };
  CHECK(mend("listen") == "did you mean server.listen?");
  CHECK(mend("server") == "write [server] and the keys below it");
  CHECK(mend("servr") == "did you mean [server]?");
  CHECK(mend("misp.url") == "write [misp.main] and the keys below it");
  CHECK(mend("misp.Main") == "write [misp.main]");
  CHECK(mend("log") == "write [log] and the keys below it");
  CHECK(mend("retention.listen") == "did you mean server.listen?");
  CHECK(mend("retention.xyzzy") == "the keys are receipts, audit, dead_letters");
  CHECK(mend("retention.deep.x") != "none");
  // One fault for a misspelt section, not one for each of its keys.
  CHECK(find(loaded.faults, "servr.listen") == nullptr);
}

TEST_CASE("the environment overrides the file", "[app][config]") {
  auto loaded = load("[station]\nenabled = false\nlisten = 5\n[storage]\nmaster_key = \"file:/missing\"\n",
                     {{"ISACBOT_STATION__ENABLED", "true"},
                      {"ISACBOT_STATION__LISTEN", "127.0.0.1:9"},
                      {"ISACBOT_STATION__MAX_BODY_BYTES", "64MiB"},
                      {"ISACBOT_STATION__CALLS_PER_DAY", "77"},
                      {"ISACBOT_STORAGE__MASTER_KEY", "env:MASTER"},
                      {"ISACBOT_SLACK__RESPONSE_URL_HOSTS", "127.0.0.1:99, Hooks.Example.org"},
                      {"ISACBOT_SLACK__MODE", "http"},
                      {"ISACBOT_SLACK__SIGNING_SECRET", "env:SIGNING"},
                      {"ISACBOT_SLACK__BOT_TOKEN", "file:/secrets/xoxb-2"},
                      {"ISACBOT_LIMITS__USER", "60/1m;burst 15, 500/1h"},
                      {"ISACBOT_MISP__OTHER_ONE__FEED", "/srv/feed"},
                      {"ISACBOT_MISP__OTHER_ONE__ENCLAVE_ID", "e"},
                      {"ISACBOT_MISP__OTHER_ONE__TRUSTAR_KEY", "file:/secrets/k"},
                      {"ISACBOT_MISP__OTHER_ONE__TRUSTAR_SECRET", "file:/secrets/s"},
                      {"ISACBOT_SHARED", "not ours"},
                      {"MASTER", hex_key},
                      {"SIGNING", "signing-1"}});
  for (const finding& f : loaded.faults)
    UNSCOPED_INFO(to_string(f));
  REQUIRE(loaded.value); // what the file says wrongly about overridden keys does not count
  const settings& s = *loaded.value;
  CHECK(s.station.enabled);
  CHECK(s.station.listen.port == 9);
  CHECK(s.station.max_body_bytes.bytes == 64U << 20U);
  CHECK(s.station.calls_per_day == 77);
  CHECK(s.storage.master_key.bytes.reveal() == std::string(32, '\xAA'));
  CHECK(s.slack.enabled);
  CHECK(s.slack.response_url_hosts == std::vector<host_name>{{"127.0.0.1:99"}, {"hooks.example.org"}});
  CHECK(s.limits.user == limit_list{{60, 1min, 15}, {500, 1h, 125}});
  CHECK(s.misp.at("other_one").feed == "/srv/feed");

  loaded = load(station_only, {{"ISACBOT_SERVER__LISTEN", "here"},
                               {"ISACBOT_SERVER__LISEN", "x"},
                               {"ISACBOT_SERVR__X", "x"},
                               {"ISACBOT_MISP__MAIN", "x"}});
  REQUIRE(loaded.faults.size() >= 4);
  CHECK(to_string(*find(loaded.faults, "server.listen")) ==
        "environment ISACBOT_SERVER__LISTEN: server.listen: not host:port in double quotes; set "
        "ISACBOT_SERVER__LISTEN=127.0.0.1:3000");
  CHECK(find(loaded.faults, "server.lisen")->mend == "did you mean server.listen?");
  CHECK(find(loaded.faults, "servr.x")->mend == "did you mean [server]?");
  CHECK(find(loaded.faults, "misp.main") != nullptr);
}

TEST_CASE("a secret is a file, a variable or a warned-about literal, never bare text", "[app][config]") {
  auto with = [](const std::string& value, environment variables = {}) {
    return load(station_only + "[trustar]\noperator_secret = \"literal:x\"\noperator_key = " + value + "\n",
                std::move(variables));
  };
  CHECK(with("\"file:/secrets/x\"").value->trustar.operator_key.reveal() == "x");
  CHECK(with("\"env:A\"", {{"A", " kept as it is "}}).value->trustar.operator_key.reveal() ==
        " kept as it is ");
  auto literal = with("\"literal:abc\"");
  REQUIRE(literal.value);
  CHECK(literal.value->trustar.operator_key.reveal() == "abc");
  const finding* warning = find(literal.warnings, "trustar.operator_key");
  REQUIRE(warning != nullptr);
  CHECK(warning->line == 7);
  for (const char* bad :
       {"\"swordfish\"", "\"\"", "\"file:relative\"", "\"file:/missing\"", "\"file:/secrets/\"",
        "\"env:UNSET\"", "\"env:EMPTY\"", "\"literal:\"", "5", "[\"file:/secrets/x\"]"}) {
    INFO(bad);
    auto loaded = with(bad, {{"EMPTY", ""}});
    REQUIRE(loaded.faults.size() == 1); // and it is not reported as missing besides
    CHECK(loaded.faults[0].key == "trustar.operator_key");
    CHECK(loaded.faults[0].line == 7);
    CHECK_FALSE(loaded.faults[0].mend.empty());
    CHECK(to_string(loaded.faults[0]).find("swordfish") == std::string::npos);
  }
}

TEST_CASE("the master key is 64 hex digits or 32 raw bytes", "[app][config]") {
  auto with = [](const std::string& value) {
    return load("[station]\nenabled = true\n[storage]\nmaster_key = \"" + value + "\"\n");
  };
  CHECK(with("file:/secrets/master").value->storage.master_key.bytes.reveal() == std::string(32, '\xAA'));
  // The last byte of a raw key may be a line feed: it is part of the key.
  CHECK(with("file:/secrets/raw").value->storage.master_key.bytes.reveal() == std::string(31, 'x') + "\n");
  for (const std::string& bad : {std::string("literal:abc"), "literal:" + std::string(64, 'g'),
                                 "literal:" + std::string(62, 'a'), std::string("literal:")}) {
    auto loaded = with(bad);
    REQUIRE(loaded.faults.size() == 1);
    CHECK(loaded.faults[0].key == "storage.master_key");
    CHECK(loaded.faults[0].mend.find("openssl rand -hex 32") != std::string::npos);
  }
}

TEST_CASE("settings that need each other are checked together", "[app][config]") {
  struct sample {
    std::string text;
    std::string key; ///< that the fault or warning is about
    bool is_fault;
  };
  const std::string slack =
      "[slack]\nsigning_secret = \"file:/secrets/s\"\nbot_token = \"file:/secrets/xoxb-1\"\n";
  const std::string misp =
      "[misp.a]\nurl = \"https://m.example\"\nkey = \"file:/secrets/k\"\nenclave_id = \"e\"\n"
      "trustar_key = \"file:/secrets/k\"\ntrustar_secret = \"file:/secrets/k\"\n";
  const std::string storage = "[storage]\nmaster_key = \"file:/secrets/master\"\n";
  const sample samples[] = {
      {storage, "", true}, // nothing to do
      {"[station]\nenabled = true\n", "storage.master_key", true},
      {storage + "[slack]\nbot_token = \"file:/secrets/xoxb-1\"\n", "slack.signing_secret", true},
      {storage + "[slack]\nmode = \"socket\"\nbot_token = \"file:/secrets/xoxb-1\"\n", "slack.app_token",
       true},
      {storage + "[slack]\nsigning_secret = \"file:/secrets/s\"\n", "slack.bot_token", true},
      {storage + slack + "client_id = \"1\"\n", "slack.client_secret", true},
      {storage + slack + "client_id = \"1\"\nclient_secret = \"file:/secrets/s\"\n", "server.public_url",
       true},
      {storage + "[slack]\nsigning_secret = \"file:/secrets/s\"\nbot_token = \"file:/secrets/xapp-1\"\n",
       "slack.bot_token", false},
      {station_only + "[server]\ntls_certificate = \"/c\"\n", "server.tls_private_key", true},
      {station_only + "[admin]\nlisten = \"127.0.0.1:8081\"\n", "station.listen", true},
      {station_only + "[admin]\nlisten = \"0.0.0.0:1\"\n", "admin.listen", false},
      {station_only + "[trustar]\noperator_key = \"file:/secrets/s\"\n", "trustar.operator_secret", true},
      {station_only + slack, "trustar.origin", false}, // the bot would not use the Station beside it
      {station_only + slack + "[trustar]\norigin = \"http://station.example\"\n", "trustar.origin", false},
      {storage + misp + "feed = \"/srv\"\n", "misp.a.url", true},
      {storage + misp + "client_key = \"/srv\"\n", "misp.a.client_certificate", true},
      {storage + misp + "pinned_sha256 = \"abc\"\n", "misp.a.pinned_sha256", true},
      {storage + misp + "verify_tls = false\n", "misp.a.verify_tls", false},
      {storage + misp + "settle = \"1h\"\nfirst_window = \"1m\"\n", "misp.a.first_window", true},
      {storage + "[misp.a]\n", "misp.a.enclave_id", true},
      {storage + "[misp.a]\nurl = \"https://m.example\"\n", "misp.a.key", true},
  };
  for (const sample& x : samples) {
    INFO(x.text);
    auto loaded = load(x.text);
    CHECK(find(x.is_fault ? loaded.faults : loaded.warnings, x.key) != nullptr);
    CHECK(loaded.faults.empty() != x.is_fault);
  }
  CHECK(load(storage + slack).faults.empty());
  CHECK(load(storage + misp).faults.empty());
  // Port 0 lets the system choose, so two of them do not clash.
  CHECK(load(station_only + "listen = \"a\"\n[admin]\nlisten = \"127.0.0.1:0\"\n").faults.size() == 1);
  CHECK(load("[station]\nenabled = true\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n" +
             storage)
            .faults.empty());
}

TEST_CASE("a key that does nothing yet is warned about where it stands", "[app][config]") {
  auto loaded =
      load(station_only + "[misp.main]\nfeed = \"/srv\"\nenclave_id = \"e\"\n"
                          "trustar_key = \"file:/secrets/k\"\ntrustar_secret = \"file:/secrets/s\"\n");
  REQUIRE(loaded.value);
  const finding* pending = find(loaded.warnings, "misp.main.feed");
  REQUIRE(pending != nullptr);
  CHECK(pending->line == 6);
  CHECK(load(station_only).warnings.empty());
  // The service would listen for signed requests without a signing secret.
  loaded = load(station_only + "[slack]\nmode = \"socket\"\napp_token = \"file:/secrets/xapp-1\"\nbot_token "
                               "= \"file:/secrets/xoxb-1\"\n");
  CHECK(find(loaded.faults, "slack.mode") != nullptr);
}
