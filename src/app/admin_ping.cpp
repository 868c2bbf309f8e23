// The question whether a service is there, asked by `isacbot doctor`.
#include "app/admin_handlers.hpp"
#include "station/index_queue.hpp"

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

result<json::value> ping(admin_desk& desk, const admin_call&) {
  using phase = storage::vault::rotation_phase;
  std::string change = desk.database.sealer.phase() == phase::under_way ? "under_way" : "none";
  json::object facts{{"version", desk.version}, {"serving", desk.serving}, {"key_change", change}};
  if (desk.station != nullptr)
    if (auto aside = station::count_set_aside(*desk.station))
      facts["station_set_aside"] = *aside;
  return json::value(std::move(facts));
}

} // namespace isacbot::app
