#include "actors/bot_system.hpp"

#include "actors/staff.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

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
    : system_(system),
      accounts_(env.accounts),
      safelists_(std::make_shared<safelist_cache>(env.accounts)) {
  staff children{system};
  auto writer = children.place(writer_, "storage_writer");
  auto limiter = children.place(limiter_, "rate_limiter");
  auto pool = children.place(pool_, "trustar_pool");
  auto messenger = children.place(messenger_, "slack_messenger");
  auto follower = children.place(follower_, "follower");
  auto outbox = children.place(outbox_, "outbox");
  auto housekeeper = children.place(housekeeper_, "housekeeper");
  auto dispatcher = children.place(dispatcher_, "slack_dispatcher");

  children.start(writer, [&system, &tables, env, c = config.writer, detached = config.detached_writer] {
    return detached ? system.spawn<storage_writer, caf::detached>(c, std::ref(tables.store), env)
                    : system.spawn<storage_writer>(c, std::ref(tables.store), env);
  });
  auto taken = std::make_shared<rate_limiter_memory>(config.limiter, &tables.limits, env);
  children.start(limiter, [&system, env, c = config.limiter, taken, w = writer_] {
    return system.spawn<rate_limiter>(c, taken, w, env);
  });
  config.pool.limiter = limiter_;
  children.start(pool, [&system, env, c = config.pool] { return system.spawn<trustar_pool>(c, env); });
  children.start(messenger,
                 [&system, env, c = config.messenger] { return system.spawn<slack_messenger>(c, env); });
  follower_parts followed{writer_,       limiter_,           pool_,        messenger_,
                          tables.outbox, tables.credentials, tables.drafts};
  children.start(follower, [&system, env, c = config.follower, followed] {
    return system.spawn<actors::follower>(c, followed, env);
  });
  outbox_parts sent{writer_,       limiter_,           pool_,         messenger_,    follower_,
                    tables.outbox, tables.credentials, tables.drafts, tables.journal};
  config.outbox.detached_lists = config.detached_writer;
  config.outbox.lists.known_for = config.settings.receipts_retention;
  config.outbox.names = config.settings.names;
  children.start(
      outbox, [&system, env, c = config.outbox, sent] { return system.spawn<actors::outbox>(c, sent, env); });
  config.housekeeper.started = env.time.now();
  housekeeper_tables kept{tables.store, tables.audit, tables.outbox, tables.misp};
  children.start(housekeeper, [&system, env, c = config.housekeeper, w = writer_, kept] {
    return system.spawn<actors::housekeeper>(c, w, kept, env);
  });
  auto shared = std::make_shared<const bot>(
      bot{config.settings, config.live, env, writer_, limiter_, pool_, messenger_, outbox_,
          std::make_shared<enclave_cache>(env.accounts), std::make_shared<guest_cache>(), safelists_,
          tables.credentials, tables.drafts, tables.duplicates, tables.journal, tables.outbox});
  children.start(dispatcher, [&system, shared, sabotage = config.sabotage] {
    return system.spawn<slack_dispatcher>(shared, sabotage);
  });
  supervisor_ = std::move(children).supervise(config.restarts, env);
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
  bool clean = end_actor(self, dispatcher_, deadline);
  clean = end_actor(self, outbox_, deadline) && clean;
  clean = end_actor(self, follower_, deadline) && clean;
  clean = end_actor(self, housekeeper_, deadline) && clean;
  clean = end_actor(self, pool_, deadline) && clean;
  clean = end_actor(self, messenger_, deadline) && clean;
  clean = end_actor(self, limiter_, deadline) && clean;
  clean = end_actor(self, writer_, deadline) && clean;
  return end_actor(self, supervisor_, deadline) && clean;
}

} // namespace isacbot::actors
