/// Writes reports: the report, its tags, its external id, what its body holds, and the mark by which the
/// indexes hear of it, in one synced batch.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "station/report_record.hpp"
#include "storage/kv_store.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// What a new report, or a new version of one, consists of.
struct report_content {
  trustar::report
      what; ///< `id`, `enclave_ids`, `created` and `updated` don't count; time_began defaults to now
  std::vector<report_observable> observables; ///< of the body
};

/// Which tags come and go. Names in normal form; adding a present one or removing an absent one is fine.
struct tag_changes {
  std::vector<std::string> added;
  std::vector<std::string> removed;
};

/// Thread-safe. Every function returns when its change is synced. What was read is a condition of what is
/// written, so two of them over one store keep each other's promises.
/// `updated` is strictly increasing over the whole store: lists by time lose nothing.
/// Errors of all functions: ec::overloaded too many writers at once; ec::io_failure, ec::corrupted. Of those
/// that take `from`, the enclave in which the caller's right was found: ec::not_found when the report is no
/// longer there. ec::conflict when the external id is taken in the enclave that the report goes to.
class report_writer {
 public:
  explicit report_writer(storage::kv_store& store) : store_(store) {}

  /// @param id  a fresh UUID
  result<trustar::report> add(const enclave& where, report_content content, std::string id, sys_time now,
                              std::vector<std::string> tags = {}, std::string copied_from = {});

  /// Full replacement; `created` and the tags stay. Another `to` moves the report.
  result<trustar::report> replace(std::string_view id, const enclave& from, const enclave& to,
                                  const report_content& content, sys_time now);

  /// Adds text to the end of the body, on a line of its own, and replaces everything else.
  /// @param extract  finds what the longer body holds, and refuses it when that is too much
  using extractor = std::function<result<std::vector<report_observable>>(std::string_view body)>;
  result<trustar::report> append(std::string_view id, const enclave& from, trustar::report what,
                                 const extractor& extract, sys_time now);

  /// Content, tags and `created` stay.
  result<void> move(std::string_view id, const enclave& from, const enclave& to, sys_time now);

  /// Changes nothing, `updated` neither, when the tags are what they were.
  result<void> alter_tags(std::string_view id, const enclave& from, const tag_changes& changes, sys_time now);

  result<void> remove(std::string_view id, const enclave& from);

 private:
  /// One side of a change.
  struct version {
    const enclave* where = nullptr;
    stored_report report;
    std::vector<report_observable> observables;
  };
  /// Makes the new version from the present one; nullopt removes the report.
  using change = std::function<result<std::optional<version>>(const version& present)>;

  result<trustar::report> apply(std::string_view id, const enclave& from, sys_time now, const change& make);
  result<std::optional<version>> try_apply(std::string_view id, const enclave& from, sys_time now,
                                           const change& make);
  result<trustar::report> try_add(version& fresh, sys_time now);
  result<void> write_rows(storage::write_batch& batch, const version* before, const version* after) const;

  storage::kv_store& store_;
  std::mutex mutex_; ///< spares writers of this process the retries
};

} // namespace isacbot::station
