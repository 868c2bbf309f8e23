// isacbot audit verify: whether the audit log is whole.
#include "app/admin_handlers.hpp"
#include "station/audit_notes.hpp"

namespace isacbot::app {

namespace json = boost::json;

/// What members changed at the embedded Station is in the same chain; what is still to be carried there
/// counts as waiting. A log that is not whole is an answer, not a failure of the command.
result<json::value> audit_verify(admin_desk& desk, const admin_call&) {
  std::uint64_t at_station = 0;
  if (desk.station != nullptr) {
    auto notes = station::count_notes(*desk.station);
    if (!notes)
      return notes.error();
    at_station = *notes;
  }
  auto checked = desk.tables.audit.verify();
  if (checked)
    return json::value(json::object{
        {"whole", true}, {"entries", checked->rows}, {"waiting", checked->pending + at_station}});
  if (checked.error().code != ec::corrupted && checked.error().code != ec::wrong_key)
    return checked.error();
  return json::value(
      json::object{{"whole", false}, {"fault", checked.error().cause}, {"mend", checked.error().mend}});
}

} // namespace isacbot::app
