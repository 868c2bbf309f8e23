/// One connection of https_client. Internal to the client; used on the client's strand only.
#pragma once

#include "core/error.hpp"
#include "io/client_call.hpp"
#include "io/https_client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::io {

/// What all connections of a client share.
struct connection_settings {
  https_client_settings limits;
  std::optional<absolute_target> proxy;
  std::shared_ptr<boost::asio::ssl::context> tls;
};

/// How an exchange ended.
struct exchange_outcome {
  result<http::response> response;
  bool reusable = false;     ///< the connection may carry another exchange
  bool nothing_came = false; ///< it failed before any byte of an answer
  bool nothing_left = false; ///< it failed before any byte of the request was taken
};

class http_connection {
 public:
  http_connection(const boost::asio::any_io_executor& strand, const connection_settings& settings);
  ~http_connection();

  /// Resolves, connects, passes the proxy, and for https shakes hands.
  /// @error as client_call::failure
  boost::asio::awaitable<result<void>> open(std::shared_ptr<client_call> call);
  /// Sends the call's request and reads its answer.
  boost::asio::awaitable<exchange_outcome> exchange(std::shared_ptr<client_call> call);

  /// Whether an idle connection is still quiet: neither closed by the peer nor with bytes nobody asked for.
  [[nodiscard]] bool is_quiet();
  /// Cuts the connection; pending operations end.
  void abort();

  bool used = false;        ///< has carried an exchange
  steady_time idle_since{}; ///< when it was given back

 private:
  struct streams;

  boost::asio::awaitable<result<std::vector<boost::asio::ip::tcp::endpoint>>>
  resolve(std::shared_ptr<client_call> call, const absolute_target& where);
  boost::asio::awaitable<result<void>> connect(std::shared_ptr<client_call> call,
                                               const absolute_target& where,
                                               std::chrono::steady_clock::time_point until);
  boost::asio::awaitable<result<void>> pass_proxy(std::shared_ptr<client_call> call);
  boost::asio::awaitable<result<void>> shake_hands(std::shared_ptr<client_call> call);

  const connection_settings& settings_;
  std::unique_ptr<streams> streams_;
};

} // namespace isacbot::io
