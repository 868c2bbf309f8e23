/// The rows of a report that are written before the answer: the report itself, what its body holds, its
/// places by time and by tag, and the mark that the indexes are to hear of it.
#pragma once

#include "station/accounts.hpp"
#include "station/report_record.hpp"
#include "storage/kv_store.hpp"

#include <vector>

namespace isacbot::station {

/// What goes. To be put into the batch before what comes: what stays is put again.
void erase_report_rows(storage::write_batch& batch, const enclave& where, const stored_report& report);

void put_report_rows(storage::write_batch& batch, const enclave& where, const stored_report& report,
                     const std::vector<report_observable>& observables);

} // namespace isacbot::station
