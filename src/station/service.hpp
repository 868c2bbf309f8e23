/// The embedded Station: TruSTAR's REST API 1.3 and pages for people over a kv_store. Knows nothing of Slack,
/// MISP or sockets.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "protocol/http/message.hpp"
#include "station/accounts.hpp"
#include "station/indicator_writer.hpp"
#include "station/secret_hash.hpp"
#include "storage/kv_store.hpp"
#include "telemetry/label.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace isacbot::station {

struct service_settings {
  std::uint32_t calls_per_minute = 60; ///< per user, sliding; 0: no limit
  std::uint64_t calls_per_day = 0;     ///< per company, UTC day; 0: no limit
  std::size_t max_body_bytes = std::size_t{32} << 20U;
  seconds token_life{600};
  hash_cost secret_cost; ///< of the decoy that unknown keys are checked against
  idempotency_settings idempotency;
  accounts_sabotage sabotage;
  observables::known_names names; ///< by which the types of submitted values are found
  bool secure_cookies =
      false; ///< browsers reach the pages over https: sessions of the pages are sent so only
};

/// What the service tells its surroundings. Called from the thread of the request; must not throw.
struct service_hooks {
  /// Once per request: the route ("none" where there is none) and the status of the answer.
  std::function<void(telemetry::label route, unsigned status)> answered;
  /// A fault of ours that the client sees as 5xx, with the Trace-Id that it was given.
  std::function<void(std::string_view trace_id, const error& what)> failed;
  /// Something was accepted that is to be indexed: somebody should call `index_some`.
  std::function<void()> work_waits;
  /// Something that was accepted cannot be indexed and was set aside.
  std::function<void(const error& why)> set_aside = {};
  /// A note for the audit log waits (audit_notes.hpp).
  std::function<void()> noted = {};
};

/// Thread-safe. `handle` blocks (disk, slow hashes): call it from a pool of workers.
class service {
 public:
  /// Store, clock and randomness have to outlive the service.
  service(storage::kv_store& store, const clock& time, random_source& random, service_settings settings,
          service_hooks hooks = {});
  ~service();
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// Answers one request. Never throws; an acknowledged change is synced before the answer.
  http::response handle(const http::request& request);

  /// Indexes a portion of what was accepted, also of what an earlier process left. For a background thread:
  /// once at the start, and whenever `work_waits` says so, until it says no.
  /// @returns whether there may be more. @error ec::io_failure, ec::corrupted, ec::overloaded: try again
  /// later
  result<bool> index_some();
  /// How long the oldest of what waits to be indexed has been waiting; 0 when nothing does.
  [[nodiscard]] milliseconds index_lag() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::station
