#include "actors/trustar_pool.hpp"

#include "actors/account_name.hpp"
#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"

#include <utility>

namespace isacbot::actors {

trustar_pool::trustar_pool(caf::actor_config& cfg, trustar_pool_config config, environment env)
    : super(cfg),
      config_(std::move(config)),
      env_(env) {}

trustar_pool::behavior_type trustar_pool::make_behavior() {
  auto dismiss = [this](const caf::error& reason) {
    for (const auto& worker : state.workers)
      send_exit(worker, reason);
  };
  log_exceptions(*this, env_.log, state.name, [dismiss] { dismiss(caf::exit_reason::kill); });
  set_down_handler([this](caf::down_msg& down) { on_worker_down(down); });
  set_exit_handler([this, dismiss](caf::exit_msg& x) {
    dismiss(x.reason);
    quit(std::move(x.reason));
  });
  for (std::size_t i = 0; i < config_.workers; ++i)
    hire();
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
  auto address = caf::actor_cast<caf::actor_addr>(worker);
  state.running[address] = {account_name(next.call.credentials), next.promise};
  request(worker, guard, atom::call_v, std::move(next.call))
      .then(
          [this, worker, address](http_response_ptr& response) {
            auto call = state.running.extract(address);
            if (!call)
              return; // it failed after its answer
            call.mapped().promise.deliver(std::move(response));
            state.idle.push_back(worker);
            assign();
          },
          [this, worker, address](caf::error& e) {
            auto call = state.running.extract(address);
            if (!call)
              return; // on_worker_down has answered
            correct_limiter(call.mapped().account, from_caf_error(e));
            call.mapped().promise.deliver(std::move(e));
            state.idle.push_back(worker);
            assign();
          });
}

void trustar_pool::hire() {
  auto worker = spawn<trustar_worker, caf::monitored>(config_.worker, env_);
  state.workers.push_back(worker);
  state.idle.push_back(std::move(worker));
}

void trustar_pool::on_worker_down(const caf::down_msg& down) {
  auto is_it = [&](const trustar_worker_actor& w) {
    return caf::actor_cast<caf::actor_addr>(w) == down.source;
  };
  std::erase_if(state.workers, is_it);
  std::erase_if(state.idle, is_it);
  if (auto call = state.running.extract(down.source))
    call.mapped().promise.deliver(
        to_caf_error(fail(ec::timeout, "the call was cut off by a failure of this service", "try again")));
  env_.metrics.actor_restart("trustar_worker");
  hire();
  assign();
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
