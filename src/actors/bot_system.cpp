#include "actors/bot_system.hpp"

#include <utility>
#include <vector>

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
  // Seats first, so that everybody can be told of everybody; then who sits in them, from the store upwards.
  std::vector<supervised> children;
  auto place = [&]<class Handle>(Handle& handle, telemetry::label name) {
    children.push_back({name, make_seat(system, name.text().data()), nullptr});
    handle = caf::actor_cast<Handle>(children.back().place.address);
    return children.size() - 1;
  };
  auto start = [&](std::size_t index, auto spawn) {
    children[index].spawn = [spawn = std::move(spawn)](start_kind kind) {
      return caf::actor_cast<caf::strong_actor_ptr>(spawn(kind));
    };
  };
  auto writer = place(writer_, "storage_writer");
  auto limiter = place(limiter_, "rate_limiter");
  auto pool = place(pool_, "trustar_pool");
  auto messenger = place(messenger_, "slack_messenger");
  auto follower = place(follower_, "follower");
  auto outbox = place(outbox_, "outbox");
  auto housekeeper = place(housekeeper_, "housekeeper");
  auto dispatcher = place(dispatcher_, "slack_dispatcher");

  start(writer, [&system, &tables, env, c = config.writer, detached = config.detached_writer](start_kind) {
    return detached ? system.spawn<storage_writer, caf::detached>(c, std::ref(tables.store), env)
                    : system.spawn<storage_writer>(c, std::ref(tables.store), env);
  });
  auto taken = std::make_shared<rate_limiter_state>(config.limiter, env);
  start(limiter, [&system, env, taken](start_kind) { return system.spawn(rate_limiter, taken, env.log); });
  config.pool.limiter = limiter_;
  start(pool, [&system, env, c = config.pool](start_kind) { return system.spawn<trustar_pool>(c, env); });
  start(messenger,
        [&system, env, c = config.messenger](start_kind) { return system.spawn<slack_messenger>(c, env); });
  follower_parts followed{writer_,       limiter_,           pool_,        messenger_,
                          tables.outbox, tables.credentials, tables.drafts};
  start(follower, [&system, env, c = config.follower, followed](start_kind) {
    return system.spawn<actors::follower>(c, followed, env);
  });
  outbox_parts sent{writer_,       limiter_,           pool_,         messenger_,    follower_,
                    tables.outbox, tables.credentials, tables.drafts, tables.journal};
  start(outbox, [&system, env, c = config.outbox, sent](start_kind) {
    return system.spawn<actors::outbox>(c, sent, env);
  });
  start(housekeeper, [&system, &tables, env, c = config.housekeeper, w = writer_](start_kind) {
    return system.spawn(actors::housekeeper, c, w, &tables.store, &tables.audit, env);
  });
  auto shared = std::make_shared<const bot>(bot{
      config.settings, env, writer_, limiter_, pool_, messenger_, outbox_, std::make_shared<enclave_cache>(),
      tables.credentials, tables.drafts, tables.duplicates, tables.journal, tables.outbox});
  start(dispatcher, [&system, shared, sabotage = config.sabotage](start_kind) {
    return system.spawn<slack_dispatcher>(shared, sabotage);
  });
  supervisor_ = system.spawn<supervisor>(config.restarts, std::move(children), env);
}

bot_system::~bot_system() {
  stop(milliseconds{0});
}

void bot_system::abandon() {
  auto kill = [](const auto& handle) { caf::anon_send_exit(handle, caf::exit_reason::kill); };
  kill(supervisor_); // first: nobody is started again
  kill(dispatcher_);
  kill(outbox_);
  kill(follower_);
  kill(housekeeper_);
  kill(pool_);
  kill(messenger_);
  kill(limiter_);
  kill(writer_);
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
  clean = end(self, writer_, deadline) && clean;
  return end(self, supervisor_, deadline) && clean;
}

} // namespace isacbot::actors
