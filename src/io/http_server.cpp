#include "io/http_server.hpp"

#include "io/http_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>
#include <vector>

namespace isacbot::io {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
/// How long an aborted session may take to notice; it is a matter of microseconds.
constexpr seconds abort_deadline{5};

result<std::shared_ptr<asio::ssl::context>> make_tls(const http_server_settings& settings) {
  if (settings.tls_certificate.empty() && settings.tls_private_key.empty())
    return std::shared_ptr<asio::ssl::context>{};
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code failed;
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_compression, failed);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION);
  tls->use_certificate_chain_file(settings.tls_certificate, failed);
  if (failed)
    return fail(ec::bad_configuration,
                "the certificate " + settings.tls_certificate + " is not usable: " + failed.message(),
                "name a PEM file with the certificate and its chain");
  tls->use_private_key_file(settings.tls_private_key, asio::ssl::context::pem, failed);
  if (failed || SSL_CTX_check_private_key(tls->native_handle()) != 1)
    return fail(ec::bad_configuration, "the private key " + settings.tls_private_key + " is not usable",
                "name the PEM file of the key that belongs to the certificate");
  return tls;
}

} // namespace

class http_server::implementation : public std::enable_shared_from_this<implementation> {
 public:
  implementation(http_server_settings settings, ports::http_service& service, environment env)
      : core(std::make_shared<server_core>(std::move(settings), service, std::move(env))),
        acceptor(asio::make_strand(core->env.io.context())),
        pause(acceptor.get_executor()) {}

  result<void> listen() {
    auto context = make_tls(core->settings);
    if (!context)
      return context.error();
    tls = std::move(*context);
    error_code failed;
    const auto address = asio::ip::make_address(core->settings.address, failed);
    if (failed)
      return fail(ec::bad_configuration, "'" + core->settings.address + "' is no IP address",
                  "write one, for example 127.0.0.1 or ::");
    const tcp::endpoint endpoint{address, core->settings.port};
    acceptor.open(endpoint.protocol(), failed);
    if (!failed)
      acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed)
      acceptor.bind(endpoint, failed);
    if (!failed)
      acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed)
      return fail(ec::unavailable,
                  "cannot listen on " + core->settings.address + " port " +
                      std::to_string(core->settings.port) + ": " + failed.message(),
                  "stop the other program or choose another port");
    port = acceptor.local_endpoint(failed).port();
    return {};
  }

  void start() {
    core->accepting = true;
    asio::co_spawn(
        acceptor.get_executor(), [self = shared_from_this()] { return self->accept_all(); },
        [self = shared_from_this()](const std::exception_ptr&) {
          {
            std::lock_guard lock(self->core->mutex);
            self->core->accepting = false;
          }
          self->core->changed.notify_all();
        });
  }

  asio::awaitable<void> accept_all() {
    while (!core->stopping) {
      tcp::socket socket{asio::make_strand(core->env.io.context())};
      const auto [failed] = co_await acceptor.async_accept(socket, no_throw);
      if (core->stopping)
        break; // a connection accepted meanwhile goes with `socket`
      if (failed) {
        // Out of file descriptors, most likely: the next try would fail as fast.
        core->env.log.warning("http", "a connection could not be accepted",
                              {{"listener", core->settings.name.text()}, {"cause", failed.message()}});
        pause.expires_after(milliseconds{100});
        co_await pause.async_wait(no_throw);
        continue;
      }
      if (open_connections() >= core->settings.max_connections) {
        core->incident(telemetry::http_incident::connection_refused);
        continue;
      }
      start_session(core, std::move(socket), tls);
    }
  }

  std::size_t open_connections() const {
    std::lock_guard lock(core->mutex);
    return core->sessions.size();
  }

  std::size_t stop(milliseconds grace) {
    const std::lock_guard one_at_a_time(stop_mutex);
    core->stopping = true;
    asio::post(acceptor.get_executor(), [self = shared_from_this()] {
      error_code ignored;
      self->acceptor.close(ignored);
      self->pause.cancel();
    });
    for (const auto& session : all_sessions())
      session->begin_stop();
    if (wait_until_gone(grace))
      return 0;
    const auto left = all_sessions();
    for (const auto& session : left)
      session->abort();
    if (!wait_until_gone(abort_deadline))
      core->env.log.error("http", "sessions did not end", {{"listener", core->settings.name.text()}});
    return left.size();
  }

  std::vector<std::shared_ptr<session_handle>> all_sessions() const {
    std::vector<std::shared_ptr<session_handle>> out;
    std::lock_guard lock(core->mutex);
    for (const auto& [key, weak] : core->sessions)
      if (auto session = weak.lock())
        out.push_back(std::move(session));
    return out;
  }

  bool wait_until_gone(milliseconds at_most) {
    if (core->env.io.context().stopped())
      return true; // nobody runs the sessions any more
    std::unique_lock lock(core->mutex);
    return core->changed.wait_for(lock, at_most, [&] { return core->sessions.empty() && !core->accepting; });
  }

  std::shared_ptr<server_core> core;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::shared_ptr<asio::ssl::context> tls;
  std::uint16_t port = 0;
  std::mutex stop_mutex;
};

result<std::unique_ptr<http_server>> http_server::open(http_server_settings settings,
                                                       ports::http_service& service, environment env) {
  auto impl = std::make_shared<implementation>(std::move(settings), service, std::move(env));
  if (auto listening = impl->listen(); !listening)
    return listening.error();
  impl->start();
  return std::unique_ptr<http_server>(new http_server(std::move(impl)));
}

http_server::http_server(std::shared_ptr<implementation> impl) noexcept : impl_(std::move(impl)) {}

http_server::~http_server() {
  stop(milliseconds{0});
}

std::uint16_t http_server::port() const noexcept {
  return impl_->port;
}

std::size_t http_server::connections() const noexcept {
  return impl_->open_connections();
}

std::size_t http_server::stop(milliseconds grace) {
  return impl_->stop(grace);
}

} // namespace isacbot::io
