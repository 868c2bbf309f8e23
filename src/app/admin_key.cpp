// isacbot key rotate: another master key, while the service runs.
#include "app/admin_handlers.hpp"
#include "storage/key_rotation.hpp"
#include "storage/master_key.hpp"

#include <filesystem>
#include <string>

namespace isacbot::app {

namespace json = boost::json;

namespace {

/// Reads the key of the file, which is made where it is missing.
result<secret> load_or_make_key(const std::string& path, random_source& random, bool& made) {
  std::error_code code;
  made = !std::filesystem::exists(path, code);
  if (made)
    if (auto fresh = storage::make_master_key(path, random); !fresh)
      return fail(fresh.error().code, "the new key cannot be made: " + fresh.error().cause,
                  "make it yourself: openssl rand -hex 32 > " + path +
                      "; chmod 600 it; it belongs to the user that runs the service");
  return storage::load_master_key(path);
}

} // namespace

result<json::value> key_rotate(admin_desk& desk, const admin_call& call) {
  auto path = call.text("path");
  if (!path)
    return path.error();
  if (!std::filesystem::path(*path).is_absolute())
    return fail(ec::invalid_argument, "the path of the new key has to be absolute");
  bool made = false;
  auto next = load_or_make_key(*path, desk.random, made);
  if (!next)
    return next.error();
  storage::rotation_work work;
  work.write = desk.write;
  work.progress = [&](std::uint64_t done, std::uint64_t total) {
    call.say({"rows re-encrypted", done, total});
  };
  work.stopping = call.stopping;
  auto rows = storage::rotate_master_key(*desk.database.store, desk.database.sealer, *next, work);
  if (!rows)
    return rows.error();
  // What was sealed under the old key goes from the files, too, not only from the rows.
  call.say({"files rewritten", 0, 0});
  auto compacted = desk.database.store->compact();
  return json::value(json::object{{"rows", *rows},
                                  {"made", made},
                                  {"files_rewritten", compacted.has_value()},
                                  {"configuration", "master_key = \"file:" + *path + "\""}});
}

} // namespace isacbot::app
