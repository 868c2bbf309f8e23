/// An io thread, metrics and a log for tests of the edge, and services to put behind a server.
#pragma once

#include "io/environment.hpp"
#include "io/http_server.hpp"
#include "support/seeded_random.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::test {

/// Answers by a function, on the thread that asks.
class function_service final : public ports::http_service {
 public:
  using handler = std::function<void(http::request, ports::http_exchange, reply)>;
  explicit function_service(handler h) : handler_(std::move(h)) {}
  void handle(http::request request, ports::http_exchange exchange, reply done) override {
    handler_(std::move(request), std::move(exchange), std::move(done));
  }

 private:
  handler handler_;
};

/// Says back what it was asked: "METHOD target\nbody".
inline function_service echo_service() {
  return function_service([](const http::request& request, const ports::http_exchange&, const auto& done) {
    done(http::make_response(200, "text/plain", request.method + " " + request.target + "\n" + request.body));
  });
}

/// Keeps its reply functions until the test lets them go.
class holding_service final : public ports::http_service {
 public:
  void handle(http::request, ports::http_exchange, reply done) override {
    {
      std::lock_guard lock(mutex_);
      held_.push_back(std::move(done));
    }
    changed_.notify_all();
  }
  /// Waits until `n` requests are held.
  void wait_for(std::size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= n; });
  }
  void answer_all(const std::string& body = "held") {
    for (auto& done : take())
      done(http::make_response(200, "text/plain", body));
  }
  void drop_all() { take().clear(); }

 private:
  std::vector<reply> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(held_, {});
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<reply> held_;
};

struct edge_fixture {
  system_clock time;
  seeded_random random{1};
  telemetry::metrics metrics;
  std::mutex log_mutex;
  std::string log_text;
  telemetry::log_service logs{{.level = telemetry::log_level::debug}, time, [this](std::string_view line) {
                                std::lock_guard lock(log_mutex);
                                log_text.append(line).append("\n");
                              }};
  io::io_context_pool pool{1};

  io::environment env() { return {pool, time, random, metrics, logs.get()}; }

  /// What is logged so far and from now on until the fixture goes is complete after this.
  std::string logged() {
    logs.stop();
    std::lock_guard lock(log_mutex);
    return log_text;
  }

  bool counted(const std::string& listener, const std::string& what, int n = 1) {
    return metrics.serialize().find("isacbot_http_incidents_total{listener=\"" + listener + "\",what=\"" +
                                    what + "\"} " + std::to_string(n) + "\n") != std::string::npos;
  }

  std::unique_ptr<io::http_server> serve(ports::http_service& service,
                                         io::http_server_settings settings = {}) {
    auto server = io::http_server::open(std::move(settings), service, env());
    if (!server)
      throw std::runtime_error(to_string(server.error()));
    return std::move(*server);
  }
};

} // namespace isacbot::test
