/// Stands before a Station and fails some of its calls: half of the failures before Station hears of the
/// call, half after it has answered. Thread-safe.
#pragma once

#include "ports/http.hpp"
#include "protocol/http/message.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace isacbot::test {

class shaky_front final : public ports::http_service {
 public:
  shaky_front(ports::http_client& client, std::string station, std::uint64_t seed)
      : client_(client),
        station_(std::move(station)),
        random_(seed) {}

  /// From now on so many percent of the calls fail.
  void fail(unsigned percent) { percent_ = percent; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t failures() const { return failures_; }

  void handle(http::request request, ports::http_exchange, reply done) override {
    ++calls_;
    const auto fate = draw();
    const bool fails = fate < percent_;
    failures_ += fails ? 1 : 0;
    const bool before = fate % 2 == 0;
    if (fails && before)
      return done(http::make_response(503, "text/plain", "not now"));
    request.target = station_ + request.target;
    strip(request.headers);
    client_.send(std::move(request), seconds{20},
                 [done = std::move(done), fails](result<http::response> answer) {
                   if (fails || !answer)
                     return done(http::make_response(502, "text/plain", "the answer is lost"));
                   strip(answer->headers);
                   done(std::move(*answer));
                 });
  }

 private:
  unsigned draw() {
    std::lock_guard lock(mutex_);
    return static_cast<unsigned>(random_() % 100);
  }

  /// Headers of the connection, which is another one behind us.
  static void strip(http::fields& headers) {
    http::fields kept;
    for (const auto& [name, value] : headers) {
      const bool of_connection = std::ranges::any_of(
          std::to_array<std::string_view>(
              {"Host", "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive"}),
          [&, &header = name](std::string_view own) { return http::equal_ignoring_case(header, own); });
      if (!of_connection)
        kept.add(name, value);
    }
    headers = std::move(kept);
  }

  ports::http_client& client_;
  std::string station_;
  std::atomic<unsigned> percent_{0};
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::mutex mutex_;
  std::mt19937_64 random_;
};

} // namespace isacbot::test
