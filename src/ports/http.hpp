/// The two doors to the network. Actors, Station and sandbox see these interfaces only; io/ implements the
/// client and calls the service. A test, or later a seeded world, plugs in its own.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/http/message.hpp"

#include <functional>
#include <string>

namespace isacbot::ports {

/// Sends requests. Thread-safe.
class http_client {
 public:
  using completion = std::function<void(result<http::response>)>;

  virtual ~http_client() = default;

  /// Sends `request` (absolute target) and calls `done` exactly once, on any thread, never from inside
  /// `send`. Redirects are not followed. Any HTTP status is a success here; errors are about the exchange
  /// itself:
  /// @error ec::unavailable       nothing was sent (name, connect, TLS handshake)
  /// @error ec::timeout           `deadline` passed after bytes were sent: the effect is unknown
  /// @error ec::upstream_failed   the connection broke after bytes were sent: the effect is unknown
  /// @error ec::too_large         the answer is over the client's limit
  /// @error ec::invalid_argument  the target is no http(s) address
  /// @error ec::cancelled         the client is stopping
  virtual void send(http::request request, milliseconds deadline, completion done) = 0;
};

/// What a server knows about an exchange besides the request.
struct http_exchange {
  std::string peer;       ///< remote address, for the log
  std::string request_id; ///< ours, for the log and error answers
};

/// Answers requests. Thread-safe: called from any io thread.
class http_service {
 public:
  using reply = std::function<void(http::response)>;

  virtual ~http_service() = default;

  /// Answers by calling `done` once, now or later, from any thread. The session owns the deadline: an answer
  /// that comes after it is dropped and counted. Must not block: blocking services run behind a worker pool
  /// (io/).
  virtual void handle(http::request request, http_exchange exchange, reply done) = 0;
};

} // namespace isacbot::ports
