#include "io/http_connection.hpp"

#include "core/bytes.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace isacbot::io {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_proxy_answer = 8 * 1024;
constexpr int max_interim_responses = 8;

/// A name being looked up. getaddrinfo cannot be interrupted, so an interrupted call leaves it behind.
struct lookup {
  explicit lookup(const asio::any_io_executor& strand) : resolver(strand) {}
  tcp::resolver resolver;
  bool finished = false;
  error_code failed;
  std::vector<tcp::endpoint> found;
};

/// Why a handshake failed, in words of the certificate's check where that was it.
std::string handshake_cause(SSL* ssl, const error_code& failed) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK)
    return std::string{"its certificate was not accepted: "} + X509_verify_cert_error_string(verdict);
  return "the TLS handshake failed: " + failed.message();
}

/// Server name indication and the check that the certificate is for this host (RFC 6125, RFC 9110 4.3.4).
bool expect_host(SSL* ssl, const std::string& host) {
  error_code not_literal;
  asio::ip::make_address(host, not_literal);
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (!not_literal)
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

/// Whether the peer showed the one certificate that is expected.
bool is_pinned(SSL* ssl, const std::string& pinned_sha256) {
  const std::unique_ptr<X509, decltype(&X509_free)> shown{SSL_get1_peer_certificate(ssl), X509_free};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!shown || X509_digest(shown.get(), EVP_sha256(), digest.data(), &size) != 1)
    return false;
  const auto expected = from_hex(pinned_sha256);
  const std::string_view seen{reinterpret_cast<const char*>(digest.data()), size};
  return expected && equal_constant_time(*expected, seen);
}

template <class Stream>
asio::awaitable<exchange_outcome> exchange_on(Stream& stream, beast::flat_buffer& buffer, bool plain,
                                              const https_client_settings& limits,
                                              std::shared_ptr<client_call> call) {
  // One buffer: Beast's TLS stream ends a write early when it meets an empty one, as the head is once it is
  // sent.
  const auto bytes = asio::buffer(call->bytes);
  const bool sent_before = call->sent;
  call->sent = true;
  const auto [write_failed, written] = co_await asio::async_write(stream, bytes, no_throw);
  if (write_failed && plain && written == 0) {
    call->sent = sent_before; // not one byte was taken by the system; under TLS that cannot be told
    co_return exchange_outcome{call->failure(write_failed.message()), false, true, true};
  }
  // After a failed write there may be an answer all the same: a server that refuses a body need not read it.
  for (int interim = 0; interim < max_interim_responses && !call->interrupted(); ++interim) {
    bhttp::response_parser<bhttp::string_body> parser;
    parser.header_limit(limits.max_header_bytes);
    parser.body_limit(limits.max_response_bytes);
    parser.skip(call->method == "HEAD");
    const auto [header_failed, header_bytes] =
        co_await bhttp::async_read_header(stream, buffer, parser, no_throw);
    if (header_failed) {
      const bool nothing_came = interim == 0 && !parser.got_some() && buffer.size() == 0;
      if (header_failed == bhttp::error::body_limit || header_failed == bhttp::error::header_limit)
        co_return exchange_outcome{fail(ec::too_large, call->target.host + ": the answer is too large")};
      const error_code& first = write_failed ? write_failed : header_failed;
      co_return exchange_outcome{call->failure(first.message()), false, nothing_came, false};
    }
    const unsigned status = parser.get().result_int();
    if (status == 101)
      break;
    if (status < 200)
      continue;
    http::response out;
    out.status = status;
    for (const auto& f : parser.get()) // before the body: trailer fields must not pose as header fields
      out.headers.add(std::string{f.name_string()}, std::string{f.value()});
    const auto [body_failed, body_bytes] = co_await bhttp::async_read(stream, buffer, parser, no_throw);
    if (body_failed == bhttp::error::body_limit)
      co_return exchange_outcome{fail(ec::too_large, call->target.host + ": the answer is too large")};
    if (body_failed)
      co_return exchange_outcome{call->failure(body_failed.message())};
    out.body = std::move(parser.get().body());
    const bool reusable = !write_failed && parser.keep_alive() && buffer.size() == 0;
    co_return exchange_outcome{std::move(out), reusable};
  }
  co_return exchange_outcome{call->failure("the answer is no HTTP/1.1 response")};
}

} // namespace

struct http_connection::streams {
  explicit streams(const asio::any_io_executor& strand) : plain(strand) {}

  beast::tcp_stream& tcp() { return tls ? beast::get_lowest_layer(*tls) : plain; }

  beast::tcp_stream plain;
  std::optional<tls_stream> tls; // has taken over `plain` when set
  beast::flat_buffer buffer;
};

http_connection::http_connection(const asio::any_io_executor& strand, const connection_settings& settings)
    : settings_(settings),
      streams_(std::make_unique<streams>(strand)) {
  streams_->buffer.max_size(settings.limits.max_header_bytes + 64 * 1024);
}

http_connection::~http_connection() = default;

void http_connection::abort() {
  streams_->tcp().close();
}

bool http_connection::is_quiet() {
  if (streams_->tls && SSL_pending(streams_->tls->native_handle()) > 0)
    return false;
  char byte = 0;
  const auto n = ::recv(streams_->tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<result<void>> http_connection::open(std::shared_ptr<client_call> call) {
  const auto until = steady::now() + settings_.limits.connect_timeout;
  const bool through_proxy = settings_.proxy.has_value();
  const absolute_target& where = through_proxy ? *settings_.proxy : call->target;
  result<void> done = co_await connect(call, where, until);
  if (done && call->target.tls) {
    streams_->plain.expires_at(until);
    if (through_proxy)
      done = co_await pass_proxy(call);
    if (done)
      done = co_await shake_hands(call);
  }
  if (done)
    streams_->tcp().expires_never(); // from here the call's own deadline rules
  co_return done;
}

asio::awaitable<result<std::vector<tcp::endpoint>>>
http_connection::resolve(std::shared_ptr<client_call> call, const absolute_target& where) {
  error_code not_literal;
  const auto address = asio::ip::make_address(where.host, not_literal);
  if (!not_literal)
    co_return std::vector<tcp::endpoint>{{address, where.port}};
  const auto query = std::make_shared<lookup>(call->wake.get_executor());
  query->resolver.async_resolve(
      where.host, std::to_string(where.port), tcp::resolver::numeric_service,
      [query, call](const error_code& failed, const tcp::resolver::results_type& found) {
        query->finished = true;
        query->failed = failed;
        for (const auto& entry : found)
          query->found.push_back(entry.endpoint());
        call->wake.cancel();
      });
  call->wake.expires_at(steady::now() + settings_.limits.connect_timeout);
  bool in_time = true;
  while (!query->finished && in_time && !call->interrupted()) {
    const auto [woken] = co_await call->wake.async_wait(no_throw);
    in_time = static_cast<bool>(woken);
  }
  if (!query->finished)
    co_return call->failure("its name was not resolved in time");
  if (query->failed || query->found.empty())
    co_return call->failure("its name is not known: " + query->failed.message());
  co_return std::move(query->found);
}

asio::awaitable<result<void>> http_connection::connect(std::shared_ptr<client_call> call,
                                                       const absolute_target& where,
                                                       steady::time_point until) {
  result<std::vector<tcp::endpoint>> endpoints = co_await resolve(call, where);
  if (!endpoints)
    co_return endpoints.error();
  error_code last = beast::error::timeout;
  for (std::size_t i = 0; i < endpoints->size() && !call->interrupted(); ++i) {
    // An address that swallows packets must leave time for the others.
    const auto left = until - steady::now();
    const auto share = left / static_cast<long>(endpoints->size() - i);
    if (share <= share.zero())
      break;
    streams_->plain.expires_after(share);
    const auto [failed] = co_await streams_->plain.async_connect((*endpoints)[i], no_throw);
    if (!failed) {
      error_code ignored;
      streams_->plain.socket().set_option(tcp::no_delay(true), ignored);
      co_return result<void>{};
    }
    last = failed;
    streams_->plain.close(); // the next address may be of the other family
  }
  co_return call->failure("no connection: " + last.message());
}

asio::awaitable<result<void>> http_connection::pass_proxy(std::shared_ptr<client_call> call) {
  const std::string host =
      call->target.host.find(':') == std::string::npos ? call->target.host : "[" + call->target.host + "]";
  const std::string to = host + ":" + std::to_string(call->target.port);
  const std::string ask = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\n";
  const auto bytes = asio::buffer(ask);
  const auto [write_failed, written] = co_await asio::async_write(streams_->plain, bytes, no_throw);
  std::string answer;
  error_code failed = write_failed;
  while (!failed && answer.find("\r\n\r\n") == std::string::npos && answer.size() < max_proxy_answer) {
    std::array<char, 512> room{};
    const auto space = asio::buffer(room);
    const auto [read_failed, n] = co_await streams_->plain.async_read_some(space, no_throw);
    failed = read_failed;
    answer.append(room.data(), n);
  }
  const bool opened = !failed && answer.size() > 9 && answer.starts_with("HTTP/1.") && answer[9] == '2';
  if (!opened)
    co_return call->failure("the proxy did not open a tunnel" + (failed ? ": " + failed.message() : ""));
  co_return result<void>{};
}

asio::awaitable<result<void>> http_connection::shake_hands(std::shared_ptr<client_call> call) {
  if (call->interrupted())
    co_return call->failure("interrupted");
  streams_->tls.emplace(std::move(streams_->plain), *settings_.tls);
  SSL* ssl = streams_->tls->native_handle();
  const auto& name = settings_.limits.server_name.empty() ? call->target.host : settings_.limits.server_name;
  if (!expect_host(ssl, name))
    co_return call->failure("its name cannot be checked");
  const auto [failed] = co_await streams_->tls->async_handshake(asio::ssl::stream_base::client, no_throw);
  if (failed)
    co_return call->failure(handshake_cause(ssl, failed));
  if (const auto& pin = settings_.limits.pinned_sha256; !pin.empty() && !is_pinned(ssl, pin))
    co_return call->failure("its certificate is not the pinned one");
  co_return result<void>{};
}

asio::awaitable<exchange_outcome> http_connection::exchange(std::shared_ptr<client_call> call) {
  used = true;
  if (streams_->tls)
    co_return co_await exchange_on(*streams_->tls, streams_->buffer, false, settings_.limits,
                                   std::move(call));
  co_return co_await exchange_on(streams_->plain, streams_->buffer, true, settings_.limits, std::move(call));
}

} // namespace isacbot::io
