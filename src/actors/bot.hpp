/// What the dispatcher and its tasks share: handles, tables and settings of the Slack side.
#pragma once

#include "actors/enclave_cache.hpp"
#include "actors/environment.hpp"
#include "actors/guest_cache.hpp"
#include "actors/interfaces.hpp"
#include "actors/safelist_calls.hpp"
#include "domain/admission.hpp"
#include "domain/lists/indicator_list_options.hpp"
#include "domain/report_split.hpp"
#include "observables/known_names.hpp"
#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/duplicates_table.hpp"
#include "storage/journal_table.hpp"
#include "storage/outbox_table.hpp"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace isacbot::actors {

struct bot_settings {
  std::string station_url;              ///< base of deep links
  std::string credentials_url;          ///< where a member finds key and secret
  std::set<std::string> workspaces;     ///< who may use the bot; empty: all
  std::set<std::string> channels;       ///< where; empty: everywhere
  bool allow_guests = false;            ///< guests of a workspace; otherwise Slack is asked who is one
  observables::known_names names;       ///< beside the built-in lists
  domain::withhold_rules withhold;      ///< from lists, unless their owner insists
  std::vector<std::string> files_hosts; ///< where files are fetched from
  domain::report_limits report_limits;  ///< of what Station takes: larger ones are split
  milliseconds station_deadline{30'000};
  milliseconds dialog_patience{2'000}; ///< before a dialog says "Checking…": Slack gives three seconds
  milliseconds receipts_retention{
      std::chrono::hours{24 * 90}}; ///< how long an accepted value counts as known
  std::size_t max_tasks = 512;      ///< commands under way; beyond: asked to come back
};

/// What a changed configuration changes while commands run; written by whoever reloads it.
struct live_settings {
  std::atomic<milliseconds> command_deadline{milliseconds{150'000}}; ///< the queue's and the calls after it
  std::atomic<bool> name_sharing_members{false}; ///< members of a shared key are told who the others are
};

/// Immutable after construction, apart from `live`; shared by const pointer. Everything it refers to outlives
/// the actor system. Reading a row is done in place: single rows that the block cache or the memtable holds.
/// Writing goes to the STORAGE WRITER.
struct bot {
  bot_settings settings;
  std::shared_ptr<const live_settings> live;
  environment env;
  storage_writer_actor writer;
  rate_limiter_actor limiter;
  trustar_pool_actor pool;
  slack_messenger_actor messenger;
  outbox_actor outbox;
  std::shared_ptr<enclave_cache> enclaves;
  std::shared_ptr<guest_cache> guests;
  std::shared_ptr<safelist_cache> safelists;
  const storage::credentials_table& credentials;
  const storage::drafts_table& drafts;
  const storage::duplicates_table& duplicates;
  const storage::journal_table& journal;
  const storage::outbox_table& submissions;
};

} // namespace isacbot::actors
