#include "io/https_client.hpp"

#include "core/bytes.hpp"
#include "io/connection_pool.hpp"
#include "io/http_connection.hpp"
#include "io/http_rules.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

namespace isacbot::io {

namespace asio = boost::asio;
using boost::system::error_code;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr seconds abort_deadline{5};

result<std::shared_ptr<asio::ssl::context>> make_tls(const https_client_settings& settings) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  error_code failed;
  tls->set_verify_mode(settings.verify ? asio::ssl::verify_peer : asio::ssl::verify_none, failed);
  if (settings.ca_file.empty())
    tls->set_default_verify_paths(failed);
  else
    tls->load_verify_file(settings.ca_file, failed);
  if (failed)
    return fail(ec::bad_configuration, "the authorities in " + settings.ca_file + " are not usable",
                "name a PEM file of certificates, or leave ca_file out");
  if (!settings.client_certificate.empty()) {
    tls->use_certificate_chain_file(settings.client_certificate, failed);
    if (!failed)
      tls->use_private_key_file(settings.client_key, asio::ssl::context::pem, failed);
    if (failed)
      return fail(ec::bad_configuration,
                  "the client certificate " + settings.client_certificate + " or its key is not usable",
                  "name PEM files of a certificate and its own key, readable by this user");
  }
  if (!settings.pinned_sha256.empty()) {
    auto pin = from_hex(settings.pinned_sha256);
    if (!pin || pin->size() != 32)
      return fail(ec::bad_configuration, "the pinned certificate hash is no SHA-256",
                  "write 64 hex digits, as openssl x509 -fingerprint -sha256 prints them, without colons");
  }
  return tls;
}

/// The request as it goes on the wire.
/// @error ec::invalid_argument  a field would break the message apart
result<std::string> to_wire(const http::request& request, const absolute_target& target,
                            const https_client_settings& settings, bool absolute_form) {
  if (!is_safe_field(request.method, "") || request.method == "CONNECT")
    return fail(ec::invalid_argument, "the method is not allowed");
  std::string head = request.method + " ";
  head += absolute_form ? "http://" + target.authority + target.origin_form : target.origin_form;
  head += " HTTP/1.1\r\nHost: " + target.authority + "\r\n";
  if (!request.headers.find("User-Agent"))
    head += "User-Agent: " + settings.user_agent + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (!is_safe_field(name, value))
      return fail(ec::invalid_argument, "a header field holds characters that are not allowed");
    bool ours = false; // framing is the client's business
    for (const char* field : {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"})
      ours = ours || http::equal_ignoring_case(name, field);
    if (!ours)
      head.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" ||
      request.method == "PATCH")
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  head += "\r\n";
  head += request.body;
  return head;
}

} // namespace

class https_client::implementation : public std::enable_shared_from_this<implementation> {
 public:
  implementation(connection_settings s, environment e)
      : settings(std::move(s)),
        env(std::move(e)),
        strand(asio::make_strand(env.io.context())),
        sweep_timer(strand),
        pool(settings.limits.max_connections_per_origin, settings.limits.max_waiting_per_origin) {}

  void send(http::request request, milliseconds deadline, completion done) {
    {
      std::lock_guard lock(mutex);
      ++unfinished;
    }
    // Posted, never dispatched: the completion must not run inside `send`.
    asio::post(strand, [self = shared_from_this(), request = std::move(request),
                        until = steady::now() + deadline, done = std::move(done)]() mutable {
      self->begin(std::move(request), until, std::move(done));
    });
  }

  void begin(http::request request, steady::time_point until, completion done) {
    auto call = std::make_shared<client_call>(strand);
    call->done = std::move(done);
    auto target = parse_absolute_target(request.target);
    if (!target)
      return finish(call, target.error());
    call->target = std::move(*target);
    auto bytes = to_wire(request, call->target, settings.limits, settings.proxy && !call->target.tls);
    if (!bytes)
      return finish(call, bytes.error());
    call->bytes = std::move(*bytes);
    call->method = std::move(request.method);
    if (stopping) {
      call->cancelled = true;
      return finish(call, call->failure(""));
    }
    calls.insert(call);
    call->deadline_timer.expires_at(until);
    call->deadline_timer.async_wait([call](const error_code& cancelled) {
      if (!cancelled) {
        call->timed_out = true;
        call->interrupt();
      }
    });
    auto outcome = std::make_shared<result<http::response>>(fail(ec::internal, "the call was lost"));
    asio::co_spawn(
        strand,
        [self = shared_from_this(), call, outcome]() -> asio::awaitable<void> {
          *outcome = co_await self->run(call);
        },
        [self = shared_from_this(), call, outcome](const std::exception_ptr&) {
          self->calls.erase(call);
          self->finish(call, std::move(*outcome));
        });
  }

  void finish(const std::shared_ptr<client_call>& call, result<http::response> outcome) {
    call->deadline_timer.cancel();
    try {
      call->done(std::move(outcome));
    } catch (...) {
      env.log.error("https_client", "a completion failed", {{"host", call->target.host}});
    }
    call->done = nullptr;
    {
      std::lock_guard lock(mutex);
      --unfinished;
    }
    changed.notify_all();
  }

  asio::awaitable<result<http::response>> run(std::shared_ptr<client_call> call) {
    std::unique_ptr<http_connection> connection;
    result<void> slot = co_await take_slot(call, connection);
    if (!slot)
      co_return slot.error();
    for (;;) {
      const bool reused = connection != nullptr;
      if (!connection)
        connection = std::make_unique<http_connection>(strand, settings);
      call->abort_connection = [c = connection.get()] { c->abort(); };
      result<void> open{};
      if (!reused)
        open = co_await connection->open(call);
      if (open && call->interrupted())
        open = call->failure("interrupted");
      exchange_outcome outcome{open ? result<http::response>{http::response{}} : open.error()};
      if (open)
        outcome = co_await connection->exchange(call);
      call->abort_connection = nullptr;
      if (!outcome.reusable || stopping)
        connection.reset();
      const bool again = reused && !outcome.response && outcome.nothing_came && !call->interrupted() &&
                         (outcome.nothing_left || is_safe_method(call->method));
      if (again)
        continue; // with the same slot and a fresh connection, which cannot be stale
      give_back(call->target.origin(), std::move(connection));
      co_return std::move(outcome.response);
    }
  }

  asio::awaitable<result<void>> take_slot(std::shared_ptr<client_call> call,
                                          std::unique_ptr<http_connection>& connection) {
    const auto granted = pool.acquire(call, connection);
    if (granted == connection_pool::grant::slot)
      co_return result<void>{};
    if (granted == connection_pool::grant::refused)
      co_return call->failure("too many calls wait for a connection");
    call->wake.expires_at(steady::time_point::max());
    while (!call->granted && !call->interrupted())
      co_await call->wake.async_wait(no_throw);
    if (!call->granted) {
      pool.leave_line(call);
      co_return call->failure("every connection is busy");
    }
    connection = std::move(call->handed_over);
    if (connection && !connection->is_quiet())
      connection.reset();
    if (call->interrupted()) {
      give_back(call->target.origin(), std::move(connection));
      co_return call->failure("every connection is busy");
    }
    co_return result<void>{};
  }

  void give_back(const std::string& origin, std::unique_ptr<http_connection> connection) {
    const bool idle = connection != nullptr;
    pool.release(origin, std::move(connection), env.time.steady_now());
    if (idle && !sweeping)
      sweep_after(settings.limits.idle_timeout);
  }

  void sweep_after(std::chrono::nanoseconds wait) {
    sweeping = true;
    sweep_timer.expires_after(std::chrono::duration_cast<steady::duration>(wait));
    sweep_timer.async_wait([self = shared_from_this()](const error_code& cancelled) {
      self->sweeping = false;
      if (cancelled || self->stopping)
        return;
      const auto now = self->env.time.steady_now();
      const auto first = self->pool.close_idle(now - self->settings.limits.idle_timeout);
      if (first)
        self->sweep_after(std::max<std::chrono::nanoseconds>(
            *first + self->settings.limits.idle_timeout - now, milliseconds{1}));
    });
  }

  void stop(milliseconds grace) {
    asio::post(strand, [self = shared_from_this()] {
      self->stopping = true;
      self->sweep_timer.cancel();
      self->pool.close_idle(steady_time::max());
    });
    if (wait_until_finished(grace))
      return;
    asio::post(strand, [self = shared_from_this()] {
      for (const auto& call : self->calls) {
        call->cancelled = true;
        call->interrupt();
      }
    });
    if (!wait_until_finished(abort_deadline))
      env.log.error("https_client", "calls did not end");
  }

  bool wait_until_finished(milliseconds at_most) {
    if (env.io.context().stopped())
      return true; // nobody runs them any more
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, at_most, [&] { return unfinished == 0; });
  }

  const connection_settings settings;
  environment env;
  asio::strand<asio::io_context::executor_type> strand;

  // On the strand.
  asio::steady_timer sweep_timer;
  bool sweeping = false;
  bool stopping = false;
  std::set<std::shared_ptr<client_call>> calls;
  connection_pool pool;

  std::mutex mutex; // guards unfinished
  std::condition_variable changed;
  std::size_t unfinished = 0;
};

result<std::unique_ptr<https_client>> https_client::open(https_client_settings settings, environment env) {
  connection_settings all;
  auto tls = make_tls(settings);
  if (!tls)
    return tls.error();
  all.tls = std::move(*tls);
  if (!settings.proxy.empty()) {
    auto proxy = parse_absolute_target(settings.proxy);
    if (!proxy || proxy->tls || proxy->origin_form != "/")
      return fail(ec::bad_configuration, "the proxy's address is not usable",
                  "write http://host:port, without user and path");
    all.proxy = std::move(*proxy);
  }
  all.limits = std::move(settings);
  return std::unique_ptr<https_client>(
      new https_client(std::make_shared<implementation>(std::move(all), std::move(env))));
}

https_client::https_client(std::shared_ptr<implementation> impl) noexcept : impl_(std::move(impl)) {}

https_client::~https_client() {
  stop(milliseconds{0});
}

void https_client::send(http::request request, milliseconds deadline, completion done) {
  impl_->send(std::move(request), deadline, std::move(done));
}

void https_client::stop(milliseconds grace) {
  impl_->stop(grace);
}

} // namespace isacbot::io
