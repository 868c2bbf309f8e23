// The question whether a service is there, asked by `isacbot doctor`.
#include "app/admin_handlers.hpp"

namespace isacbot::app {

namespace json = boost::json;

result<json::value> ping(admin_desk& desk, const admin_call&) {
  using phase = storage::vault::rotation_phase;
  std::string change = desk.database.sealer.phase() == phase::under_way ? "under_way" : "none";
  return json::value(
      json::object{{"version", desk.version}, {"serving", desk.serving}, {"key_change", change}});
}

} // namespace isacbot::app
