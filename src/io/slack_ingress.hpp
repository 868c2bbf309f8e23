/// Where Slack's requests come in: checks the signature before anything is parsed, turns bytes into values,
/// hands them to the SLACK DISPATCHER and answers what it says.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "ports/http.hpp"
#include "protocol/slack/request.hpp"
#include "telemetry/logging.hpp"
#include "telemetry/metrics.hpp"

#include <functional>
#include <memory>
#include <string>

namespace isacbot::io {

/// Thread-safe; holds no state of its own. No hop between threads happens for a request that is refused.
class slack_ingress final : public ports::http_service {
 public:
  /// Gives the acknowledgement, or an error, exactly once and from any thread.
  using acknowledge = std::function<void(result<http::response>)>;
  using dispatcher =
      std::function<void(std::shared_ptr<const slack::request>, std::string request_id, acknowledge)>;

  /// @param signing_secret  the app's; requests that it did not sign are answered 401 and not read
  slack_ingress(secret signing_secret, const clock& time, telemetry::metrics& metrics, telemetry::logger log,
                dispatcher dispatch);

  /// POST on `/slack/commands`, `/slack/interactions` and `/slack/events`, each for every kind of request.
  void handle(http::request request, ports::http_exchange exchange, reply done) override;

 private:
  secret signing_secret_;
  const clock& time_;
  telemetry::metrics& metrics_;
  telemetry::logger log_;
  dispatcher dispatch_;
};

} // namespace isacbot::io
