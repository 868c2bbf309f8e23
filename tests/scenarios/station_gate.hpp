/// A gate on the bot's way to Station, on real sockets: open, shut as if Station were down, or refusing the
/// account as Station does when its secret has been changed.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "ports/http.hpp"
#include "telemetry/metrics.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace isacbot::test {

class station_gate final : public ports::http_service {
 public:
  enum class state : std::uint8_t { open, down, refusing };

  ~station_gate() override { stop(); }

  /// Listens, and passes on to `station`. @returns its own origin
  result<std::string> start(std::string station) {
    station_ = std::move(station);
    io::environment env{pool_, time_, random_, metrics_, {}};
    auto client = io::https_client::open({}, env);
    if (!client)
      return client.error();
    client_ = std::move(*client);
    io::http_server_settings listen;
    listen.name = "gate";
    listen.max_body_bytes = 32U << 20U;
    listen.answer_deadline = seconds{30};
    auto server = io::http_server::open(listen, *this, env);
    if (!server)
      return server.error();
    server_ = std::move(*server);
    return "http://127.0.0.1:" + std::to_string(server_->port());
  }

  void become(state now) { state_ = now; }
  /// Submissions that came, whatever became of them.
  [[nodiscard]] int submissions() const { return submissions_; }

  void handle(http::request request, ports::http_exchange, reply done) override {
    if (request.method == "POST" && request.target.ends_with("/indicators"))
      ++submissions_;
    const bool token = request.target.find("/oauth/token") != std::string::npos;
    switch (state_.load()) {
    case state::open:
      return pass_on(std::move(request), std::move(done));
    case state::down:
      return done(http::make_response(503, "text/plain", "down for maintenance"));
    case state::refusing: // the token of an old secret has ended, and there is no other
      return done(
          token ? http::make_response(401, "application/json",
                                      R"({"error": "unauthorized", "error_description": "Bad credentials"})")
                : http::make_response(400, "application/json",
                                      R"({"error": "invalid_request", "error_description": )"
                                      R"("Expired oauth2 access token"})"));
    }
  }

  void stop() {
    if (server_)
      server_->stop(seconds{5});
    if (client_)
      client_->stop(seconds{5});
    pool_.stop(seconds{5});
  }

 private:
  void pass_on(http::request request, reply done) {
    request.target = station_ + request.target;
    http::fields headers;
    for (const auto& [name, value] : request.headers)
      if (!http::equal_ignoring_case(name, "Host") && !http::equal_ignoring_case(name, "Connection") &&
          !http::equal_ignoring_case(name, "Content-Length"))
        headers.add(name, value);
    request.headers = std::move(headers);
    client_->send(std::move(request), seconds{30}, [done = std::move(done)](result<http::response> answer) {
      if (!answer)
        return done(http::make_response(502, "text/plain", "Station does not answer the gate"));
      http::response out = http::make_response(
          answer->status, std::string(answer->headers.find("Content-Type").value_or("text/plain")),
          std::move(answer->body));
      for (const char* name : {"Trace-Id", "Submission-Id", "Idempotent-Replay"})
        if (auto value = answer->headers.find(name))
          out.headers.set(name, std::string(*value));
      done(std::move(out));
    });
  }

  system_clock time_;
  system_random random_;
  telemetry::metrics metrics_;
  io::io_context_pool pool_;
  std::string station_;
  std::unique_ptr<io::https_client> client_;
  std::unique_ptr<io::http_server> server_;
  std::atomic<state> state_{state::open};
  std::atomic<int> submissions_{0};
};

} // namespace isacbot::test
