// isacbot audit verify: whether the audit log is whole.
#include "app/admin_handlers.hpp"

namespace isacbot::app {

namespace json = boost::json;

/// A log that is not whole is an answer, not a failure of the command.
result<json::value> audit_verify(admin_desk& desk, const admin_call&) {
  auto checked = desk.tables.audit.verify();
  if (checked)
    return json::value(
        json::object{{"whole", true}, {"entries", checked->rows}, {"waiting", checked->pending}});
  if (checked.error().code != ec::corrupted && checked.error().code != ec::wrong_key)
    return checked.error();
  return json::value(
      json::object{{"whole", false}, {"fault", checked.error().cause}, {"mend", checked.error().mend}});
}

} // namespace isacbot::app
