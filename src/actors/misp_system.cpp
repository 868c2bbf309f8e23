#include "actors/misp_system.hpp"

#include "actors/staff.hpp"

#include <utility>

namespace isacbot::actors {

misp_system::misp_system(caf::actor_system& system, misp_system_config config, misp_system_parts parts,
                         environment env)
    : system_(system) {
  staff children{system};
  misp_delivery_parts delivered{parts.writer, parts.limiter, parts.pool, parts.table};
  children.start(children.place(delivery_, "misp_delivery"), [&system, env, c = config.delivery, delivered] {
    return system.spawn<misp_delivery>(c, delivered, env);
  });
  for (auto& server : config.servers) {
    misp_poller_parts polled{parts.writer, delivery_, parts.table, *server.http};
    auto name = server.poller.name;
    children.start(children.place(pollers_[name], "misp_poller", name),
                   [&system, env, c = std::move(server.poller), polled, detached = config.detached] {
                     return detached ? system.spawn<misp_poller, caf::detached>(c, polled, env)
                                     : system.spawn<misp_poller>(c, polled, env);
                   });
  }
  supervisor_ = std::move(children).supervise(config.restarts, env);
}

misp_system::~misp_system() {
  stop(milliseconds{0});
}

bool misp_system::stop(milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  caf::scoped_actor self{system_};
  bool clean = true;
  for (auto& [name, poller] : pollers_)
    clean = end_actor(self, poller, deadline) && clean;
  clean = end_actor(self, delivery_, deadline) && clean;
  return end_actor(self, supervisor_, deadline) && clean;
}

} // namespace isacbot::actors
