/// One connection of http_server. Internal to the server: includes Beast, so nobody else should.
#pragma once

#include "io/http_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace isacbot::io {

/// What the server can ask of a session. Thread-safe: each call is posted to the session's strand.
class session_handle {
 public:
  virtual ~session_handle() = default;
  /// Ends when idle; otherwise after the exchange that has begun.
  virtual void begin_stop() = 0;
  /// Ends at once.
  virtual void abort() = 0;
};

/// Shared by the listener and its sessions.
struct server_core {
  server_core(http_server_settings s, ports::http_service& sv, environment e)
      : settings(std::move(s)),
        service(sv),
        env(std::move(e)) {}

  void incident(telemetry::http_incident what) const { env.metrics.incident(settings.name, what); }

  const http_server_settings settings;
  ports::http_service& service;
  environment env;
  std::atomic<bool> stopping = false;
  /// Handed to the service and not yet answered by it; shared with reply functions, which may outlive the
  /// rest.
  std::shared_ptr<std::atomic<std::size_t>> in_flight = std::make_shared<std::atomic<std::size_t>>(0);

  std::atomic<std::size_t> body_bytes = 0; ///< of large bodies that are here, as announced

  std::mutex mutex; // guards what follows
  std::condition_variable changed;
  bool accepting = false;
  std::unordered_map<session_handle*, std::weak_ptr<session_handle>> sessions;
};

/// Serves the connection until it ends; the session is in `core->sessions` from before this returns until
/// then.
/// @param tls  null for plain HTTP
void start_session(std::shared_ptr<server_core> core, boost::asio::ip::tcp::socket socket,
                   const std::shared_ptr<boost::asio::ssl::context>& tls);

} // namespace isacbot::io
