/// Takes indicator submissions: rows to be indexed, log and idempotency key in one synced batch.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "station/enclave_update.hpp"
#include "station/index_queue.hpp"
#include "station/indicator_row.hpp"
#include "station/submission_log.hpp"
#include "storage/kv_store.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// How idempotency keys are treated.
struct idempotency_settings {
  milliseconds memory = std::chrono::hours(7 * 24);
  /// Sabotage, for tests of the promise that nothing is applied twice: keys are stored but not looked at.
  bool ignore_key = false;
};

/// One submission whose rights have been checked.
struct checked_submission {
  std::string id; ///< a fresh UUID; used unless this is a replay
  std::uint32_t company = 0;
  std::string user_key;
  std::string idempotency_key; ///< empty: none
  std::vector<enclave> enclaves;
  trustar::indicator_submission content;
};

struct submission_outcome {
  std::string id;
  bool replayed = false; ///< the key had been used with the same content: nothing was changed
};

/// Thread-safe. Two of them over one store keep each other's promises too: what was read is a condition of
/// what is written.
class indicator_writer {
 public:
  indicator_writer(storage::kv_store& store, idempotency_settings settings,
                   observables::known_names names = {})
      : store_(store),
        settings_(settings),
        names_(std::move(names)) {}

  /// The submission that was applied under a key before, if it had the same content.
  /// @error ec::conflict when it had other content
  result<std::optional<submission_outcome>> find_replay(std::uint32_t company,
                                                        std::string_view idempotency_key,
                                                        const trustar::indicator_submission& content,
                                                        sys_time now) const;

  /// Takes the submission and returns when it is synced, before its rows are indexed; takes nothing when it
  /// is a replay.
  /// @error ec::conflict the key was used for other content; ec::overloaded too many writers at once;
  ///        ec::io_failure, ec::corrupted
  result<submission_outcome> submit(const checked_submission& submission, sys_time now);

  /// Adds a tag to an indicator of one enclave, synced. A value that nobody knew is known from then on.
  /// @error ec::overloaded, ec::io_failure, ec::corrupted
  result<void> tag(const enclave& where, std::string_view type, std::string_view value,
                   const std::string& name, sys_time now);
  /// Takes it away, by name or id. @returns whether it was there. @error as tag
  result<bool> untag(const enclave& where, std::string_view type, std::string_view value,
                     std::string_view name_or_guid);

 private:
  result<std::optional<submission_outcome>> judge(const remembered& before,
                                                  std::string_view content_hash) const;
  result<submission_outcome> try_submit(const pending_submission& pending, const submission_record& record);

  /// Makes one change of one enclave. @param make  false when there is nothing to do
  using change = std::function<result<bool>(enclave_update& rows)>;
  result<bool> change_enclave(const enclave& where, const change& make);

  std::uint64_t take_order(sys_time now);

  storage::kv_store& store_;
  idempotency_settings settings_;
  observables::known_names names_;
  std::atomic<std::uint64_t> last_order_{0};
  std::mutex mutex_; ///< spares those who tag the retries
};

} // namespace isacbot::station
