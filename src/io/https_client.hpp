/// The HTTP/1.1 client behind ports::http_client: TLS with verification, keep-alive pools, deadlines.
#pragma once

#include "core/error.hpp"
#include "io/environment.hpp"
#include "ports/http.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace isacbot::io {

struct https_client_settings {
  std::string ca_file = {}; ///< PEM; empty: the system's authorities
  std::string proxy = {};   ///< "http://host:port"; empty: none. https goes through CONNECT
  std::string user_agent = "isacbot";
  std::string client_certificate = {}; ///< PEM chain shown to servers that ask for one; with `client_key`
  std::string client_key = {};         ///< PEM
  std::string server_name = {};   ///< name that certificates are checked for; empty: the host of the address
  std::string pinned_sha256 = {}; ///< 64 hex digits: the only certificate (DER) that is accepted; empty: any
  bool verify = true;             ///< false: only the pin, if any, is checked. Everybody in between can read
  milliseconds connect_timeout{10'000};        ///< TCP and TLS together
  milliseconds idle_timeout{20'000};           ///< a pooled connection older than this is closed
  std::size_t max_connections_per_origin = 16; ///< further calls wait in line, within their deadline
  std::size_t max_waiting_per_origin = 1'024;
  std::size_t max_response_bytes = 32 * 1024 * 1024;
  std::uint32_t max_header_bytes = 64 * 1024;
};

/// Thread-safe. Certificates and host names are checked unless `verify` is off. A call that dies on a reused
/// connection before any byte of an answer is repeated once on a fresh one if it is GET, HEAD or OPTIONS, or
/// if nothing of it had been sent; any other is reported, because its effect is unknown.
class https_client final : public ports::http_client {
 public:
  /// @error ec::bad_configuration  a file, the pin or the proxy is not usable
  static result<std::unique_ptr<https_client>> open(https_client_settings settings, environment env);

  /// stop(0 ms) if nobody did.
  ~https_client() override;

  void send(http::request request, milliseconds deadline, completion done) override;

  /// Refuses new calls, cancels running ones after `grace` and returns when each has called its completion:
  /// one that had sent something reports ec::upstream_failed, because its effect is unknown; others
  /// ec::cancelled. Not from an io thread. Repeatable.
  void stop(milliseconds grace);

 private:
  class implementation;
  explicit https_client(std::shared_ptr<implementation> impl) noexcept;
  std::shared_ptr<implementation> impl_;
};

} // namespace isacbot::io
