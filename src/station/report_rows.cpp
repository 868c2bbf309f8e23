#include "station/report_rows.hpp"

#include "station/index_queue.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"

#include <string>

namespace isacbot::station {

void erase_report_rows(storage::write_batch& batch, const enclave& where, const stored_report& report) {
  const std::string& id = report.what.id;
  sys_time updated = report.what.updated.value_or(sys_time{});
  batch.erase(tables::reports, keys::text(id));
  batch.erase(tables::report_observables, keys::report_in_enclave(where.number, id));
  batch.erase(tables::reports_by_updated, keys::report_by_updated(where.number, updated, id));
  for (const std::string& tag : report.tags)
    batch.erase(tables::report_tags, keys::report_tag(where.number, tag, id));
  put_pending(batch, pending_report{id, where, {}}); // nothing follows a deletion: no stamp needed
}

void put_report_rows(storage::write_batch& batch, const enclave& where, const stored_report& report,
                     const std::vector<report_observable>& observables) {
  const std::string& id = report.what.id;
  sys_time updated = report.what.updated.value_or(sys_time{});
  batch.put(tables::reports, keys::text(id), encode(report));
  batch.put(tables::report_observables, keys::report_in_enclave(where.number, id), encode(observables));
  batch.put(tables::reports_by_updated, keys::report_by_updated(where.number, updated, id), "");
  for (const std::string& tag : report.tags)
    batch.put(tables::report_tags, keys::report_tag(where.number, tag, id), encode_stamp(updated));
  put_pending(batch, pending_report{id, where, updated});
}

} // namespace isacbot::station
