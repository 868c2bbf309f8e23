#include "actors/misp_system.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

/// Ends one actor and waits for it.
template <class Handle>
bool end(caf::scoped_actor& self, Handle& handle, steady_time deadline) {
  if (!handle)
    return true;
  bool gone = false;
  self->monitor(handle);
  self->send_exit(handle, caf::exit_reason::user_shutdown);
  auto left =
      std::max(deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds{milliseconds{50}});
  self->receive([&](const caf::down_msg&) { gone = true; }, caf::after(left) >> [] {});
  if (!gone)
    self->send_exit(handle, caf::exit_reason::kill);
  destroy(handle);
  return gone;
}

} // namespace

misp_system::misp_system(caf::actor_system& system, misp_system_config config, misp_system_parts parts,
                         environment env)
    : system_(system) {
  constexpr telemetry::label delivery_name = "misp_delivery";
  constexpr telemetry::label poller_name = "misp_poller";
  std::vector<supervised> children;
  auto add = [&]<class Handle>(Handle& handle, telemetry::label name, auto spawn) {
    auto place = make_seat(system, name.text().data());
    handle = caf::actor_cast<Handle>(place.address);
    children.push_back({name, place, [spawn = std::move(spawn)](start_kind) {
                          return caf::actor_cast<caf::strong_actor_ptr>(spawn());
                        }});
  };
  misp_delivery_parts delivered{parts.writer, parts.limiter, parts.pool, parts.table};
  add(delivery_, delivery_name, [&system, env, c = config.delivery, delivered] {
    return system.spawn<misp_delivery>(c, delivered, env);
  });
  for (auto& server : config.servers) {
    misp_poller_parts polled{parts.writer, delivery_, parts.table, *server.http};
    auto name = server.poller.name;
    add(pollers_[name], poller_name,
        [&system, env, c = std::move(server.poller), polled, detached = config.detached] {
          return detached ? system.spawn<misp_poller, caf::detached>(c, polled, env)
                          : system.spawn<misp_poller>(c, polled, env);
        });
  }
  supervisor_ = system.spawn<supervisor>(config.restarts, std::move(children), env);
}

misp_system::~misp_system() {
  stop(milliseconds{0});
}

bool misp_system::stop(milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  caf::scoped_actor self{system_};
  bool clean = true;
  for (auto& [name, poller] : pollers_)
    clean = end(self, poller, deadline) && clean;
  clean = end(self, delivery_, deadline) && clean;
  return end(self, supervisor_, deadline) && clean;
}

} // namespace isacbot::actors
