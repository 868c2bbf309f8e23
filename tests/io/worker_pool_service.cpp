#include "io/worker_pool_service.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <vector>

using namespace isacbot;
using io::worker_pool_service;

namespace {

/// Lets handlers wait for each other and for the test.
struct gate {
  void enter() {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    changed.wait(lock, [&] { return open; });
  }
  void wait_inside(int n) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside >= n; });
  }
  void let_go() {
    {
      std::lock_guard lock(mutex);
      open = true;
    }
    changed.notify_all();
  }
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool open = false;
};

std::future<http::response> ask(worker_pool_service& service, const std::string& target) {
  auto done = std::make_shared<std::promise<http::response>>();
  auto answer = done->get_future();
  service.handle({"GET", target, {}, ""}, {"peer", "id-" + target},
                 [done](http::response r) { done->set_value(std::move(r)); });
  return answer;
}

} // namespace

TEST_CASE("blocking handlers run side by side on as many threads as asked for", "[io]") {
  gate all_in;
  worker_pool_service service({.threads = 4, .max_queued = 10},
                              [&](const http::request& r, const ports::http_exchange& e) {
                                all_in.enter();
                                return http::make_response(200, "", r.target + e.request_id);
                              },
                              {});
  std::vector<std::future<http::response>> answers;
  for (int i = 0; i < 4; ++i)
    answers.push_back(ask(service, std::to_string(i)));
  all_in.wait_inside(4); // would never come if they ran one after the other
  all_in.let_go();
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(answers[i].get().body == std::to_string(i) + "id-" + std::to_string(i));
}

TEST_CASE("a full queue turns requests away at once", "[io]") {
  gate busy;
  worker_pool_service service({.threads = 1, .max_queued = 1},
                              [&](const http::request&, const ports::http_exchange&) {
                                busy.enter();
                                return http::make_response(200, "", "");
                              },
                              {});
  auto running = ask(service, "1");
  busy.wait_inside(1);
  auto queued = ask(service, "2");
  const auto refused = ask(service, "3").get();
  CHECK(refused.status == 503);
  CHECK(refused.headers.find("Retry-After") == "1");
  busy.let_go();
  CHECK(running.get().status == 200);
  CHECK(queued.get().status == 200);
}

TEST_CASE("a handler's exception is a 500 that does not tell what it says", "[io]") {
  worker_pool_service service({.threads = 1, .max_queued = 1},
                              [](const http::request& r, const ports::http_exchange&) -> http::response {
                                if (r.target == "1")
                                  throw std::runtime_error("table 7 is missing");
                                throw 7;
                              },
                              {});
  const auto first = ask(service, "1").get();
  CHECK(first.status == 500);
  CHECK(first.body.find("table") == std::string::npos);
  CHECK(first.body.find("id-1") != std::string::npos);
  CHECK(ask(service, "2").get().status == 500); // the worker lives on
}

TEST_CASE("stop answers what is queued, waits for what runs, and takes nothing more", "[io]") {
  gate busy;
  worker_pool_service service({.threads = 1, .max_queued = 10},
                              [&](const http::request&, const ports::http_exchange&) {
                                busy.enter();
                                return http::make_response(200, "", "");
                              },
                              {});
  auto running = ask(service, "1");
  busy.wait_inside(1);
  auto queued = ask(service, "2");
  auto stopped = std::async(std::launch::async, [&] { service.stop(); });
  CHECK(queued.get().status == 503);
  CHECK(running.wait_for(std::chrono::seconds{0}) == std::future_status::timeout);
  busy.let_go();
  stopped.get();
  CHECK(running.get().status == 200);
  CHECK(ask(service, "3").get().status == 503);
  service.stop();
}
