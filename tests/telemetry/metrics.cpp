#include "telemetry/metrics.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace isacbot;
using namespace isacbot::telemetry;

namespace {

/// A sample as a scraper reads it.
struct sample {
  std::string name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

struct exposition {
  std::map<std::string, std::string> types; ///< family -> type
  std::set<std::string> helps;
  std::vector<sample> samples;

  [[nodiscard]] double value(const std::string& name,
                             const std::map<std::string, std::string>& labels) const {
    for (const sample& s : samples)
      if (s.name == name && s.labels == labels)
        return s.value;
    FAIL("no sample " << name);
    return 0;
  }
};

/// Reads the text format 0.0.4 line by line, as far as our label values need it.
exposition parse(const std::string& text) {
  exposition out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      out.helps.insert(line.substr(7, line.find(' ', 7) - 7));
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      const auto space = line.find(' ', 7);
      out.types[line.substr(7, space - 7)] = line.substr(space + 1);
      continue;
    }
    sample s;
    const auto end = line.find_first_of("{ ");
    REQUIRE(end != std::string::npos);
    s.name = line.substr(0, end);
    auto at = end;
    if (line[at] == '{') {
      const auto close = line.find('}');
      REQUIRE(close != std::string::npos);
      std::istringstream labels(line.substr(at + 1, close - at - 1));
      for (std::string pair; std::getline(labels, pair, ',');) {
        const auto equals = pair.find("=\"");
        REQUIRE(equals != std::string::npos);
        s.labels[pair.substr(0, equals)] = pair.substr(equals + 2, pair.size() - equals - 3);
      }
      at = close + 1;
    }
    s.value = std::stod(line.substr(at));
    out.samples.push_back(std::move(s));
  }
  return out;
}

/// One call of every method.
void use_all(metrics& m) {
  using namespace std::chrono_literals;
  m.slack_request("command", "accepted");
  m.slack_ack("command", 3ms);
  m.slack_answer(answer_route::ephemeral);
  m.slack_api_call("chat.postEphemeral", "ok");
  m.slack_sockets("open", 2);
  m.trustar_call("submit_indicators", 429, 120ms);
  m.trustar_call("submit_indicators", ec::timeout, 30s);
  m.rate_limit_decision("user", "granted");
  m.rate_limit_near("user");
  m.rate_limit_wait("user", 2s);
  m.queue_items("outbox", "queued", 7);
  m.queue_oldest("outbox", 90s);
  m.submission("indicators", "accepted");
  m.observables("withheld", 12);
  m.misp_event("main", "submitted");
  m.misp_poll("main", "ok");
  m.misp_checkpoint("main", from_epoch_ms(1'700'000'000'500));
  m.misp_last_success("main", from_epoch_ms(1'700'000'000'000));
  m.misp_key_expiry("main", from_epoch_ms(1'800'000'000'000));
  m.station_request("search_reports", 200);
  m.incident("slack", http_incident::late_reply);
  m.log_lines_lost(4);
  m.actor_restart("outbox");
  m.build_info("0.1.0");
}

} // namespace

TEST_CASE("metrics have the names, labels and types that the contract promises", "[telemetry]") {
  metrics m;
  use_all(m);
  const exposition out = parse(m.serialize());

  struct promise {
    std::string name;
    std::string type;
    std::set<std::string> labels;
  };
  const std::vector<promise> promises{
      {"isacbot_slack_requests_total", "counter", {"kind", "outcome"}},
      {"isacbot_slack_ack_seconds", "histogram", {"kind"}},
      {"isacbot_slack_answers_total", "counter", {"route"}},
      {"isacbot_slack_api_calls_total", "counter", {"method", "outcome"}},
      {"isacbot_slack_sockets", "gauge", {"state"}},
      {"isacbot_trustar_calls_total", "counter", {"endpoint", "status"}},
      {"isacbot_trustar_call_seconds", "histogram", {"endpoint"}},
      {"isacbot_rate_limit_decisions_total", "counter", {"level", "decision"}},
      {"isacbot_rate_limit_near_total", "counter", {"level"}},
      {"isacbot_rate_limit_wait_seconds", "histogram", {"level"}},
      {"isacbot_queue_items", "gauge", {"queue", "state"}},
      {"isacbot_queue_oldest_seconds", "gauge", {"queue"}},
      {"isacbot_submissions_total", "counter", {"kind", "outcome"}},
      {"isacbot_observables_total", "counter", {"outcome"}},
      {"isacbot_misp_events_total", "counter", {"server", "outcome"}},
      {"isacbot_misp_polls_total", "counter", {"server", "outcome"}},
      {"isacbot_misp_checkpoint_timestamp_seconds", "gauge", {"server"}},
      {"isacbot_misp_last_success_timestamp_seconds", "gauge", {"server"}},
      {"isacbot_misp_key_expiry_timestamp_seconds", "gauge", {"server"}},
      {"isacbot_station_requests_total", "counter", {"route", "status"}},
      {"isacbot_actor_restarts_total", "counter", {"actor"}},
      {"isacbot_build_info", "gauge", {"version"}},
      {"process_cpu_seconds_total", "counter", {}},
      {"process_resident_memory_bytes", "gauge", {}},
      {"process_virtual_memory_bytes", "gauge", {}},
      {"process_open_fds", "gauge", {}},
      {"process_max_fds", "gauge", {}},
      {"process_start_time_seconds", "gauge", {}},
  };
  for (const promise& p : promises) {
    INFO(p.name);
    REQUIRE(out.types.contains(p.name));
    CHECK(out.types.at(p.name) == p.type);
    CHECK(out.helps.contains(p.name));
    bool seen = false;
    for (const sample& s : out.samples) {
      if (s.name != (p.type == "histogram" ? p.name + "_count" : p.name))
        continue;
      seen = true;
      std::set<std::string> labels;
      for (const auto& [name, value] : s.labels)
        labels.insert(name);
      CHECK(labels == p.labels);
    }
    CHECK(seen);
  }
}

TEST_CASE("metrics report what was counted, in seconds and Unix time", "[telemetry]") {
  metrics m;
  use_all(m);
  use_all(m);
  const exposition out = parse(m.serialize());
  CHECK(out.value("isacbot_slack_requests_total", {{"kind", "command"}, {"outcome", "accepted"}}) == 2);
  CHECK(out.value("isacbot_slack_answers_total", {{"route", "ephemeral"}}) == 2);
  CHECK(out.value("isacbot_slack_answers_total", {{"route", "none"}}) == 0);
  CHECK(out.value("isacbot_trustar_calls_total", {{"endpoint", "submit_indicators"}, {"status", "429"}}) ==
        2);
  CHECK(out.value("isacbot_trustar_calls_total",
                  {{"endpoint", "submit_indicators"}, {"status", "timeout"}}) == 2);
  CHECK(out.value("isacbot_trustar_call_seconds_sum", {{"endpoint", "submit_indicators"}}) == 60.24);
  CHECK(out.value("isacbot_slack_ack_seconds_bucket", {{"kind", "command"}, {"le", "0.0025"}}) == 0);
  CHECK(out.value("isacbot_slack_ack_seconds_bucket", {{"kind", "command"}, {"le", "0.005"}}) == 2);
  CHECK(out.value("isacbot_queue_items", {{"queue", "outbox"}, {"state", "queued"}}) == 7);
  CHECK(out.value("isacbot_queue_oldest_seconds", {{"queue", "outbox"}}) == 90);
  CHECK(out.value("isacbot_observables_total", {{"outcome", "withheld"}}) == 24);
  CHECK(out.value("isacbot_misp_checkpoint_timestamp_seconds", {{"server", "main"}}) == 1'700'000'000.5);
  CHECK(out.value("isacbot_http_incidents_total", {{"listener", "slack"}, {"what", "late_reply"}}) == 2);
}

TEST_CASE("a status outside HTTP's range does not make a series of its own", "[telemetry]") {
  metrics m;
  for (unsigned status : {0U, 99U, 600U, 4'000'000'000U})
    m.station_request("ping", status);
  const exposition out = parse(m.serialize());
  CHECK(out.value("isacbot_station_requests_total", {{"route", "ping"}, {"status", "other"}}) == 4);
}

TEST_CASE("process metrics follow proc(5) whatever the program is called", "[telemetry]") {
  test::temp_dir directory;
  std::filesystem::create_directory(directory / "fd");
  for (const char* name : {"0", "1", "2"})
    std::ofstream(directory / "fd" / name) << "";
  // A name with spaces and parentheses must not shift the fields. utime 150, stime 50, start 1000, 4096
  // pages.
  std::ofstream(directory / "stat")
      << "42 (a ) R 1 (b) S 1 42 42 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 4 0 1000 12345344 4096 1844\n";
  std::ofstream(directory / "limits") << "Limit                     Soft Limit           Hard Limit\n"
                                         "Max open files            1024                 524288    files\n";
  metrics m(directory.path().string());
  const exposition out = parse(m.serialize());
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  CHECK(out.value("process_cpu_seconds_total", {}) == 200 / ticks);
  CHECK(out.value("process_virtual_memory_bytes", {}) == 12'345'344);
  CHECK(out.value("process_resident_memory_bytes", {}) ==
        4096.0 * static_cast<double>(sysconf(_SC_PAGESIZE)));
  CHECK(out.value("process_open_fds", {}) == 3);
  CHECK(out.value("process_max_fds", {}) == 1024);
}

TEST_CASE("process metrics that cannot be read are left out", "[telemetry]") {
  test::temp_dir directory;
  std::ofstream(directory / "stat") << "42 (isacbot) S 1 2\n";
  metrics m(directory.path().string());
  for (const sample& s : parse(m.serialize()).samples)
    CHECK_FALSE(s.name.starts_with("process_"));
}

TEST_CASE("metrics may be used from many threads", "[telemetry]") {
  metrics m;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&m] {
      for (int n = 0; n < 500; ++n) {
        m.slack_answer(answer_route::direct);
        m.slack_ack("command", std::chrono::milliseconds{n});
        if (n % 100 == 0)
          (void)m.serialize();
      }
    });
  for (auto& t : threads)
    t.join();
  const exposition out = parse(m.serialize());
  CHECK(out.value("isacbot_slack_answers_total", {{"route", "direct"}}) == 2000);
  CHECK(out.value("isacbot_slack_ack_seconds_count", {{"kind", "command"}}) == 2000);
}

TEST_CASE("the metrics page passes promtool check metrics", "[telemetry]") {
  const char* configured = std::getenv("ISACBOT_PROMTOOL");
  const std::string promtool = configured != nullptr ? configured : "promtool";
  if (std::system((promtool + " --version >/dev/null 2>&1").c_str()) != 0)
    SKIP("promtool is neither on the PATH nor named by ISACBOT_PROMTOOL");
  test::temp_dir directory;
  metrics m;
  use_all(m);
  std::ofstream(directory / "page") << m.serialize();
  const std::string page = (directory / "page").string();
  const std::string verdict = (directory / "verdict").string();
  const int status =
      std::system((promtool + " check metrics <'" + page + "' >'" + verdict + "' 2>&1").c_str());
  std::ostringstream text;
  text << std::ifstream(verdict).rdbuf();
  INFO(text.str());
  CHECK(status == 0);
}
