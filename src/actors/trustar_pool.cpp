#include "actors/trustar_pool.hpp"

#include "actors/account_name.hpp"
#include "actors/caf_error.hpp"

#include <utility>

namespace isacbot::actors {

trustar_pool::trustar_pool(caf::actor_config& cfg, trustar_pool_config config, environment env)
    : super(cfg),
      config_(std::move(config)),
      env_(env) {}

trustar_pool::behavior_type trustar_pool::make_behavior() {
  for (std::size_t i = 0; i < config_.workers; ++i)
    state.idle.push_back(spawn<trustar_worker, caf::linked>(config_.worker, env_));
  return {
      [this](atom::call, trustar_call& call) -> caf::result<http_response_ptr> {
        auto& queue = call.bulk ? state.bulk : state.interactive;
        if (queue.size() >= config_.max_queued)
          return to_caf_error(
              fail(ec::overloaded, "too many calls to Station are waiting", "try again in a minute"));
        auto promise = make_response_promise<http_response_ptr>();
        queue.push_back({std::move(call), promise, env_.time.steady_now()});
        assign();
        return promise;
      },
  };
}

void trustar_pool::assign() {
  while (!state.idle.empty() && !(state.interactive.empty() && state.bulk.empty())) {
    // One worker stays for people as long as there are several: a long batch must not hold up a lookup.
    bool only_bulk = state.interactive.empty();
    if (only_bulk && config_.workers > 1 && state.idle.size() == 1)
      break;
    auto& queue = only_bulk ? state.bulk : state.interactive;
    auto next = std::move(queue.front());
    queue.pop_front();
    auto waited = std::chrono::duration_cast<milliseconds>(env_.time.steady_now() - next.arrived);
    if (waited >= next.call.deadline) {
      next.promise.deliver(
          to_caf_error(fail(ec::overloaded, "the call waited too long for a free connection to Station")));
      continue;
    }
    next.call.deadline -= waited;
    auto worker = std::move(state.idle.back());
    state.idle.pop_back();
    run(std::move(worker), std::move(next));
  }
  report();
}

void trustar_pool::run(trustar_worker_actor worker, trustar_pool_state::job next) {
  // The worker keeps its own deadline; this one only catches a worker that is stuck.
  auto guard = next.call.deadline + seconds{5};
  auto give_back = [this, worker] {
    state.idle.push_back(worker);
    assign();
  };
  auto account = account_name(next.call.credentials);
  request(worker, guard, atom::call_v, std::move(next.call))
      .then(
          [promise = next.promise, give_back](http_response_ptr& response) mutable {
            promise.deliver(std::move(response));
            give_back();
          },
          [this, account, promise = next.promise, give_back](caf::error& e) mutable {
            correct_limiter(account, from_caf_error(e));
            promise.deliver(std::move(e));
            give_back();
          });
}

void trustar_pool::correct_limiter(const std::string& account, const error& e) {
  if (e.code == ec::rate_limited && e.retry_after && config_.limiter)
    send(config_.limiter, atom::hold_v, account, static_cast<std::int64_t>(e.retry_after->count()));
}

void trustar_pool::report() {
  env_.metrics.queue_items("trustar", "interactive", state.interactive.size());
  env_.metrics.queue_items("trustar", "bulk", state.bulk.size());
  env_.metrics.queue_items("trustar", "running", config_.workers - state.idle.size());
}

} // namespace isacbot::actors
