/// The whole sandbox behind one HTTP service: the Web API, response_urls, and the control interface by which
/// tests and other people's bots play the members. docs/sandbox.md describes it from outside.
#pragma once

#include "ports/http.hpp"
#include "sandbox/control_api.hpp"
#include "sandbox/driver.hpp"
#include "sandbox/workspace.hpp"

namespace isacbot::sandbox {

/// Routes `/api/`, `/commands/`, `/actions/`, `/app/` and `/sandbox/`. Never blocks. Serve it on loopback
/// only: the control interface has no password.
class app final : public ports::http_service {
 public:
  /// All references outlive the app, and the client calls no completion any more when the app goes.
  app(workspace_state initial, bot_addresses bot, const clock& time, random_source& random,
      ports::http_client& client);

  void handle(http::request request, ports::http_exchange exchange, reply done) override;

  [[nodiscard]] workspace& world() noexcept { return world_; }
  [[nodiscard]] driver& members() noexcept { return driver_; }

  /// The origin that response_urls get, known once the listener has its port.
  void set_base_url(std::string url);

 private:
  workspace world_;
  driver driver_;
  control_api control_;
};

} // namespace isacbot::sandbox
