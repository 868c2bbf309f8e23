/// All actors of the Slack side, spawned in order and stopped in order. The one place that knows their
/// wiring, used by the service and by every test that wants the whole bot.
#pragma once

#include "actors/bot.hpp"
#include "actors/follower.hpp"
#include "actors/housekeeper.hpp"
#include "actors/outbox.hpp"
#include "actors/rate_limiter.hpp"
#include "actors/slack_dispatcher.hpp"
#include "actors/slack_messenger.hpp"
#include "actors/storage_writer.hpp"
#include "actors/supervisor.hpp"
#include "actors/trustar_pool.hpp"
#include "storage/limits_table.hpp"
#include "storage/misp_table.hpp"

#include <memory>

namespace isacbot::actors {

/// The tables, over one database.
struct bot_tables {
  bot_tables(storage::kv_store& home, const storage::vault& sealer, random_source& random)
      : store(home),
        credentials(home, sealer, &random),
        drafts(home, sealer),
        duplicates(home, sealer),
        journal(home, sealer),
        outbox(home, sealer, random),
        audit(home, sealer, random),
        misp(home, sealer),
        limits(home, sealer) {}

  storage::kv_store& store;
  storage::credentials_table credentials;
  storage::drafts_table drafts;
  storage::duplicates_table duplicates;
  storage::journal_table journal;
  storage::outbox_table outbox;
  storage::audit_table audit;
  storage::misp_table misp;
  storage::limits_table limits;
};

struct bot_config {
  bot_settings settings;
  std::shared_ptr<const live_settings> live = std::make_shared<live_settings>();
  storage_writer_config writer;
  rate_limiter_config limiter;
  trustar_pool_config pool; ///< its limiter is filled in
  slack_messenger_config messenger;
  follower_config follower;
  outbox_config outbox;
  housekeeper_config housekeeper;
  dispatcher_sabotage sabotage;
  domain::restart_policy restarts;
  bool detached_writer = true; ///< false under a test's scheduler, which has no threads
};

/// Handles of a running bot, and its stop. Each handle is a seat: it stays good when the actor behind it is
/// started again.
class bot_system {
 public:
  /// Starts from the store upwards. Everything passed by reference outlives `system`.
  bot_system(caf::actor_system& system, bot_config config, const bot_tables& tables, environment env);
  bot_system(const bot_system&) = delete;
  bot_system& operator=(const bot_system&) = delete;
  /// Kills what `stop` has not stopped.
  ~bot_system();

  /// Ends every actor at its next message, without waiting: the end of a process, for tests.
  void abandon();

  [[nodiscard]] const slack_dispatcher_actor& dispatcher() const noexcept { return dispatcher_; }
  [[nodiscard]] const outbox_actor& outbox() const noexcept { return outbox_; }
  [[nodiscard]] const storage_writer_actor& writer() const noexcept { return writer_; }
  [[nodiscard]] const rate_limiter_actor& limiter() const noexcept { return limiter_; }
  [[nodiscard]] const trustar_pool_actor& pool() const noexcept { return pool_; }
  [[nodiscard]] const account_names& accounts() const noexcept { return accounts_; }
  [[nodiscard]] const std::shared_ptr<safelist_cache>& safelists() const noexcept { return safelists_; }

  /// Commands under way answer; blocks the calling thread.
  /// @returns false when `patience` ended first
  bool drain_commands(milliseconds patience);
  /// Calls of the OUTBOX under way get their outcome on disk; blocks the calling thread.
  /// @returns false when `patience` ended first: what is left is durable as `sent`
  bool drain_outbox(milliseconds patience);
  /// Producers before consumers, the STORAGE WRITER last; blocks until each is gone or `patience` has ended.
  /// @returns false when an actor had to be killed
  bool stop(milliseconds patience);

 private:
  caf::actor_system& system_;
  account_names accounts_;
  std::shared_ptr<safelist_cache> safelists_;
  storage_writer_actor writer_;
  rate_limiter_actor limiter_;
  trustar_pool_actor pool_;
  slack_messenger_actor messenger_;
  follower_actor follower_;
  outbox_actor outbox_;
  slack_dispatcher_actor dispatcher_;
  housekeeper_actor housekeeper_;
  supervisor_actor supervisor_;
};

} // namespace isacbot::actors
