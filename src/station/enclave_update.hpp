/// Changes of what is indexed of one enclave within one batch: rows of indicators, their numbers, their order
/// by time, and the substring indexes of values and of reports. Submissions and reports both write through
/// it.
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
#include <unordered_set>
#include <utility>
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
  std::uint32_t next_number = 0;        ///< of indicators
  std::uint32_t next_report_number = 0; ///< of reports

  /// Where the postings of values, and those of reports, stand.
  [[nodiscard]] text_space values(std::uint32_t enclave) const noexcept;
  [[nodiscard]] text_space reports(std::uint32_t enclave) const noexcept;
};

/// @error ec::io_failure, ec::corrupted
result<enclave_head> read_head(const storage::kv_store& store, std::uint32_t enclave);

/// Not thread-safe; one a batch and enclave. The store has to outlive it.
/// Errors of all members: ec::io_failure, ec::corrupted.
class enclave_update {
 public:
  enclave_update(const storage::kv_store& store, enclave where) : store_(store), where_(std::move(where)) {}

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

  /// Gives a report that is new here its number. @error also ec::too_large when there is none left
  result<std::uint32_t> number_report(std::string_view id);
  /// Forgets the number of a report that is no longer here; its postings stay, they are hints.
  void forget_report(std::uint32_t number) { forgotten_reports_.push_back(number); }
  /// Makes a report findable by its text. @param folded  title, body and values
  void index_text(std::uint32_t number, std::string_view folded) { texts_->add(folded, number); }

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
    std::vector<std::pair<sys_time, sys_time>>
        present;            ///< created and updated of the batch's reports with it
    bool span_open = false; ///< a report at an end of the span left: look at those that stay
  };

  result<changed_row*> find(std::string_view type, std::string_view value);
  result<void> close_span(changed_row& row) const;
  void write_row(storage::write_batch& batch, const std::string& key, changed_row& row);
  void write_tags(storage::write_batch& batch, const changed_row& row) const;
  void erase_listing(storage::write_batch& batch, const indicator_row& row) const;

  const storage::kv_store& store_;
  enclave where_;
  std::optional<std::string> head_before_;
  enclave_head head_;
  std::unordered_map<std::string, changed_row> rows_; ///< by key; its nodes stay where they are
  std::vector<const std::string*> order_;             ///< of first touch, so that numbers follow it
  std::unordered_set<std::string> touched_reports_;   ///< what the store holds of them is out of date
  std::optional<posting_batch> values_;               ///< both since begin()
  std::optional<posting_batch> texts_;
  std::vector<std::pair<std::uint32_t, std::string>> numbered_reports_;
  std::vector<std::uint32_t> forgotten_reports_;
};

} // namespace isacbot::station
