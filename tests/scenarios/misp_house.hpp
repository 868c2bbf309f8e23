/// The MISP feed as it is deployed, on loopback: a sample MISP server, a Station and the service between
/// them, each behind its own listener.
#pragma once

#include "app/service.hpp"
#include "app/station_part.hpp"
#include "core/random.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/requests.hpp"
#include "sandbox/misp_server.hpp"
#include "station/accounts.hpp"
#include "support/temp_dir.hpp"

#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace isacbot::test {

/// A report with its tags, as another client of Station sees it.
struct seen_report {
  trustar::report what;
  std::set<std::string> tags;

  friend bool operator==(const seen_report&, const seen_report&) = default;
};

class misp_house {
 public:
  misp_house() : misp_(misp_settings_of(key_), time_) {
    listen_.name = "misp";
    misp_server_ = io::http_server::open(listen_, misp_, environment()).value();
    client_ = io::https_client::open({}, environment()).value();
    app::station_settings s;
    s.listen = {"127.0.0.1", 0};
    s.path.text = directory_ / "station";
    s.calls_per_minute = 0;
    {
      auto store = app::open_station_database(s.path.text, false).value();
      station::accounts accounts{*store, time_, random_};
      enclave_ = accounts.add_enclave("MISP", "CLOSED").value().id;
      auto user = accounts.add_user("MISP feed", "Example ISAC").value();
      accounts.grant(user.key, enclave_, station::access::full).value();
      account_.key = secret{user.key};
      account_.key_secret = user.secret;
    }
    station_ = app::station_part::start(s, environment(), false).value();
    station_url_ = "http://127.0.0.1:" + std::to_string(station_->port());
    start();
  }
  ~misp_house() { stop(); }

  /// Starts the service, again on the same directory after a stop.
  void start() {
    app::settings s;
    s.admin.listen = {"127.0.0.1", 0};
    s.admin.socket.text = directory_ / "admin.sock";
    s.trustar.origin.text = station_url_;
    s.limits.user = {{1'000'000, std::chrono::minutes{1}, 900'000}};
    s.limits.credential = s.limits.user;
    s.limits.address = {};
    s.storage.path.text = directory_ / "bot";
    s.storage.master_key.bytes = secret{std::string(32, 'm')};
    auto& m = s.misp["main"];
    m.url.text = "http://127.0.0.1:" + std::to_string(misp_server_->port());
    m.key = secret{key_};
    m.enclave_id = enclave_;
    m.trustar_key = account_.key;
    m.trustar_secret = account_.key_secret;
    m.settle = seconds{0}; // what is published here is complete
    app::service_seams seams{time_, random_, {}, {}, {}, /*compression*/ false, "test"};
    service_ = app::service::start(s, std::move(seams)).value();
  }
  bool stop() {
    bool clean = !service_ || service_->stop();
    service_.reset();
    return clean;
  }

  [[nodiscard]] sandbox::misp_server& misp() { return misp_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  /// One poll and everything behind it.
  result<actors::misp_summary> pull(bool dry_run = false) {
    return service_->misp()->pull("main", dry_run, std::chrono::minutes{3});
  }

  /// Everything in Station, found by searching it as a client would.
  std::vector<seen_report> reports() {
    std::vector<seen_report> all;
    for (std::uint32_t number = 0;; ++number) {
      trustar::search what;
      what.enclave_ids = {enclave_};
      what.page_number = number;
      what.page_size = 100;
      auto page = trustar::parse_report_page(
                      send(trustar::make_report_search_request(station(), token(), what).value()))
                      .value();
      for (const auto& found : page.items) {
        seen_report r;
        r.what = trustar::parse_report(
                     send(trustar::make_report_details_request(station(), token(), found.id, false)))
                     .value();
        for (const auto& tag :
             trustar::parse_tags(send(trustar::make_report_tags_request(station(), token(), found.id)))
                 .value())
          r.tags.insert(tag.name);
        all.push_back(std::move(r));
      }
      if (!page.has_next)
        return all;
    }
  }

 private:
  static sandbox::misp_settings misp_settings_of(const std::string& key) {
    sandbox::misp_settings s;
    s.key = secret{key};
    return s;
  }
  io::environment environment() { return {io_, time_, random_, metrics_, {}}; }
  [[nodiscard]] trustar::origin station() const { return {station_url_, "test"}; }
  secret token() {
    return trustar::parse_token(
               send(trustar::make_token_request(station(), account_.key.reveal(), account_.key_secret)))
        .value()
        .token;
  }
  http::response send(http::request request) {
    auto done = std::make_shared<std::promise<result<http::response>>>();
    auto answer = done->get_future();
    client_->send(std::move(request), seconds{30},
                  [done](result<http::response> r) { done->set_value(std::move(r)); });
    return answer.get().value();
  }

  temp_dir directory_;
  system_clock time_;
  system_random random_;
  telemetry::metrics metrics_;
  io::io_context_pool io_;
  std::string key_ = std::string(40, 'k');
  sandbox::misp_server misp_;
  io::http_server_settings listen_;
  std::unique_ptr<io::http_server> misp_server_;
  std::unique_ptr<io::https_client> client_;
  std::unique_ptr<app::station_part> station_;
  std::string station_url_;
  std::string enclave_;
  domain::api_credentials account_;
  std::unique_ptr<app::service> service_;
};

} // namespace isacbot::test
