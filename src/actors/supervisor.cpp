#include "actors/supervisor.hpp"

#include "actors/caf_error.hpp"

#include <exception>
#include <string>
#include <utility>

namespace isacbot::actors {

namespace {

/// "misp_poller main"
std::string full_name(const supervised& what) {
  std::string name{what.name.text()};
  return what.instance.empty() ? name : name + " " + what.instance;
}

} // namespace

supervisor::supervisor(caf::actor_config& cfg, domain::restart_policy policy,
                       std::vector<supervised> children, environment env)
    : super(cfg),
      env_(env) {
  for (auto& what : children) {
    supervisor_state::child c{std::move(what), domain::restart_record{policy}, nullptr};
    start(c);
    state.children.push_back(std::move(c));
  }
}

supervisor::behavior_type supervisor::make_behavior() {
  set_down_handler([this](caf::down_msg& down) { on_down(down); });
  for (std::size_t i = 0; i < state.children.size(); ++i) {
    if (state.children[i].actor)
      monitor(state.children[i].actor);
    else
      on_failure(i, caf::exit_reason::unhandled_exception);
  }
  return {
      [this](atom::restart, std::uint64_t index) { restart(index); },
      [this](atom::settle, std::uint64_t index) { settle(index); },
  };
}

bool supervisor::start(supervisor_state::child& c) {
  try {
    c.actor = c.what.spawn();
  } catch (const std::exception& x) { // whatever a start throws, the others live on
    env_.log.error("supervisor", "an actor could not be started",
                   {{"actor", full_name(c.what)}, {"error", x.what()}});
    return false;
  }
  c.record.on_start(env_.time.steady_now());
  c.what.place.place->occupy(c.actor);
  return true;
}

void supervisor::on_down(const caf::down_msg& down) {
  for (std::size_t i = 0; i < state.children.size(); ++i) {
    auto& c = state.children[i];
    if (!c.actor || caf::actor_cast<caf::actor_addr>(c.actor) != down.source)
      continue;
    c.actor = nullptr;
    if (!ended_on_purpose(down.reason))
      on_failure(i, down.reason);
    return;
  }
}

void supervisor::on_failure(std::size_t index, const caf::error& reason) {
  auto& c = state.children[index];
  auto pause = c.record.on_failure(env_.time.steady_now(), random_unit(env_.random));
  env_.log.error("supervisor", "an actor failed and will be restarted",
                 {{"actor", full_name(c.what)},
                  {"error", to_string(from_caf_error(reason))},
                  {"failures", c.record.failures()},
                  {"pause_ms", pause.count()}});
  report(c);
  if (c.record.unwell())
    c.what.place.place->turn_away();
  delayed_send(this, pause, atom::restart_v, std::uint64_t{index});
}

void supervisor::restart(std::size_t index) {
  auto& c = state.children[index];
  env_.metrics.actor_restart(c.what.name);
  if (!start(c))
    return on_failure(index, caf::exit_reason::unhandled_exception);
  monitor(c.actor);
  delayed_send(this, c.record.stable_after(), atom::settle_v, std::uint64_t{index});
}

void supervisor::settle(std::size_t index) {
  auto& c = state.children[index];
  if (c.actor && c.record.settle(env_.time.steady_now()))
    report(c);
}

void supervisor::report(const supervisor_state::child& c) {
  env_.health.report("actor " + full_name(c.what),
                     c.record.unwell() ? "it failed " + std::to_string(c.record.failures()) +
                                             " times in a row and is started again and again: see the log"
                                       : "");
}

} // namespace isacbot::actors
