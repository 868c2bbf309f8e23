#include "io/worker_pool_service.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace isacbot::io {

namespace {

http::response busy(const char* text) {
  http::response out = http::make_response(503, "text/plain; charset=utf-8", text);
  out.headers.add("Retry-After", "1");
  return out;
}

} // namespace

struct worker_pool_service::state {
  struct job {
    http::request request;
    ports::http_exchange exchange;
    reply done;
  };

  state(worker_pool_settings s, blocking_handler h, telemetry::logger l)
      : settings(s),
        handler(std::move(h)),
        log(std::move(l)) {}

  void work() {
    for (;;) {
      job next;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stopping || !queue.empty(); });
        if (queue.empty())
          return;
        next = std::move(queue.front());
        queue.pop_front();
      }
      next.done(answer(next));
    }
  }

  http::response answer(const job& next) const {
    std::string cause = "not a standard exception";
    try {
      return handler(next.request, next.exchange);
    } catch (const std::exception& e) {
      cause = e.what();
    } catch (...) { // told below
    }
    log.error("worker_pool", "a handler failed", {{"request", next.exchange.request_id}, {"cause", cause}});
    return http::make_response(500, "text/plain; charset=utf-8",
                               "Internal error. Request " + next.exchange.request_id + ".\n");
  }

  const worker_pool_settings settings;
  const blocking_handler handler;
  const telemetry::logger log;
  std::mutex mutex; // guards queue and stopping
  std::condition_variable changed;
  std::deque<job> queue;
  bool stopping = false;
  std::vector<std::thread> threads;
};

worker_pool_service::worker_pool_service(worker_pool_settings settings, blocking_handler handler,
                                         telemetry::logger log)
    : state_(std::make_unique<state>(settings, std::move(handler), std::move(log))) {
  const std::size_t n = std::max<std::size_t>(settings.threads, 1);
  for (std::size_t i = 0; i < n; ++i)
    state_->threads.emplace_back([s = state_.get()] { s->work(); });
}

worker_pool_service::~worker_pool_service() {
  stop();
}

void worker_pool_service::handle(http::request request, ports::http_exchange exchange, reply done) {
  bool taken = false;
  bool stopping = false;
  {
    std::lock_guard lock(state_->mutex);
    stopping = state_->stopping;
    taken = !stopping && state_->queue.size() < state_->settings.max_queued;
    if (taken)
      state_->queue.push_back({std::move(request), std::move(exchange), std::move(done)});
  }
  if (taken)
    state_->changed.notify_one();
  else
    done(busy(stopping ? "Stopping.\n" : "Busy. Try again soon.\n"));
}

void worker_pool_service::stop() {
  std::deque<state::job> unserved;
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    unserved.swap(state_->queue);
  }
  state_->changed.notify_all();
  for (auto& job : unserved)
    job.done(busy("Stopping.\n"));
  for (auto& thread : state_->threads)
    thread.join();
  state_->threads.clear();
}

} // namespace isacbot::io
