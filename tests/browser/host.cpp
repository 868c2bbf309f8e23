// page_host: Station with sample data on a loopback port of the system's choice, for a browser. Prints one
// JSON line {"url": ..., "key": ..., "secret": ..., "report": ..., "hostile": ..., "hidden": ...} and serves
// until its standard input ends.
#include "core/bytes.hpp"
#include "io/http_server.hpp"
#include "io/worker_pool_service.hpp"
#include "station/accounts.hpp"
#include "station/scores.hpp"
#include "station/service.hpp"
#include "storage/memory_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <iostream>

using namespace isacbot;

namespace json = boost::json;

namespace {

constexpr const char* body_text = "A member saw mail from billing@invoices-example[.]net with a link to "
                                  "hxxps://login-example[.]org/owa/auth.\n"
                                  "The attachment is 9e107d9d372bb6826bd81d3542a419d6; it talks to "
                                  "c2.updates-example[.]net on port 8443.\n\n"
                                  "Block the host, look for the hash, and tell us what you find.";

/// Everything that markup could be made of.
constexpr const char* hostile_text =
    "<script>window.pwned = 1</script><img src=\"http://127.0.0.1:9/x\" onerror=\"window.pwned = 2\">\n"
    "</pre></main><iframe src=\"javascript:alert(1)\"></iframe><style>body{display:none}</style>\n"
    "\"><svg onload=alert(1)> http://bad-example.net/'\"><script>alert(2)</script> &lt;b&gt; \xE2\x80\xAE"
    "gpj.exe";

class sample {
 public:
  sample(storage::kv_store& store, const isacbot::clock& time, random_source& random,
         station::service& service)
      : people_(store, time, random),
        service_(service),
        user(people_.add_user("Ada Lovelace", "Example Corp").value()),
        other_(people_.add_user("Eve", "").value()) {
    auto shared = people_.add_enclave("Example ISAC", "INTERNAL").value();
    auto own = people_.add_enclave("Example Corp", "INTERNAL").value();
    auto foreign = people_.add_enclave("Elsewhere", "INTERNAL").value();
    people_.grant(user.key, shared.id, station::access::submit).value();
    people_.grant(user.key, own.id, station::access::full).value();
    people_.grant(other_.key, foreign.id, station::access::full).value();
    add_report(user, own.id, "Invoice wave: first sightings",
               "c2.updates-example.net answered on port 8443 again.");
    report = add_report(user, shared.id, "Invoice wave reaches finance departments", body_text);
    hostile = add_report(user, shared.id, hostile_text, hostile_text);
    hidden = add_report(other_, foreign.id, "Not for Ada", "c2.updates-example.net");
    call(user, "/indicators",
         json::object{{"enclaveIds", json::array{shared.id}},
                      {"content", json::array{json::object{{"value", "c2.updates-example.net"},
                                                           {"source", "slack"},
                                                           {"notes", "<b>seen</b> in proxy logs"}}}}});
    call(user, "/reports/" + report + "/alter-tags",
         json::parse(R"({"addedTags": [{"name": "phishing"}, {"name": "tlp:amber"}]})"));
    station::score_import scores(store, people_, shared.id, {});
    scores
        .take(
            R"({"value": "c2.updates-example.net", "severityLevel": 3, "score": {"name": "Risk Score", "value": "91"},
                    "source": {"key": "example_intel", "name": "Example Intel"}})")
        .value();
    scores.finish().value();
    while (service_.index_some().value())
      ;
  }

 private:
  std::string call(const station::api_credentials& who, const std::string& path, const json::value& body) {
    auto token = service_.handle(
        {"POST",
         "/oauth/token?grant_type=client_credentials",
         {{"Authorization", "Basic " + to_base64(who.key + ":" + std::string(who.secret.reveal()))}},
         ""});
    auto bearer = std::string(json::parse(token.body).at("access_token").as_string());
    auto answer = service_.handle(
        {"POST", "/api/1.3" + path, {{"Authorization", "Bearer " + bearer}}, json::serialize(body)});
    if (answer.status != 200)
      std::cerr << path << ": " << answer.body << '\n';
    return answer.body;
  }
  std::string add_report(const station::api_credentials& who, const std::string& enclave, const char* title,
                         const char* body) {
    return call(who, "/reports",
                json::object{{"title", title},
                             {"reportBody", body},
                             {"externalUrl", "javascript:alert(3)"},
                             {"enclaveIds", json::array{enclave}}});
  }

  station::accounts people_;
  station::service& service_;

 public:
  station::api_credentials user;
  std::string report, hostile, hidden;

 private:
  station::api_credentials other_;
};

} // namespace

int main() {
  system_clock time;
  system_random random;
  telemetry::metrics metrics;
  io::io_context_pool io{1};
  storage::memory_store store;
  station::service service(store, time, random, {});
  sample data(store, time, random, service);
  io::worker_pool_service workers(
      {4}, [&](const http::request& request, const ports::http_exchange&) { return service.handle(request); },
      {});
  io::http_server_settings listener;
  listener.answer_deadline = seconds{30};
  auto server = io::http_server::open(listener, workers, {io, time, random, metrics, {}});
  if (!server) {
    std::cerr << to_string(server.error()) << '\n';
    return 1;
  }
  std::cout << json::object{{"url", "http://127.0.0.1:" + std::to_string((*server)->port())},
                            {"key", data.user.key},
                            {"secret", std::string(data.user.secret.reveal())},
                            {"report", data.report},
                            {"hostile", data.hostile},
                            {"hidden", data.hidden}}
            << std::endl;
  while (std::getchar() != EOF) {
  }
  (*server)->stop(milliseconds{0});
  workers.stop();
  return 0;
}
