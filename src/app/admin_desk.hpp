/// What the handlers of the operator's commands work with. The same handlers run in two places: inside the
/// running service, asked through the admin socket (admin_part), and in the command itself when no service
/// runs, with the databases opened for it (admin_house). They cannot tell the difference, and need not.
#pragma once

#include "actors/bot_system.hpp"
#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "station/accounts.hpp"
#include "storage/bot_database.hpp"
#include "storage/part_requests.hpp"
#include "storage/rocksdb_store.hpp"

#include <functional>
#include <optional>
#include <string>

namespace isacbot::app {

class misp_part;
class incoming_lists;

/// Everything referred to outlives the call of a handler.
struct admin_desk {
  const app::settings& settings;
  const clock& time;
  random_source& random;
  std::string version;
  bool serving = false; ///< whether this is the running service

  storage::bot_database& database;
  const actors::bot_tables& tables; ///< over `database`
  /// Null when no Station is embedded.
  storage::rocksdb_store* station = nullptr;
  station::accounts* accounts = nullptr; ///< over `station`; its changes count at once

  /// Every write of the bot's database goes through here: there is one writer, the STORAGE WRITER, where a
  /// service runs. Reads go to the tables.
  std::function<result<void>(storage::write_batch batch, storage::sync s)> write;
  /// Sends parts again or gives them up: decided by storage/part_requests.hpp, carried out by the OUTBOX
  /// where a service runs.
  std::function<result<storage::part_request_outcome>(const storage::part_request&)> request_parts;
  /// Null: this is not the running service, or no MISP server is configured.
  const misp_part* misp = nullptr;
  /// Null: this is not the running service.
  incoming_lists* lists = nullptr;
};

} // namespace isacbot::app
