#include "station/report_index.hpp"

#include "station/keys.hpp"

#include <string>
#include <unordered_map>

namespace isacbot::station {

using storage::write_batch;

namespace {

report_stamp stamp_of(const stored_report& report) {
  return {report.what.id, report.what.created.value_or(sys_time{}), report.what.updated.value_or(sys_time{})};
}

} // namespace

void report_index::erase_rows(write_batch& batch) const {
  const stored_report& report = *before_->report;
  std::uint32_t enclave = before_->where->number;
  report_stamp stamp = stamp_of(report);
  batch.erase(tables::reports, keys::text(report.what.id));
  batch.erase(tables::report_observables, keys::text(report.what.id));
  batch.erase(tables::reports_by_updated, keys::report_by_updated(enclave, stamp.updated, report.what.id));
  for (const std::string& tag : report.tags)
    batch.erase(tables::report_tags, keys::report_tag(enclave, tag, report.what.id));
  for (const report_observable& x : *before_->observables)
    batch.erase(tables::reports_of_value,
                keys::report_of_value(enclave, x.value, x.type, stamp.updated, report.what.id));
}

void report_index::put_rows(write_batch& batch) const {
  const stored_report& report = *after_->report;
  std::uint32_t enclave = after_->where->number;
  report_stamp stamp = stamp_of(report);
  batch.put(tables::reports, keys::text(report.what.id), encode(report));
  batch.put(tables::report_observables, keys::text(report.what.id), encode(*after_->observables));
  batch.put(tables::reports_by_updated, keys::report_by_updated(enclave, stamp.updated, report.what.id), "");
  for (const std::string& tag : report.tags)
    batch.put(tables::report_tags, keys::report_tag(enclave, tag, report.what.id), "");
  for (const report_observable& x : *after_->observables)
    batch.put(tables::reports_of_value,
              keys::report_of_value(enclave, x.value, x.type, stamp.updated, report.what.id),
              encode(report_mention{stamp.created, x.derived}));
}

result<void> report_index::count(enclave_update& rows, bool leaving, bool entering) const {
  std::unordered_map<std::string, bool> present; // value and type -> derived
  if (leaving)
    for (const report_observable& x : *before_->observables)
      present.emplace(keys::pack(x.value, x.type), x.derived);
  if (entering)
    for (const report_observable& x : *after_->observables) {
      auto known = present.find(keys::pack(x.value, x.type));
      report_stamp stamp = stamp_of(*after_->report);
      auto done = known == present.end() ? rows.enter_report(x.type, x.value, x.derived, stamp)
                                         : rows.keep_report(x.type, x.value, known->second, x.derived, stamp);
      if (!done)
        return done;
      if (known != present.end())
        present.erase(known);
    }
  if (leaving)
    for (const report_observable& x : *before_->observables)
      if (present.contains(keys::pack(x.value, x.type)))
        if (auto left = rows.leave_report(x.type, x.value, x.derived, stamp_of(*before_->report)); !left)
          return left;
  return {};
}

result<void> report_index::write_to(write_batch& batch) {
  if (before_)
    erase_rows(batch);
  if (after_)
    put_rows(batch); // behind the erasures: what stays is put again
  bool one_enclave = before_ && after_ && before_->where->id == after_->where->id;
  for (bool leaving : {true, false}) {
    const std::optional<side>& which = leaving ? before_ : after_;
    if (!which || (!leaving && one_enclave))
      continue;
    enclave_update rows(store_, *which->where);
    if (auto begun = rows.begin(); !begun)
      return begun.error();
    if (auto counted = count(rows, leaving, !leaving || one_enclave); !counted)
      return counted.error();
    if (auto written = rows.write_to(batch); !written)
      return written.error();
  }
  return {};
}

} // namespace isacbot::station
