/// What the operator's tools ask: /metrics, /healthz and /readyz.
#pragma once

#include "ports/http.hpp"
#include "telemetry/metrics.hpp"

#include <functional>
#include <string>
#include <vector>

namespace isacbot::io {

/// One part that has to work for the program to be of use.
struct readiness {
  std::string part = {}; ///< "storage", "slack", ...
  bool ok = false;
  std::string reason = {}; ///< why not; no secret
};

/// `/healthz`: 200 "ok" as long as the process answers. `/readyz`: 200 or 503 with
/// `{"ready": bool, "parts": [{"part": "...", "ok": bool, "reason": "..."}]}`. GET and HEAD only.
class admin_service final : public ports::http_service {
 public:
  /// Asked for every /readyz, on an io thread: answers from memory, without waiting.
  using readiness_check = std::function<std::vector<readiness>()>;

  /// @param refresh  called before each /metrics, on an io thread: brings up to date what nobody reports
  admin_service(const telemetry::metrics& metrics, readiness_check check, std::function<void()> refresh = {});

  void handle(http::request request, ports::http_exchange exchange, reply done) override;

 private:
  const telemetry::metrics& metrics_;
  readiness_check check_;
  std::function<void()> refresh_;
};

} // namespace isacbot::io
