#include "actors/bot_system.hpp"

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

template <class Handle>
bool drain(caf::actor_system& system, const Handle& handle, milliseconds patience) {
  if (!handle)
    return true;
  caf::scoped_actor self{system};
  bool done = false;
  self->request(handle, patience, atom::drain_v)
      .receive([&](atom::done) { done = true; }, [](const caf::error&) {});
  return done;
}

} // namespace

bot_system::bot_system(caf::actor_system& system, bot_config config, const bot_tables& tables,
                       environment env)
    : system_(system) {
  writer_ = config.detached_writer
                ? system.spawn<storage_writer, caf::detached>(config.writer, std::ref(tables.store),
                                                              std::ref(env.health))
                : system.spawn<storage_writer>(config.writer, std::ref(tables.store), std::ref(env.health));
  limiter_ = system.spawn(rate_limiter, config.limiter, env);
  config.pool.limiter = limiter_;
  pool_ = system.spawn<trustar_pool>(config.pool, env);
  messenger_ = system.spawn<slack_messenger>(config.messenger, env);
  follower_ = system.spawn<follower>(
      config.follower,
      follower_parts{writer_, limiter_, pool_, messenger_, tables.outbox, tables.credentials, tables.drafts},
      env);
  outbox_ = system.spawn<actors::outbox>(config.outbox,
                                         outbox_parts{writer_, limiter_, pool_, messenger_, follower_,
                                                      tables.outbox, tables.credentials, tables.drafts,
                                                      tables.journal},
                                         env);
  auto shared = std::make_shared<const bot>(bot{
      config.settings, env, writer_, limiter_, pool_, messenger_, outbox_, std::make_shared<enclave_cache>(),
      tables.credentials, tables.drafts, tables.duplicates, tables.journal, tables.outbox});
  housekeeper_ = system.spawn(housekeeper, config.housekeeper, writer_, &tables.store, &tables.audit, env);
  dispatcher_ = system.spawn<slack_dispatcher>(std::move(shared), config.sabotage);
}

bot_system::~bot_system() {
  stop(milliseconds{0});
}

bool bot_system::drain_commands(milliseconds patience) {
  return drain(system_, dispatcher_, patience);
}

bool bot_system::drain_outbox(milliseconds patience) {
  return drain(system_, outbox_, patience);
}

bool bot_system::stop(milliseconds patience) {
  auto deadline = std::chrono::steady_clock::now() + patience;
  caf::scoped_actor self{system_};
  bool clean = end(self, dispatcher_, deadline);
  clean = end(self, outbox_, deadline) && clean;
  clean = end(self, follower_, deadline) && clean;
  clean = end(self, housekeeper_, deadline) && clean;
  clean = end(self, pool_, deadline) && clean;
  clean = end(self, messenger_, deadline) && clean;
  clean = end(self, limiter_, deadline) && clean;
  return end(self, writer_, deadline) && clean;
}

} // namespace isacbot::actors
