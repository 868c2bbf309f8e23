#include "app/doctor.hpp"

#include "app/admin_door.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "protocol/misp/answers.hpp"
#include "protocol/misp/requests.hpp"
#include "protocol/slack/manifest.hpp"
#include "protocol/slack/web_api.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/requests.hpp"
#include "storage/process_lock.hpp"
#include "telemetry/metrics.hpp"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <future>
#include <memory>
#include <utility>

namespace isacbot::app {

namespace {

/// HTTP for one round of questions.
class asking {
 public:
  asking(const doctor_seams& seams, std::vector<clock_sighting>& clocks) : seams_(seams), clocks_(clocks) {}

  result<http::response> ask(const io::https_client_settings& settings, const std::string& whom,
                             http::request request) {
    auto client = io::https_client::open(settings, {io_, seams_.time, seams_.random, metrics_, {}});
    if (!client)
      return client.error();
    auto answer = std::make_shared<std::promise<result<http::response>>>();
    auto arrived = answer->get_future();
    (*client)->send(std::move(request), seams_.patience,
                    [answer](result<http::response> r) { answer->set_value(std::move(r)); });
    auto outcome = arrived.get();
    (*client)->stop(milliseconds{0});
    if (outcome)
      if (auto date = outcome->headers.find("Date"))
        if (auto theirs = misp::parse_http_date(*date))
          clocks_.push_back({whom, *theirs, seams_.time.now()});
    return outcome;
  }

 private:
  const doctor_seams& seams_;
  std::vector<clock_sighting>& clocks_;
  telemetry::metrics metrics_;
  io::io_context_pool io_;
};

std::vector<std::string> wanted_scopes() {
  std::vector<std::string> scopes;
  auto manifest = slack::make_manifest({.socket_mode = true});
  if (!manifest)
    return scopes;
  boost::json::value root(std::move(*manifest));
  boost::system::error_code none;
  const auto* bot = root.find_pointer("/oauth_config/scopes/bot", none);
  if (bot != nullptr && bot->is_array())
    for (const auto& scope : bot->get_array())
      if (scope.is_string())
        scopes.emplace_back(scope.get_string());
  return scopes;
}

io::https_client_settings station_client(const settings& s, const std::string& version) {
  io::https_client_settings http;
  http.ca_file = s.trustar.ca_file.text;
  http.proxy = s.trustar.proxy.text;
  http.user_agent = "isacbot/" + version;
  return http;
}

void look_at_slack(const settings& s, const doctor_seams& seams, asking& http,
                   std::vector<doctor_row>& rows) {
  if (!s.slack.enabled)
    return;
  if (s.slack.bot_token.empty()) {
    rows.push_back({"slack token", health::warn, "no slack.bot_token is configured", "set slack.bot_token"});
    return;
  }
  auto answer = http.ask(station_client(s, seams.version), "Slack",
                         slack::auth_test({s.slack.api_url.text, s.slack.bot_token}));
  for (doctor_row& row : judge_slack(answer, wanted_scopes()))
    rows.push_back(std::move(row));
}

void look_at_station(const settings& s, const doctor_seams& seams, asking& http,
                     std::vector<doctor_row>& rows) {
  trustar::origin station{s.trustar.origin.text, seams.version};
  auto client = station_client(s, seams.version);
  bool known = !s.trustar.operator_key.empty() && !s.trustar.operator_secret.empty();
  if (!known) {
    rows.push_back(judge_station(
        http.ask(client, "Station", trustar::make_ping_request(station, secret("no-credentials-configured"))),
        false));
    return;
  }
  auto answer = http.ask(
      client, "Station",
      trustar::make_token_request(station, s.trustar.operator_key.reveal(), s.trustar.operator_secret));
  rows.push_back(judge_station(answer, true));
  auto token = answer ? trustar::parse_token(*answer) : answer.error();
  if (!token)
    return;
  auto ping = http.ask(client, "Station", trustar::make_ping_request(station, token->token));
  auto pinged = ping ? trustar::classify(*ping) : result<void>{ping.error()};
  rows.push_back(pinged ? doctor_row{"station ping", health::ok, "the API answers", {}}
                        : doctor_row{"station ping", health::fail, to_string(pinged.error()),
                                     "look at Station's own log"});
  auto quotas = http.ask(client, "Station", trustar::make_quotas_request(station, token->token));
  rows.push_back(judge_limits(quotas ? trustar::parse_quotas(*quotas) : quotas.error(), s.limits.credential));
}

void look_at_misp(const settings& s, const doctor_seams& seams, asking& http, std::vector<doctor_row>& rows) {
  for (const auto& [name, server] : s.misp) {
    if (server.url.empty()) {
      std::error_code code;
      bool local = server.feed.find("://") == std::string::npos;
      bool there =
          local && std::filesystem::exists(std::filesystem::path(server.feed) / "manifest.json", code);
      rows.push_back({"misp " + name, there || !local ? health::ok : health::fail,
                      there    ? "the feed has a manifest"
                      : !local ? "a feed at an address: not asked"
                               : "no manifest.json in " + server.feed,
                      there || !local ? "" : "name the directory of the feed in misp." + name + ".feed"});
      continue;
    }
    io::https_client_settings http_settings;
    http_settings.ca_file = server.ca_file.text;
    http_settings.client_certificate = server.client_certificate.text;
    http_settings.client_key = server.client_key.text;
    http_settings.server_name = server.server_name;
    http_settings.pinned_sha256 = server.pinned_sha256;
    http_settings.verify = server.verify_tls;
    http_settings.proxy = server.proxy.text;
    http_settings.user_agent = "isacbot/" + seams.version;
    auto request = misp::make_version_request(
        {server.url.text, server.key, server.auth_header, "isacbot/" + seams.version});
    rows.push_back(
        judge_misp(name, http.ask(http_settings, "MISP " + name, std::move(request)), seams.time.now()));
  }
}

void look_at_service(const settings& s, std::vector<doctor_row>& rows) {
  auto answer = run_at_the_service(s, {"ping", {}}, [](const admin_progress&) {});
  if (answer && answer->is_object()) {
    const auto& facts = answer->get_object();
    const auto* version = facts.if_contains("version");
    rows.push_back({"service",
                    health::ok,
                    "it runs" + (version != nullptr && version->is_string()
                                     ? ", version " + std::string(version->get_string())
                                     : std::string()),
                    {}});
    const auto* change = facts.if_contains("key_change");
    if (change != nullptr && *change == "under_way")
      rows.push_back({"master key", health::warn, "a change of the master key has begun and is not finished",
                      "run `isacbot key rotate` with the same new key again"});
    const auto* aside = facts.if_contains("station_set_aside");
    if (aside != nullptr && aside->is_number() && aside->to_number<std::int64_t>() > 0)
      rows.push_back(judge_set_aside(aside->to_number<std::uint64_t>()));
    return;
  }
  error why = answer ? fail(ec::protocol_violation, "its answer is not understood") : answer.error();
  if (why.code == ec::unavailable)
    rows.push_back({"service", health::warn, "no service listens on " + s.admin.socket.text,
                    "start it: `isacbot serve`"});
  else
    rows.push_back({"service", health::fail, to_string(why), why.mend});
}

void look_at_storage(const settings& s, std::vector<doctor_row>& rows) {
  const std::string& path = s.storage.path.text;
  std::error_code code;
  if (!std::filesystem::is_directory(path, code)) {
    rows.push_back({"storage", health::warn, path + " does not exist yet", "the first start makes it"});
    return;
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) {
    rows.push_back({"storage", health::fail, "this user may not write to " + path,
                    "run the doctor as the user of the service, and give that user the directory"});
  } else if (std::filesystem::exists(std::filesystem::path(path) / "isacbot.lock", code)) {
    auto lock = storage::process_lock::acquire(std::filesystem::path(path) / "isacbot.lock");
    rows.push_back(lock || lock.error().code == ec::locked
                       ? doctor_row{"storage",
                                    health::ok,
                                    lock ? path + " is writable; no process uses it" : lock.error().cause,
                                    {}}
                       : doctor_row{"storage", health::fail, lock.error().cause, lock.error().mend});
  } else {
    rows.push_back({"storage", health::ok, path + " is writable and empty", {}});
  }
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) == 0)
    rows.push_back(judge_free_space(path, static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize));
}

struct free_x509 {
  void operator()(X509* c) const noexcept { X509_free(c); }
};
struct close_stream {
  void operator()(std::FILE* f) const noexcept { std::fclose(f); }
};

std::optional<sys_time> expiry_of(const std::string& file) {
  std::unique_ptr<std::FILE, close_stream> stream(std::fopen(file.c_str(), "rbe"));
  if (!stream)
    return std::nullopt;
  std::unique_ptr<X509, free_x509> certificate(PEM_read_X509(stream.get(), nullptr, nullptr, nullptr));
  std::tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
    return std::nullopt;
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::from_time_t(timegm(&end)));
}

void look_at_certificates(const settings& s, sys_time now, std::vector<doctor_row>& rows) {
  auto look = [&](const std::string& key, const std::string& file) {
    if (!file.empty())
      rows.push_back(judge_certificate(key, file, expiry_of(file), now));
  };
  look("server.tls_certificate", s.server.tls_certificate.text);
  if (s.station.enabled)
    look("station.tls_certificate", s.station.tls_certificate.text);
  for (const auto& [name, server] : s.misp)
    look("misp." + name + ".client_certificate", server.client_certificate.text);
}

} // namespace

std::vector<doctor_row> run_doctor(const settings& configured, const doctor_seams& seams) {
  std::vector<doctor_row> rows;
  std::vector<clock_sighting> clocks;
  asking http(seams, clocks);
  look_at_service(configured, rows);
  look_at_storage(configured, rows);
  look_at_slack(configured, seams, http, rows);
  look_at_station(configured, seams, http, rows);
  look_at_misp(configured, seams, http, rows);
  rows.push_back(judge_clock(clocks));
  look_at_certificates(configured, seams.time.now(), rows);
  return rows;
}

} // namespace isacbot::app
