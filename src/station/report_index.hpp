/// Everything that is derived from a report: its rows by id, by time and by tag, the index from values to
/// reports, and the counts in the rows of its values. Maintained by difference: a change touches what it
/// changes.
#pragma once

#include "core/error.hpp"
#include "station/accounts.hpp"
#include "station/enclave_update.hpp"
#include "station/report_record.hpp"
#include "storage/kv_store.hpp"

#include <optional>
#include <vector>

namespace isacbot::station {

/// One change of one report: `leave` with what it was, `enter` with what it becomes, then `write_to`.
/// Everything handed in has to live until then.
class report_index {
 public:
  explicit report_index(const storage::kv_store& store) : store_(store) {}

  void leave(const enclave& where, const stored_report& report,
             const std::vector<report_observable>& observables) {
    before_ = side{&where, &report, &observables};
  }
  void enter(const enclave& where, const stored_report& report,
             const std::vector<report_observable>& observables) {
    after_ = side{&where, &report, &observables};
  }

  /// @error ec::io_failure, ec::corrupted, ec::too_large when an enclave is full
  result<void> write_to(storage::write_batch& batch);

 private:
  struct side {
    const enclave* where;
    const stored_report* report;
    const std::vector<report_observable>* observables;
  };

  void erase_rows(storage::write_batch& batch) const;
  void put_rows(storage::write_batch& batch) const;
  result<void> count(enclave_update& rows, bool leaving, bool entering) const;

  const storage::kv_store& store_;
  std::optional<side> before_;
  std::optional<side> after_;
};

} // namespace isacbot::station
