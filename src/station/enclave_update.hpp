/// Changes of one enclave's indicators within one batch: rows, their numbers, their order by time and the
/// substring index. Submissions and reports both write through it.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "station/accounts.hpp"
#include "station/indicator_row.hpp"
#include "station/trigram_index.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace isacbot::station {

/// A report as the rows of its values see it.
struct report_stamp {
  std::string_view id;
  sys_time created{};
  sys_time updated{};
};

/// Changes with every write to an enclave: the one condition that covers all rows read.
struct enclave_head {
  std::uint64_t revision = 0;
  std::uint32_t next_number = 0;
};

/// Not thread-safe; one a batch and enclave. Store and enclave have to outlive it.
/// Errors of all members: ec::io_failure, ec::corrupted.
class enclave_update {
 public:
  enclave_update(const storage::kv_store& store, const enclave& where) : store_(store), where_(where) {}

  /// Reads the head, before any row: the batch is refused when the enclave has changed since this moment.
  result<void> begin();

  /// One row of a submission. @param tags  of the submission; a row's own come instead of them
  result<void> add(const typed_row& row, const std::vector<trustar::tag>& tags, sys_time now);

  /// A report begins to hold a value.
  result<void> enter_report(std::string_view type, std::string_view value, bool derived,
                            const report_stamp& report);
  /// A report that held the value before holds it after a change, too.
  result<void> keep_report(std::string_view type, std::string_view value, bool was_derived, bool derived,
                           const report_stamp& report);
  /// A report no longer holds a value. @param report  as it was
  result<void> leave_report(std::string_view type, std::string_view value, bool derived,
                            const report_stamp& report);

  /// Adds a tag to, or takes it from, an indicator. A value that nobody knew is known from then on.
  result<void> tag(std::string_view type, std::string_view value, const std::string& name, sys_time now);
  /// @returns whether the value had the tag, by name or id
  result<bool> untag(std::string_view type, std::string_view value, std::string_view name_or_guid);

  /// Puts all of it into `batch`, on condition that the enclave is as it was.
  /// @error also ec::too_large when the enclave has no number left
  result<void> write_to(storage::write_batch& batch);

 private:
  /// A row before and after the batch.
  struct changed_row {
    std::string type;
    std::string value;
    std::optional<indicator_row> before;
    indicator_row after;
  };

  result<changed_row*> find(std::string_view type, std::string_view value);
  result<void> find_span(changed_row& row, std::string_view without_report);
  void write_row(storage::write_batch& batch, const std::string& key, changed_row& row,
                 posting_batch& postings);
  void write_tags(storage::write_batch& batch, const changed_row& row) const;
  void erase_listing(storage::write_batch& batch, const indicator_row& row) const;

  const storage::kv_store& store_;
  const enclave& where_;
  std::optional<std::string> head_before_;
  enclave_head head_;
  std::unordered_map<std::string, changed_row> rows_; ///< by key; its nodes stay where they are
  std::vector<const std::string*> order_;             ///< of first touch, so that numbers follow it
};

} // namespace isacbot::station
