/// The HOUSEKEEPER: what has to happen now and then and to nobody in particular. Removes rows that have
/// expired, and moves audit events into their chain.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "storage/audit_table.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>

namespace isacbot::actors {

struct housekeeper_config {
  milliseconds interval{60'000};
  std::size_t rows_at_once = 500; ///< of one sweep; a full one is followed by the next at once
};

/// Store and table outlive the actor. A sweep that meets a concurrent change is refused whole and tried
/// again.
housekeeper_actor::behavior_type housekeeper(housekeeper_actor::pointer self, housekeeper_config config,
                                             storage_writer_actor writer, const storage::kv_store* store,
                                             const storage::audit_table* audit, environment env);

} // namespace isacbot::actors
