/// Lets a blocking handler serve HTTP: a bounded queue and threads of its own.
#pragma once

#include "ports/http.hpp"
#include "telemetry/logging.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace isacbot::io {

struct worker_pool_settings {
  std::size_t threads =
      16; ///< synced writes of many threads share one disk flush: more threads than cores pay
  std::size_t max_queued = 256; ///< waiting requests; beyond: 503 with Retry-After
};

class worker_pool_service final : public ports::http_service {
 public:
  /// Called by any worker, several at a time. May block. An exception becomes a 500 and a log line.
  using blocking_handler = std::function<http::response(const http::request&, const ports::http_exchange&)>;

  worker_pool_service(worker_pool_settings settings, blocking_handler handler, telemetry::logger log);
  /// `stop()` if nobody did.
  ~worker_pool_service() override;

  void handle(http::request request, ports::http_exchange exchange, reply done) override;

  /// Answers what is queued with 503, waits for what runs, and joins the threads. Stop the server first, so
  /// that nothing is queued. Repeatable.
  void stop();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::io
