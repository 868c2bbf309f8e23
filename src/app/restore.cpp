#include "app/restore.hpp"

#include "app/admin_json.hpp"
#include "app/backup_directory.hpp"
#include "app/station_part.hpp"
#include "storage/audit_table.hpp"
#include "storage/backup.hpp"
#include "storage/bot_database.hpp"
#include "storage/process_lock.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace isacbot::app {

namespace {

namespace fs = std::filesystem;

/// One database on its way back.
struct restored_part {
  fs::path source;
  fs::path place;
  fs::path fresh;
  fs::path aside;
  std::optional<storage::process_lock> lock; ///< against a service that starts meanwhile
};

result<restored_part> prepare(const fs::path& source, const fs::path& place, const std::string& stamp) {
  std::error_code code;
  if (fs::create_directories(place, code))
    fs::permissions(place, fs::perms::owner_all, code);
  if (code)
    return fail(ec::io_failure, place.string() + ": " + code.message(), "check storage.path");
  restored_part part{source, place, place / "restored", place / ("replaced-" + stamp), {}};
  auto lock = storage::process_lock::acquire(place / "isacbot.lock");
  if (!lock) {
    error fault = lock.error();
    if (fault.code == ec::locked)
      fault.mend = "stop the service first: a restore replaces what it is using";
    return fault;
  }
  part.lock.emplace(std::move(*lock));
  return part;
}

/// From the backup into a directory of its own.
result<void> unpack(const restored_part& part) {
  std::error_code code;
  fs::remove_all(part.fresh, code); // of a restore that was interrupted
  if (auto whole = storage::verify_backup(part.source); !whole)
    return whole;
  return storage::unpack_backup(part.source, part.fresh);
}

/// Opens what was unpacked, as the service will: key, layout, and the audit log from end to end.
result<std::uint64_t> check_bot(const restored_part& part, const settings& configured,
                                random_source& random) {
  storage::rocksdb_options options;
  options.path = part.fresh;
  options.create_if_missing = false;
  auto opened = storage::open_bot_database(options, {configured.storage.master_key.bytes}, random);
  if (!opened) {
    error fault = opened.error();
    if (fault.code == ec::wrong_key)
      fault = fail(ec::wrong_key, "the backup was made under another master key than storage.master_key",
                   "configure the key of that time; nothing was changed");
    return fault;
  }
  auto audit = storage::audit_table(*opened->store, opened->sealer, random).verify();
  if (!audit)
    return audit.error();
  return audit->rows;
}

std::string stamp_of(sys_time now) {
  std::string text = to_iso(now);
  std::erase_if(text, [](char c) { return c == ':' || c == '-' || c == '.'; });
  return text;
}

} // namespace

result<restore_outcome> restore_backup(const settings& configured, const fs::path& directory,
                                       const clock& time, random_source& random,
                                       const std::function<void(std::string_view)>& say) {
  auto facts = read_backup_facts(directory);
  if (!facts)
    return facts.error();
  if (facts->station != configured.station.enabled)
    return fail(ec::conflict,
                facts->station ? "the backup holds a Station, and none is configured"
                               : "a Station is configured, and the backup holds none",
                "set station.enabled as it was when the backup was made; nothing was changed");
  restore_outcome outcome{facts->made, facts->station, 0, {}};
  const std::string stamp = stamp_of(time.now());
  std::vector<restored_part> parts;
  auto add = [&](const char* name, const std::string& place) -> result<void> {
    auto part = prepare(directory / name, place, stamp);
    if (!part)
      return part.error();
    parts.push_back(std::move(*part));
    return {};
  };
  if (auto bot = add("bot", configured.storage.path.text); !bot)
    return bot.error();
  if (facts->station)
    if (auto station = add("station", configured.station.path.text); !station)
      return station.error();

  for (const restored_part& part : parts) {
    say("checking " + part.source.string());
    if (auto unpacked = unpack(part); !unpacked)
      return unpacked.error();
  }
  say("opening what was unpacked");
  auto entries = check_bot(parts.front(), configured, random);
  if (!entries)
    return entries.error();
  outcome.audit_entries = *entries;
  if (facts->station)
    if (auto station = open_station_database(parts.back().fresh.string()); !station)
      return station.error();

  say("replacing");
  std::vector<storage::database_replacement> replacements;
  for (const restored_part& part : parts) {
    replacements.emplace_back(part.place, part.fresh, part.aside);
    outcome.replaced.push_back(part.aside.string());
  }
  // Both are marked before either is touched: they go together.
  for (const auto& replacement : replacements)
    if (auto begun = replacement.begin(); !begun)
      return begun.error();
  for (const auto& replacement : replacements)
    if (auto moved = replacement.move(); !moved)
      return moved.error();
  for (const auto& replacement : replacements)
    if (auto ended = replacement.end(); !ended)
      return ended.error();
  return outcome;
}

} // namespace isacbot::app
