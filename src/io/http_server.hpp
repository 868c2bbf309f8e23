/// An HTTP/1.1 listener (RFC 9112), plain or TLS, in front of one ports::http_service.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "io/environment.hpp"
#include "ports/http.hpp"
#include "telemetry/label.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace isacbot::io {

struct http_server_settings {
  telemetry::label name = "http"; ///< the listener in logs and metrics
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;           ///< 0: the system chooses; `port()` tells
  std::string tls_certificate = {}; ///< PEM file with the chain; empty: plain HTTP
  std::string tls_private_key = {}; ///< PEM file
  std::size_t max_body_bytes = 1024 * 1024;
  /// Of bodies over 64 KiB that are here at once, as announced; beyond: 503. A chunked body counts as the
  /// largest there may be.
  std::size_t max_bodies_bytes = 64 * 1024 * 1024;
  std::uint32_t max_header_bytes = 16 * 1024;
  milliseconds read_deadline{10'000};  ///< first to last byte of a request, however slowly it comes
  milliseconds idle_deadline{60'000};  ///< silence between requests
  milliseconds answer_deadline{2'500}; ///< from the request's last byte to the service's reply
  milliseconds write_deadline{30'000}; ///< for the response to be taken
  unsigned deadline_status = 503;      ///< answered, with an empty body, when the service is late
  std::size_t max_connections = 1'024; ///< further ones are closed at once
  std::size_t max_in_flight = 512;     ///< requests the service has not answered yet; beyond: 503
};

/// Sessions live on the io threads; the service is called there. Requests reach it with an origin-form target
/// and without transfer codings; HEAD reaches it as HEAD, and the body of its answer is left out. The server
/// sets Content-Length, Connection, Date and X-Request-Id.
class http_server {
 public:
  /// Binds and starts to accept.
  /// @param service  outlives the server's `stop`
  /// @error ec::bad_configuration  address, certificate or key not usable
  /// @error ec::unavailable        the port is taken or forbidden
  static result<std::unique_ptr<http_server>> open(http_server_settings settings,
                                                   ports::http_service& service, environment env);

  /// stop(0 ms) if nobody did.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// The port that is listened on.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Open connections, for tests and status.
  [[nodiscard]] std::size_t connections() const noexcept;

  /// Closes the listener and idle connections, lets requests that have begun to arrive get their answers,
  /// cuts what is left after `grace`, and returns when no session exists any more: from then on the service
  /// is not called. Not from an io thread. Repeatable.
  /// @returns how many connections were cut
  std::size_t stop(milliseconds grace);

 private:
  class implementation;
  explicit http_server(std::shared_ptr<implementation> impl) noexcept;
  std::shared_ptr<implementation> impl_;
};

} // namespace isacbot::io
