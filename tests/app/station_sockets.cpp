/// The embedded Station behind real sockets, and clients that mean harm or know no better: the documented
/// error or a closed connection, the others served meanwhile, memory bounded.
#include "core/bytes.hpp"
#include "io/edge_fixture.hpp"
#include "io/sockets.hpp"
#include "io/worker_pool_service.hpp"
#include "station/accounts.hpp"
#include "station/routes.hpp"
#include "station/service.hpp"
#include "storage/memory_store.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include <sys/resource.h>

#include <fstream>

using namespace isacbot;
using test::raw_socket;

namespace {

constexpr std::size_t max_body = std::size_t{4} << 20U;

struct open_station : test::edge_fixture {
  storage::memory_store store;
  station::hash_cost cheap{4, 8, 1};
  station::accounts people{store, time, random, cheap};
  std::unique_ptr<station::service> service;
  std::unique_ptr<io::worker_pool_service> workers;
  std::unique_ptr<io::http_server> server;
  std::string enclave, bearer;

  open_station() {
    station::service_settings settings;
    settings.calls_per_minute = 0;
    settings.secret_cost = cheap;
    settings.max_body_bytes = max_body;
    service = std::make_unique<station::service>(store, time, random, settings);
    workers = std::make_unique<io::worker_pool_service>(
        io::worker_pool_settings{4},
        [this](const http::request& request, const ports::http_exchange&) {
          return service->handle(request);
        },
        logs.get());
    io::http_server_settings listen;
    listen.name = "station";
    listen.max_body_bytes = max_body;
    listen.max_bodies_bytes = 2 * max_body;
    listen.read_deadline = milliseconds(700);
    listen.idle_deadline = milliseconds(1'500);
    listen.answer_deadline = milliseconds(30'000);
    server = serve(*workers, listen);
    auto who = people.add_user("Ada", "").value();
    enclave = people.add_enclave("Community", "INTERNAL").value().id;
    people.grant(who.key, enclave, station::access::full).value();
    auto token = service->handle(
        {"POST",
         "/oauth/token?grant_type=client_credentials",
         {{"Authorization", "Basic " + to_base64(who.key + ":" + std::string(who.secret.reveal()))}},
         ""});
    bearer = std::string(boost::json::parse(token.body).at("access_token").as_string());
  }
  ~open_station() {
    server->stop(milliseconds(0));
    workers->stop();
  }

  std::string head(std::string_view method, const std::string& path, std::size_t length) const {
    return std::string(method) + " /api/1.3" + path + " HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " +
           bearer + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(length) +
           "\r\n\r\n";
  }
  std::string ask(std::string_view method, const std::string& path, const std::string& body) const {
    auto peer = raw_socket::connect_to(server->port());
    peer.send(head(method, path, body.size()) + body);
    return peer.read_message();
  }
  bool answers_others() const { return ask("GET", "/ping", "").starts_with("HTTP/1.1 200 "); }
};

int status_of(const std::string& message) {
  return message.size() > 12 ? std::stoi(message.substr(9, 3)) : 0;
}

double resident_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:"))
      return std::stod(line.substr(6)) / 1024;
  return 0;
}

/// Room for both ends of the connections. @returns whether there is
bool allow_files(rlim_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(wanted, limit.rlim_max));
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

} // namespace

TEST_CASE_METHOD(open_station,
                 "bodies that make no sense are refused by every endpoint in the documented form",
                 "[app][station]") {
  const std::string deep_lists(100'000, '[');
  std::string deep_objects;
  for (int i = 0; i < 10'000; ++i)
    deep_objects += R"({"content":)";
  const std::vector<std::string> bodies{
      "{",
      "[",
      "nul",
      R"({"title": "t)",
      std::string("\0\0", 2),
      "\xFF\xFE{}",
      R"({"searchTerm": "\xC3\x28abc"})",
      R"(["\xED\xA0\x80"])",
      R"({"title": "\ud800", "reportBody": 1})",
      deep_lists,
      deep_objects,
      "1e999",
      "-1e999",
      R"({"enclaveIds": 99999999999999999999999999, "content": 1e400})",
      R"([{"value": {"value": []}}])",
      R"({"enclaveIds": {}, "title": [], "reportBody": {}, "addedTags": 1, "searchTerm": [], "value": 1, "tag": 1})",
      R"([1, 2, null, true])",
      R"("text")",
      "true",
      "{} {}",
      std::string(70'000, ' ') + "}"};
  for (const station::route& r : station::all_routes()) {
    if (r.what == station::endpoint::token || r.method == "GET")
      continue;
    std::string path(r.pattern);
    for (const char* name : {"{id}", "{name}"})
      if (auto at = path.find(name); at != std::string::npos)
        path.replace(at, std::string_view(name).size(), "00000000-0000-4000-8000-000000000000");
    for (const std::string& body : bodies) {
      auto answer = ask(r.method, path, body);
      CAPTURE(r.method, path, body.substr(0, 60), answer.substr(0, 400));
      int status = status_of(answer);
      CHECK((status == 200 || status == 400 || status == 403 || status == 404 || status == 413));
      CHECK(answer.find("Trace-Id: ") != std::string::npos);
      if (status != 200) {
        auto object = boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4)).as_object();
        for (const char* field : {"timestamp", "status", "error", "message", "path"})
          CHECK(object.contains(field));
      }
    }
  }
  CHECK(answers_others());
}

TEST_CASE_METHOD(open_station, "numbers and texts of a query that make no sense are refused",
                 "[app][station]") {
  for (const char* query : {"pageNumber=-1", "pageSize=1e9", "from=99999999999999999999999", "from=x",
                            "to=%00", "daysBack=0", "daysBack=99999999999999999999",
                            "pageNumber=18446744073709551616", "applyWhitelist=maybe", "%zz=1"}) {
    std::size_t refused = 0;
    for (const char* path : {"/indicators/search?searchTerm=abc&", "/reports?", "/indicators?",
                             "/indicators/community-trending?", "/whitelist?"}) {
      int status = status_of(ask("GET", path + std::string(query), ""));
      CAPTURE(path, query);
      CHECK((status == 200 || status == 400)); // unknown parameters are ignored
      refused += status == 400 ? 1 : 0;
    }
    if (std::string_view(query) != "applyWhitelist=maybe")
      CHECK(refused > 0);
  }
}

TEST_CASE_METHOD(open_station, "what is too large is refused before it is read", "[app][station]") {
  auto peer = raw_socket::connect_to(server->port());
  peer.send(head("POST", "/reports", max_body + 1));
  CHECK(peer.read_to_end().starts_with("HTTP/1.1 413 "));
  auto header = raw_socket::connect_to(server->port());
  header.send("GET /api/1.3/ping HTTP/1.1\r\nHost: t\r\nX-Long: " + std::string(100'000, 'x') + "\r\n\r\n");
  CHECK(header.read_to_end().starts_with("HTTP/1.1 431 "));
  CHECK(answers_others());
}

TEST_CASE_METHOD(open_station, "who sends byte by byte loses the connection, and keeps nobody waiting",
                 "[app][station]") {
  auto silent = raw_socket::connect_to(server->port());
  auto header = raw_socket::connect_to(server->port());
  auto body = raw_socket::connect_to(server->port());
  header.send("GET /api/1.3/pi");
  body.send(head("POST", "/reports", 60'000) + "{");
  const auto begun = std::chrono::steady_clock::now();
  bool header_open = true, body_open = true;
  while (header_open || body_open) { // a byte each while others are served
    header_open = header_open && header.send("n");
    body_open = body_open && body.send(" ");
    REQUIRE(answers_others());
    REQUIRE(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
  }
  for (auto* peer : {&header, &body}) {
    auto answer = peer->read_to_end();
    CAPTURE(answer);
    CHECK((answer.empty() || answer.starts_with("HTTP/1.1 408 "))); // a reset may swallow it
  }
  CHECK(silent.read_to_end().empty());
}

TEST_CASE_METHOD(open_station, "a thousand connections are borne, and the rest served", "[app][station]") {
  if (!allow_files(2'300))
    SKIP("the limit of open files is too low for 1,000 connections");
  const double before = resident_mb();
  std::vector<raw_socket> peers;
  for (int i = 0; i < 1'000; ++i) {
    peers.push_back(raw_socket::connect_to(server->port()));
    if (i % 3 == 1)
      peers.back().send("POST /api/1.3/reports HTTP/1.1\r\nHo");
    if (i % 3 == 2)
      peers.back().send(head("POST", "/indicators", 60'000) + std::string(30'000, ' '));
    if (i % 100 == 0)
      CHECK(answers_others());
  }
  CHECK(answers_others());
  CHECK(resident_mb() - before < 150);
  for (auto& peer : peers)
    (void)peer.read_to_end(); // every one of them is closed
  CHECK(answers_others());
}

TEST_CASE_METHOD(open_station, "large bodies at the same time are refused before memory runs out",
                 "[app][station]") {
  const double before = resident_mb();
  std::vector<raw_socket> peers;
  std::size_t refused = 0;
  const std::string part(max_body - 1, ' ');
  for (int i = 0; i < 100; ++i) {
    peers.push_back(raw_socket::connect_to(server->port()));
    peers.back().send(head("POST", "/reports", max_body));
  }
  for (auto& peer : peers)
    (void)peer.send(part);
  CHECK(resident_mb() - before < 100);
  for (auto& peer : peers)
    refused += peer.read_to_end().starts_with("HTTP/1.1 503 ") ? 1 : 0;
  CHECK(refused > 0);
  CHECK(answers_others()); // small ones need no share
}
