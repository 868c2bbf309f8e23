#include "io/http_session.hpp"

#include "io/body_share.hpp"
#include "io/http_rules.hpp"
#include "io/http_wire.hpp"
#include "io/reply_slot.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <optional>
#include <utility>

namespace isacbot::io {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using telemetry::http_incident;

namespace {

using boost::system::error_code;
using plain_stream = beast::tcp_stream;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;
using request_parser = bhttp::request_parser<bhttp::string_body>;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds linger_deadline{1'000};
constexpr std::size_t linger_bytes = 1024 * 1024;
constexpr std::size_t read_ahead_bytes = 64 * 1024;

template <class Stream>
class session final : public session_handle, public std::enable_shared_from_this<session<Stream>> {
 public:
  session(std::shared_ptr<server_core> core, Stream stream, std::shared_ptr<asio::ssl::context> tls)
      : core_(std::move(core)),
        tls_(std::move(tls)),
        stream_(std::move(stream)),
        buffer_(core_->settings.max_header_bytes + read_ahead_bytes),
        answer_timer_(beast::get_lowest_layer(stream_).get_executor()),
        read_timer_(answer_timer_.get_executor()) {}

  void begin_stop() override {
    asio::post(answer_timer_.get_executor(), [self = this->shared_from_this()] {
      // A request that has arrived already is served; only silence is cut.
      error_code ignored;
      if (self->idle_ && self->lowest().socket().available(ignored) == 0)
        self->lowest().cancel();
    });
  }

  void abort() override {
    asio::post(answer_timer_.get_executor(), [self = this->shared_from_this()] {
      self->aborted_ = true;
      self->answer_timer_.cancel();
      self->lowest().close();
    });
  }

  asio::awaitable<void> run() {
    error_code ignored;
    const auto peer = lowest().socket().remote_endpoint(ignored);
    peer_ = ignored ? "unknown" : peer.address().to_string();
    lowest().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    const bool open = co_await handshake();
    if (open) {
      bool more = true;
      while (more)
        more = co_await serve_one();
      co_await close();
    }
  }

 private:
  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  asio::awaitable<bool> handshake() {
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      lowest().expires_after(core_->settings.read_deadline);
      idle_ = true;
      const auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, no_throw);
      idle_ = false;
      co_return !failed;
    }
    co_return true;
  }

  /// One exchange. @returns whether the connection goes on
  asio::awaitable<bool> serve_one() {
    const bool begun = co_await wait_for_request();
    if (!begun)
      co_return false;
    lowest().expires_never();
    const read_deadline in_time{*this}; // for header and body together
    request_parser parser;
    parser.header_limit(core_->settings.max_header_bytes);
    parser.body_limit(core_->settings.max_body_bytes);
    const auto [header_failed, header_bytes] =
        co_await bhttp::async_read_header(stream_, buffer_, parser, no_throw);
    if (header_failed)
      co_return co_await refuse(why(header_failed));
    std::optional<refusal> fault;
    std::optional<http::request> request = take_header(parser.get(), fault);
    if (!request)
      co_return co_await refuse(fault);
    body_share share{*core_};
    if (!parser.is_done()) {
      const auto announced = parser.content_length();
      if (!share.take(announced ? static_cast<std::size_t>(*announced) : core_->settings.max_body_bytes))
        co_return co_await refuse(
            refusal{503, http_incident::overloaded, "Busy with other large requests. Try again soon.\n"});
      const bool readable = co_await answer_expectation(parser, fault);
      if (!readable)
        co_return co_await refuse(fault);
      const auto [body_failed, body_bytes] = co_await bhttp::async_read(stream_, buffer_, parser, no_throw);
      if (body_failed)
        co_return co_await refuse(why(body_failed));
    }
    disarm_read_deadline();
    request->body = std::move(parser.get().body());
    const bool head = request->method == "HEAD";
    const bool keep_alive = parser.get().keep_alive();
    const unsigned version = parser.get().version();
    http::response response = co_await answer(std::move(*request));
    if (aborted_)
      co_return false;
    co_return co_await write(std::move(response), version, head, keep_alive);
  }

  // Beast's own timeout closes the socket, and a slow sender is owed an answer: this one only ends the read.
  struct read_deadline {
    explicit read_deadline(session& s) : owner(s) { owner.arm_read_deadline(); }
    ~read_deadline() { owner.disarm_read_deadline(); }
    session& owner;
  };

  void arm_read_deadline() {
    late_ = false;
    read_timer_.expires_after(core_->settings.read_deadline);
    read_timer_.async_wait(
        [weak = this->weak_from_this(), armed = ++times_armed_](const error_code& cancelled) {
          const auto self = weak.lock();
          if (cancelled || !self || self->times_armed_ != armed)
            return;
          self->late_ = true;
          self->lowest().cancel();
        });
  }

  void disarm_read_deadline() {
    ++times_armed_; // an expiry that is queued already must not hit what comes next
    read_timer_.cancel();
  }

  std::optional<refusal> why(const error_code& failed) const {
    return refusal_for(late_ ? error_code{beast::error::timeout} : failed);
  }

  /// Waits for the first byte of a request, or finds it in the buffer (pipelining).
  asio::awaitable<bool> wait_for_request() {
    if (buffer_.size() > 0)
      co_return !aborted_;
    error_code ignored;
    if (aborted_ || (core_->stopping && lowest().socket().available(ignored) == 0))
      co_return false;
    lowest().expires_after(core_->settings.idle_deadline);
    idle_ = true;
    const auto room = buffer_.prepare(4096);
    const auto [failed, n] = co_await stream_.async_read_some(room, no_throw);
    idle_ = false;
    if (failed)
      co_return false;
    buffer_.commit(n);
    co_return true;
  }

  asio::awaitable<bool> answer_expectation(const request_parser& parser, std::optional<refusal>& fault) {
    const auto expectation = parser.get()[bhttp::field::expect];
    if (expectation.empty() || parser.get().version() == 10)
      co_return true;
    if (!beast::iequals(expectation, "100-continue")) {
      fault = refusal{417, http_incident::malformed, "This expectation is not supported.\n"};
      co_return false;
    }
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto bytes = asio::buffer(go_on);
    const auto [failed, n] = co_await asio::async_write(stream_, bytes, no_throw);
    co_return !failed;
  }

  /// Asks the service and waits for the first of reply and deadline.
  asio::awaitable<http::response> answer(http::request request) {
    const ports::http_exchange exchange{peer_, random_hex(core_->env.random, 8)};
    request_id_ = exchange.request_id;
    if (core_->in_flight->fetch_add(1) >= core_->settings.max_in_flight) {
      core_->in_flight->fetch_sub(1);
      core_->incident(http_incident::overloaded);
      http::response busy = http::make_response(503, "text/plain; charset=utf-8", "Busy. Try again soon.\n");
      busy.headers.add("Retry-After", "1");
      co_return busy;
    }
    const auto token = std::make_shared<in_flight_token>(core_->in_flight);
    reply_.reset();
    const auto slot = std::make_shared<reply_slot>([this](http::response r) {
      // Runs under the slot's lock on the service's thread; the slot is closed before this session ends.
      asio::post(answer_timer_.get_executor(), [self = this->shared_from_this(), r = std::move(r)]() mutable {
        self->reply_ = std::move(r);
        self->answer_timer_.cancel();
      });
    });
    struct closer {
      reply_slot& slot;
      ~closer() { slot.close(); }
    } const closed_at_the_end{*slot};
    answer_timer_.expires_after(core_->settings.answer_deadline);
    call_service(std::move(request), exchange, slot, token);
    while (!reply_ && !aborted_) {
      const auto [interrupted] = co_await answer_timer_.async_wait(no_throw);
      if (reply_ || aborted_ || interrupted)
        continue;
      if (slot->close()) {
        core_->incident(http_incident::answer_deadline);
        core_->env.log.warning("http", "the service did not answer in time",
                               {{"listener", core_->settings.name.text()}, {"request", request_id_}});
        co_return http::make_response(core_->settings.deadline_status, "", "");
      }
      answer_timer_.expires_at(
          asio::steady_timer::time_point::max()); // the reply is on its way to this strand
    }
    co_return reply_ ? std::move(*reply_) : http::response{};
  }

  void call_service(http::request request, const ports::http_exchange& exchange,
                    const std::shared_ptr<reply_slot>& slot, const std::shared_ptr<in_flight_token>& token) {
    auto& metrics = core_->env.metrics;
    const auto name = core_->settings.name;
    auto reply = [slot, token, &metrics, name](http::response r) {
      token->release();
      if (!slot->offer(std::move(r)))
        metrics.incident(name, http_incident::late_reply);
    };
    std::string what;
    try {
      core_->service.handle(std::move(request), exchange, reply);
      return;
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) {
      what = "not a standard exception";
    }
    core_->incident(http_incident::handler_failed);
    core_->env.log.error("http", "the service failed",
                         {{"listener", name.text()}, {"request", exchange.request_id}, {"cause", what}});
    token->release();
    slot->offer(internal_error(exchange.request_id));
  }

  asio::awaitable<bool> write(http::response response, unsigned version, bool head, bool keep_alive) {
    if (!can_be_sent(response)) {
      core_->incident(http_incident::handler_failed);
      core_->env.log.error("http", "the service made a response that cannot be sent",
                           {{"listener", core_->settings.name.text()}, {"request", request_id_}});
      response = internal_error(request_id_);
    }
    wire_response out = to_wire(std::move(response), head);
    out.version(version);
    out.keep_alive(keep_alive && !core_->stopping);
    out.set(bhttp::field::date, http_date(core_->env.time.now()));
    if (!request_id_.empty())
      out.set("X-Request-Id", request_id_);
    lowest().expires_after(core_->settings.write_deadline);
    const auto [failed, n] = co_await bhttp::async_write(stream_, out, no_throw);
    co_return !failed && out.keep_alive();
  }

  /// Tells the peer why, then reads on for a while: closing with unread bytes would reset the connection and
  /// the peer might never see the answer.
  asio::awaitable<bool> refuse(std::optional<refusal> why) {
    if (!why || aborted_)
      co_return false;
    core_->incident(why->what);
    request_id_.clear();
    http::response said = http::make_response(why->status, "text/plain; charset=utf-8", why->text);
    co_await write(std::move(said), 11, false, false);
    if constexpr (std::is_same_v<Stream, plain_stream>) {
      error_code ignored;
      lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    }
    lowest().expires_after(linger_deadline);
    buffer_.clear();
    for (std::size_t read = 0; read < linger_bytes && !aborted_;) {
      const auto room = buffer_.prepare(16 * 1024);
      const auto [failed, n] = co_await stream_.async_read_some(room, no_throw);
      if (failed)
        break;
      read += n;
    }
    co_return false;
  }

  asio::awaitable<void> close() {
    if constexpr (std::is_same_v<Stream, tls_stream>) {
      if (!aborted_) {
        lowest().expires_after(linger_deadline);
        co_await stream_.async_shutdown(no_throw);
      }
    }
    error_code ignored;
    lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    lowest().close();
    co_return;
  }

  std::shared_ptr<server_core> core_;
  std::shared_ptr<asio::ssl::context> tls_; // outlives the stream
  Stream stream_;
  beast::flat_buffer buffer_;
  asio::steady_timer answer_timer_; // also what a reply wakes the exchange with
  asio::steady_timer read_timer_;
  std::uint64_t times_armed_ = 0;
  bool late_ = false; // the request did not arrive in time
  std::optional<http::response> reply_;
  std::string peer_;
  std::string request_id_;
  bool idle_ = false;
  bool aborted_ = false;
};

template <class Stream>
void start(std::shared_ptr<server_core> core, Stream stream, std::shared_ptr<asio::ssl::context> tls) {
  const auto executor = beast::get_lowest_layer(stream).get_executor();
  auto s = std::make_shared<session<Stream>>(core, std::move(stream), std::move(tls));
  {
    std::lock_guard lock(core->mutex);
    core->sessions.emplace(s.get(), s);
  }
  asio::co_spawn(
      executor, [s] { return s->run(); },
      [s, core](const std::exception_ptr& failed) {
        if (failed)
          core->env.log.error("http", "a session ended with an exception",
                              {{"listener", core->settings.name.text()}});
        {
          std::lock_guard lock(core->mutex);
          core->sessions.erase(s.get());
        }
        core->changed.notify_all();
      });
}

} // namespace

void start_session(std::shared_ptr<server_core> core, asio::ip::tcp::socket socket,
                   const std::shared_ptr<asio::ssl::context>& tls) {
  if (tls)
    start(std::move(core), tls_stream{beast::tcp_stream{std::move(socket)}, *tls}, tls);
  else
    start(std::move(core), plain_stream{std::move(socket)}, {});
}

} // namespace isacbot::io
