// isacbot backup: both databases, while they are in use.
#include "app/admin_handlers.hpp"
#include "app/admin_json.hpp"
#include "app/backup_directory.hpp"
#include "storage/backup.hpp"

#include <filesystem>

namespace isacbot::app {

namespace json = boost::json;

result<json::value> backup(admin_desk& desk, const admin_call& call) {
  auto where = call.text("directory");
  if (!where)
    return where.error();
  std::filesystem::path directory(*where);
  if (!directory.is_absolute())
    return fail(ec::invalid_argument, "the path of the backup has to be absolute");
  if (auto made = make_backup_directory(directory); !made)
    return made.error();
  auto copying = [&](const char* what) {
    return [&call, what](std::uint64_t bytes) { call.say({what, bytes, 0}); };
  };
  backup_facts facts{to_iso(desk.time.now()), desk.version, desk.station != nullptr};
  // The bot's first: what it calls delivered in its copy is in the copy of Station, made later. The other way
  // round, deliveries in between would be marked as done and be missing.
  call.say({"bytes of the bot's database copied", 0, 0});
  auto bytes = storage::back_up(*desk.database.store, directory / "bot",
                                copying("bytes of the bot's database copied"));
  if (bytes && desk.station != nullptr) {
    call.say({"bytes of Station's database copied", 0, 0});
    auto more =
        storage::back_up(*desk.station, directory / "station", copying("bytes of Station's database copied"));
    bytes = more ? result<std::uint64_t>{*bytes + *more} : more;
  }
  if (!bytes)
    return bytes.error();
  for (const char* part : {"bot", "station"}) {
    if (std::string_view(part) == "station" && !facts.station)
      continue;
    if (auto whole = storage::verify_backup(directory / part); !whole)
      return whole.error();
  }
  if (auto written = write_backup_facts(directory, facts); !written)
    return written.error();
  return json::value(json::object{{"directory", directory.string()},
                                  {"made", facts.made},
                                  {"bytes", *bytes},
                                  {"station", facts.station}});
}

} // namespace isacbot::app
