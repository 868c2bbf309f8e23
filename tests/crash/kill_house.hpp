/// Sandbox and Station in this process, the bot in another one that can be killed.
#pragma once

#include "app/demo_house.hpp"
#include "app/station_part.hpp"
#include "app/tour_member.hpp"
#include "crash/child_bot.hpp"
#include "crash/shaky_front.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "sandbox/app.hpp"
#include "support/temp_dir.hpp"
#include "telemetry/metrics.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace isacbot::test {

class kill_house {
 public:
  kill_house();
  ~kill_house();

  [[nodiscard]] sandbox::app& slack() { return *slack_; }
  /// What the bot takes for Station.
  [[nodiscard]] shaky_front& front() { return *shaky_; }
  [[nodiscard]] child_bot& bot() { return *bot_; }
  [[nodiscard]] ports::http_client& http() { return *client_; }
  [[nodiscard]] const std::string& station_url() const { return station_url_; }
  [[nodiscard]] const app::demo_account& account() const { return account_; }
  [[nodiscard]] const std::string& enclave_id() const { return enclave_id_; }
  [[nodiscard]] std::string station_path() const { return (directory_ / "station").string(); }
  [[nodiscard]] std::string bot_log() const;
  /// Ends everything but the files.
  void stop();

 private:
  io::environment io_environment() { return {io_, time_, random_, metrics_, {}}; }
  void start_station();
  void write_config(std::uint16_t bot_port, std::uint16_t admin_port);

  /// Takes the sandbox's place until the sandbox knows the bot's port.
  class front_service final : public ports::http_service {
   public:
    void handle(http::request request, ports::http_exchange exchange, reply done) override {
      slack->handle(std::move(request), std::move(exchange), std::move(done));
    }
    sandbox::app* slack = nullptr;
  };

  temp_dir directory_;
  system_clock time_;
  system_random random_;
  telemetry::metrics metrics_;
  io::io_context_pool io_;
  std::unique_ptr<io::https_client> client_;
  std::unique_ptr<app::station_part> station_;
  std::unique_ptr<shaky_front> shaky_;
  std::unique_ptr<io::http_server> shaky_server_;
  front_service front_;
  std::unique_ptr<sandbox::app> slack_;
  std::unique_ptr<io::http_server> slack_server_;
  std::unique_ptr<child_bot> bot_;
  app::demo_account account_;
  std::string enclave_id_;
  std::string station_url_;
  std::string slack_host_;
  bool stopped_ = false;
};

} // namespace isacbot::test
