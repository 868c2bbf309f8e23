/// `isacbot submit` against a real Station, beside a running service and without one.
#include "cli/submit_fixture.hpp"

#include "cli/submit.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <pthread.h>

using namespace isacbot;
using test::free_port;
using test::operator_fixture;
using test::submit_fixture;
using test::text;

TEST_CASE_METHOD(submit_fixture,
                 "a file reaches Station with all that its rows say, with and without a service",
                 "[cli][submit]") {
  const bool serving = GENERATE(true, false);
  if (serving)
    serve();
  const std::string file =
      put("list.csv", "value,source,notes,first seen,last seen,sightings,tags\n"
                      "bad-site[.]net,proxy,\"a, note\",2024-03-01T10:00:00Z,2024-03-02T10:00:00Z,7,row-tag\n"
                      "8.8.4.4,,,,,,\n8.8.4.4,,again,,,,\n10.0.0.1,,,,,,\nnonsense,,,,,,\n");
  auto receipt = type_json({"submit", "--enclave", enclave, "--tag", "from-file", "--wait", file});
  CHECK(receipt.at("handed_in").as_int64() == 5);
  CHECK(receipt.at("accepted").as_int64() == 2);
  CHECK(receipt.at("merged").as_int64() == 1);
  CHECK(receipt.at("withheld").as_int64() == 1);
  CHECK(receipt.at("refused").as_int64() == 1);
  const std::string standing = text(receipt, "standing");
  CHECK((standing == "delivered" || standing == "processed"));
  CHECK(receipt.at("refused_lines").as_array().at(0).as_object().at("line").as_int64() == 6);

  auto known = at_station([](auto& station) { return station.look_up({"bad-site.net", "8.8.4.4"}); });
  REQUIRE(known.has_value());
  REQUIRE(known->size() == 2);
  const auto& site = known->at(0).value == "bad-site.net" ? known->at(0) : known->at(1);
  const auto& address = known->at(0).value == "bad-site.net" ? known->at(1) : known->at(0);
  CHECK(site.first_seen == from_epoch_ms(1'709'287'200'000));
  CHECK(site.last_seen == from_epoch_ms(1'709'373'600'000));
  CHECK(site.sightings == 7);
  CHECK(site.source == "proxy");
  CHECK(site.notes == std::vector<std::string>{"a, note"});
  std::vector<std::string> tags;
  for (const auto& tag : site.tags)
    tags.push_back(tag.name);
  std::sort(tags.begin(), tags.end());
  CHECK(tags == std::vector<std::string>{"from-file", "row-tag"});
  CHECK(address.sightings == 2);
  REQUIRE(address.tags.size() == 1);
  CHECK(address.tags[0].name == "from-file");

  // The same again is asked about.
  type({"submit", "--enclave", enclave, "--tag", "from-file", file});
  CHECK(status == 1);
  CHECK(err.find("--again") != std::string::npos);
  auto again = type_json({"submit", "--enclave", enclave, "--tag", "from-file", "--again", file});
  CHECK(again.at("merged").as_int64() == 3); // known now
  CHECK(text(again, "id") != text(receipt, "id"));
}

TEST_CASE_METHOD(submit_fixture, "a report's text is handed in with its title", "[cli][submit]") {
  serve();
  const std::string file = put("report.txt", "We saw bad-site.net talk to 8.8.4.4.\n");
  auto receipt = type_json({"submit", "--enclave", enclave, "--report", "--title", "A wave", "--wait", file});
  CHECK(text(receipt, "kind") == "report");
  auto report = at_station([&](auto& station) { return station.find_by_external_id(text(receipt, "id")); });
  REQUIRE(report.has_value());
  CHECK(report->title == "A wave");
}

TEST_CASE_METHOD(submit_fixture, "a report over Station's limits is handed in as several", "[cli][submit]") {
  write("operator_key = \"file:" + (dir / "operator_key").string() + "\"\noperator_secret = \"file:" +
        (dir / "operator_secret").string() + "\"\nmax_indicators_per_report = 2\n");
  serve();
  const std::string file = put("report.txt", "a.bad-site.net\nb.bad-site.net\nc.bad-site.net\n");
  auto receipt = type_json({"submit", "--enclave", enclave, "--report", "--title", "A wave", "--wait", file});
  const std::string id = text(receipt, "id");
  const auto& parts = receipt.at("parts").as_array();
  REQUIRE(parts.size() == 2);
  CHECK(text(parts[0].as_object(), "external_id") == id);
  CHECK(text(parts[1].as_object(), "external_id") == id + ":2");
  for (const auto& part : parts) {
    const auto& p = part.as_object();
    auto report =
        at_station([&](auto& station) { return station.find_by_external_id(text(p, "external_id")); });
    REQUIRE(report.has_value());
    CHECK(report->id == text(p, "station_id"));
    CHECK(report->title == "A wave (part " + text(p, "part") + " of 2)");
  }
  // The same report again is asked about, not made again.
  type({"submit", "--enclave", enclave, "--report", "--title", "A wave", file});
  CHECK(status == 1);
  CHECK(err.find(id) != std::string::npos);
}

TEST_CASE_METHOD(submit_fixture, "a report that Station refuses as too large arrives in pieces",
                 "[cli][submit]") {
  // Station takes 2,000 different values, whatever it is thought to take.
  write("operator_key = \"file:" + (dir / "operator_key").string() + "\"\noperator_secret = \"file:" +
        (dir / "operator_secret").string() + "\"\nmax_indicators_per_report = 100000\n");
  serve();
  std::string body;
  for (int i = 1; i <= 2'900; ++i)
    body += "host" + std::to_string(i) + ".evil-pieces.com\n";
  const std::string file = put("report.txt", body);
  auto receipt = type_json({"submit", "--enclave", enclave, "--report", "--title", "A wave", "--wait", file});
  const std::string id = text(receipt, "id");
  const auto& parts = receipt.at("parts").as_array();
  REQUIRE(parts.size() == 2);
  std::string there;
  for (const auto& part : parts) {
    const auto& p = part.as_object();
    CHECK(text(p, "external_id") == id + ":" + text(p, "part"));
    auto report =
        at_station([&](auto& station) { return station.find_by_external_id(text(p, "external_id")); });
    REQUIRE(report.has_value());
    CHECK(report->id == text(p, "station_id"));
    CHECK(report->title == "A wave (part " + text(p, "part") + ")");
    there += report->body.value_or("");
  }
  CHECK(text(parts[0].as_object(), "part") == "1.1");
  CHECK(there == body);
  const std::string shown = type({"submissions", "show", id});
  CHECK(shown.find("1.1") != std::string::npos);
  CHECK(shown.find("1.2") != std::string::npos);
}

TEST_CASE_METHOD(submit_fixture, "what cannot be handed in leaves nothing", "[cli][submit]") {
  serve();
  type({"submit", "--enclave", enclave, (dir / "missing").string()});
  CHECK(status == 1);
  type({"submit", "--enclave", enclave, put("archive.zip", std::string("PK\x03\x04\0\0", 6))});
  CHECK(status == 1);
  CHECK(err.find("CSV") != std::string::npos);
  type({"submit", "--enclave", enclave, put("empty.txt", "10.0.0.1\nnonsense\n")});
  CHECK(status == 1);
  type({"submit", "--enclave", enclave, put("cut.json", "[\"8.8.4.4\",")});
  CHECK(status == 1);
  type({"submit", "--enclave", enclave, "--title", "x", put("some.txt", "8.8.4.4\n")});
  CHECK(status == 2);
  type({"submit", put("some.txt", "8.8.4.4\n")});
  CHECK(status == 2);
  CHECK(type_json({"submissions", "list"}).at("submissions").as_array().empty());
}

TEST_CASE_METHOD(operator_fixture, "without the operator's credentials nothing is handed in",
                 "[cli][submit]") {
  serve();
  std::ofstream(dir / "list.txt") << "8.8.4.4\n";
  type({"submit", "--enclave", "E1", (dir / "list.txt").string()});
  CHECK(status == 78);
  CHECK(err.find("trustar.operator_key") != std::string::npos);
}

namespace {

/// Presses Ctrl-C when a word is written to it.
class pressing_buffer : public std::stringbuf {
 public:
  explicit pressing_buffer(std::string word) : word_(std::move(word)) {}

 protected:
  std::streamsize xsputn(const char* text, std::streamsize length) override {
    auto written = std::stringbuf::xsputn(text, length);
    if (!pressed_ && str().find(word_) != std::string::npos) {
      pressed_ = true;
      pthread_kill(pthread_self(), SIGINT); // blocked here: it waits until somebody looks
    }
    return written;
  }

 private:
  std::string word_;
  bool pressed_ = false;
};

/// SIGINT is nobody's default while this lives.
struct blocked_interrupt {
  blocked_interrupt() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    pthread_sigmask(SIG_BLOCK, &wanted, &before);
  }
  ~blocked_interrupt() {
    timespec at_once{};
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    while (sigtimedwait(&wanted, nullptr, &at_once) > 0)
      ;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  sigset_t before{};
};

} // namespace

TEST_CASE_METHOD(submit_fixture, "Ctrl-C before the acceptance leaves nothing", "[cli][submit]") {
  const bool serving = GENERATE(true, false);
  if (serving)
    serve();
  blocked_interrupt waits;
  pthread_kill(pthread_self(), SIGINT);
  type({"submit", "--enclave", enclave, put("some.txt", "8.8.4.4\n")});
  CHECK(status == 1);
  CHECK(err.find("stopped") != std::string::npos);
  CHECK(type_json({"submissions", "list"}).at("submissions").as_array().empty());
}

TEST_CASE_METHOD(submit_fixture, "Ctrl-C after the acceptance ends the waiting, and nothing else",
                 "[cli][submit]") {
  // Nobody answers where the Station should be: the wait would not end by itself.
  const std::string file = put("some.txt", "8.8.4.4\nbad-site.net\n");
  const bool asked_to_wait = GENERATE(true, false);
  const std::uint16_t nobody = free_port();
  origin = "http://127.0.0.1:" + std::to_string(nobody);
  write("operator_key = \"file:" + (dir / "operator_key").string() +
        "\"\noperator_secret = \"file:" + (dir / "operator_secret").string() + "\"\n");
  blocked_interrupt waits;
  pressing_buffer pressed("accepted as");
  std::ostream errors(&pressed);
  std::istringstream in;
  std::ostringstream out;
  cli::submit_arguments arguments;
  arguments.config = config;
  arguments.enclave = enclave;
  arguments.json = false;
  arguments.wait = asked_to_wait;
  arguments.file = file;
  CHECK(cli::run_submit(arguments, {in, out, errors}) == (asked_to_wait ? 1 : 0));
  INFO(pressed.str() << out.str());
  CHECK(pressed.str().find("nothing is lost") != std::string::npos);
  CHECK(pressed.str().find("isacbot serve") != std::string::npos);
  auto list = type_json({"submissions", "list"}).at("submissions").as_array();
  REQUIRE(list.size() == 1);
  const std::string id = text(list[0].as_object(), "id");
  CHECK(out.str().find(id) != std::string::npos);
  CHECK(pressed.str().find(id) != std::string::npos);

  // The next service delivers it, once.
  origin = "http://127.0.0.1:" + std::to_string(port);
  write("operator_key = \"file:" + (dir / "operator_key").string() +
        "\"\noperator_secret = \"file:" + (dir / "operator_secret").string() + "\"\n");
  serve();
  auto until = std::chrono::steady_clock::now() + seconds{20};
  std::string standing;
  while (std::chrono::steady_clock::now() < until) {
    standing = text(type_json({"submissions", "show", id}), "standing");
    if (standing == "delivered" || standing == "processed")
      break;
  }
  CHECK((standing == "delivered" || standing == "processed"));
  auto known = at_station([](auto& station) { return station.look_up({"bad-site.net", "8.8.4.4"}); });
  REQUIRE(known.has_value());
  CHECK(known->size() == 2);
  for (const auto& row : *known)
    CHECK(row.sightings == 1);
}
