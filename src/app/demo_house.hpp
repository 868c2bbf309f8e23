/// What `isacbot demo` runs: a sandbox workspace, an embedded Station with a little intelligence in it, a
/// sample MISP server, and the real bot between them, each behind its own listener on loopback.
#pragma once

#include "app/service.hpp"
#include "app/settings.hpp"
#include "core/error.hpp"
#include "ports/http.hpp"
#include "sandbox/app.hpp"
#include "sandbox/misp_server.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace isacbot::app {

/// A Station account of the demo.
struct demo_account {
  std::string key;
  secret key_secret;
};

struct demo_settings {
  std::uint16_t port = 0;                       ///< of the sandbox; 0: any
  std::filesystem::path data;                   ///< databases and the key; made if missing
  std::uint64_t station_calls_per_minute = 600; ///< of one account; 0: no limit
  /// Of the whole configuration, before ISACBOT_... overrides it: what the bot of the demo runs with.
  std::function<result<settings>(const settings& defaults)> configure;
};

class demo_house {
 public:
  /// @error as service::start, and what `configure` returns
  static result<std::unique_ptr<demo_house>> start(demo_settings demo, service_seams seams);
  ~demo_house();

  [[nodiscard]] sandbox::app& slack() noexcept;
  [[nodiscard]] sandbox::misp_server& misp() noexcept;
  [[nodiscard]] ports::http_client& http() noexcept;
  [[nodiscard]] const std::string& slack_url() const noexcept;
  [[nodiscard]] const std::string& station_url() const noexcept;
  [[nodiscard]] const std::string& misp_url() const noexcept;
  [[nodiscard]] std::string metrics_url() const;
  /// What the bot runs with: for the operator's commands.
  [[nodiscard]] const settings& configuration() const noexcept;
  /// The account that the member registers in the tour.
  [[nodiscard]] const demo_account& member() const noexcept;
  /// Another account with the same rights, by which the tour looks into Station on its own.
  [[nodiscard]] const demo_account& observer() const noexcept;
  [[nodiscard]] const std::string& enclave_id() const noexcept;
  [[nodiscard]] const std::string& enclave_name() const noexcept;
  /// Everything secret that the demo made up, for the test that looks for leaks.
  [[nodiscard]] std::vector<std::string> secrets() const;

  /// The bot alone; sandbox and Station go on.
  bool stop_bot();
  /// Everything, the bot first. Repeatable.
  bool stop();

 private:
  struct state;
  explicit demo_house(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::app
