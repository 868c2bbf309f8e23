#include "actors/trustar_pool.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "domain/worker_share.hpp"

#include <algorithm>
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
  state.waiting = domain::fair_queue<trustar_pool_state::job>(config_.queue);
  for (std::size_t i = 0; i < config_.workers; ++i)
    hire();
  return {
      [this](atom::call, trustar_call& call) -> caf::result<http_response_ptr> {
        auto promise = make_response_promise<http_response_ptr>();
        if (!line_up({std::move(call), promise, env_.time.steady_now()})) {
          promise.deliver(to_caf_error(
              fail(ec::overloaded, "too many calls to Station are waiting", "try again in a minute")));
          return promise;
        }
        assign();
        return promise;
      },
  };
}

bool trustar_pool::line_up(trustar_pool_state::job next) {
  const auto work = next.call.bulk ? domain::service_class::bulk : domain::service_class::interactive;
  const domain::fair_lane lane{work, next.call.who.team.value, next.call.who.user.value};
  return state.waiting.push(lane, std::move(next));
}

/// Bulk calls take long and cannot be interrupted, so some workers stay free of them; and the last idle one
/// stays for people unless bulk work has fallen behind its share.
bool trustar_pool::may_start(const trustar_pool_state::job& next, bool owed) const {
  if (!next.call.bulk || config_.workers == 1)
    return true;
  const auto busy = std::count_if(state.running.begin(), state.running.end(),
                                  [](const auto& running) { return running.second.bulk; });
  return static_cast<std::size_t>(busy) < domain::bulk_workers(config_.workers) &&
         (owed || state.idle.size() > 1);
}

void trustar_pool::assign() {
  while (!state.idle.empty()) {
    auto next = state.waiting.pop(
        [this](const trustar_pool_state::job& job, bool owed) { return may_start(job, owed); });
    if (!next)
      break;
    auto waited = std::chrono::duration_cast<milliseconds>(env_.time.steady_now() - next->arrived);
    if (waited >= next->call.deadline) {
      if (next->promise.pending())
        next->promise.deliver(
            to_caf_error(fail(ec::overloaded, "the call waited too long for a free connection to Station")));
      continue;
    }
    next->call.deadline -= waited;
    auto worker = std::move(state.idle.back());
    state.idle.pop_back();
    run(std::move(worker), std::move(*next));
  }
  report();
}

void trustar_pool::run(trustar_worker_actor worker, trustar_pool_state::job next) {
  // The worker keeps its own deadline; this one only catches a worker that is stuck.
  auto guard = next.call.deadline + seconds{5};
  auto address = caf::actor_cast<caf::actor_addr>(worker);
  auto account = env_.accounts(next.call.credentials);
  const bool asks_quotas = !next.promise.pending();
  state.running[address] = {account, next.call.bulk, asks_quotas, next.promise};
  auto who = next.call.who;
  auto credentials = next.call.credentials;
  request(worker, guard, atom::call_v, std::move(next.call))
      .then(
          [this, worker, address, account, who, credentials](http_response_ptr& response) {
            auto call = state.running.extract(address);
            if (!call)
              return; // it failed after its answer
            learn(account, *response);
            if (call.mapped().asks_quotas) {
              learn_quota(account, *response);
            } else {
              call.mapped().promise.deliver(std::move(response));
              ask_for_quota(account, who, credentials);
            }
            state.idle.push_back(worker);
            assign();
          },
          [this, worker, address, account](caf::error& e) {
            auto call = state.running.extract(address);
            if (!call)
              return; // on_worker_down has answered
            learn(account, from_caf_error(e));
            if (!call.mapped().asks_quotas)
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
  if (auto call = state.running.extract(down.source); call && !call.mapped().asks_quotas)
    call.mapped().promise.deliver(
        to_caf_error(fail(ec::timeout, "the call was cut off by a failure of this service", "try again")));
  env_.metrics.actor_restart("trustar_worker");
  hire();
  assign();
}

void trustar_pool::report() {
  env_.metrics.queue_items("trustar", "interactive", state.waiting.size(domain::service_class::interactive));
  env_.metrics.queue_items("trustar", "bulk", state.waiting.size(domain::service_class::bulk));
  env_.metrics.queue_items("trustar", "running", config_.workers - state.idle.size());
}

} // namespace isacbot::actors
