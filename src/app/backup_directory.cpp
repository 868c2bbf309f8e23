#include "app/backup_directory.hpp"

#include "app/config_file.hpp"
#include "protocol/json.hpp"
#include "storage/backup.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace isacbot::app {

namespace {

constexpr const char* facts_name = "backup.json";
constexpr int layout = 1;

} // namespace

result<void> make_backup_directory(const std::filesystem::path& directory) {
  std::error_code code;
  std::filesystem::create_directories(directory, code);
  if (!code)
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, code);
  bool empty = !code && std::filesystem::is_empty(directory, code);
  if (code)
    return fail(ec::io_failure, directory.string() + ": " + code.message(),
                "name a directory that the user of the service may write to");
  if (!empty)
    return fail(ec::conflict, directory.string() + " is not empty",
                "name a new directory: a backup never overwrites anything");
  return {};
}

result<void> write_backup_facts(const std::filesystem::path& directory, const backup_facts& facts) {
  boost::json::object file{{"isacbot_backup", layout},
                           {"made", facts.made},
                           {"version", facts.version},
                           {"station", facts.station}};
  return storage::write_synced_file(directory / facts_name, boost::json::serialize(file) + "\n");
}

result<backup_facts> read_backup_facts(const std::filesystem::path& directory) {
  auto text = read_small_file((directory / facts_name).string());
  if (!text)
    return fail(ec::not_found, "no complete backup in " + directory.string(),
                "name the directory that `isacbot backup` wrote; an interrupted backup has no " +
                    std::string(facts_name));
  auto document = json::parse(*text);
  if (!document)
    return fail(ec::corrupted, "backup.json is damaged", "use another backup");
  json::fault fault;
  json::reader reader(document->root(), "backup.json", fault);
  backup_facts facts{reader.text("made"), reader.text("version"), reader.flag("station")};
  if (reader.integer("isacbot_backup") != layout)
    return fail(ec::schema_mismatch, "the backup was made by another release",
                "restore it with that release");
  if (fault)
    return fail(ec::corrupted, "backup.json is damaged", "use another backup");
  return facts;
}

} // namespace isacbot::app
