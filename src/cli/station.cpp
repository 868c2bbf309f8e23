#include "cli/station.hpp"

#include "app/station_part.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "core/random.hpp"
#include "station/accounts.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <filesystem>
#include <ostream>

namespace isacbot::cli {

namespace {

/// What the commands work with, while it is open.
struct open_station {
  system_clock time;
  system_random random;
  std::unique_ptr<storage::rocksdb_store> store;
  std::optional<station::accounts> accounts;
};

int report(const error& fault, streams io) {
  io.err << "isacbot: " << to_string(fault) << "\n";
  return exit_failed;
}

/// Opens the database of the configuration. @returns exit_done, or the status to end with
int open(const station_arguments& arguments, open_station& opened, streams io) {
  // The accounts are Station's own: neither Slack's secrets nor the master key are needed for them.
  app::settings defaults;
  defaults.storage.master_key.bytes = secret{std::string(app::encryption_key::size, '\0')};
  auto settings = load_settings(arguments.config, io, defaults);
  if (!settings)
    return exit_config;
  // Before the service has run for the first time, the directory above the database may be missing.
  std::error_code code;
  auto above = std::filesystem::path(settings->station.path.text).parent_path();
  if (!above.empty() && std::filesystem::create_directories(above, code))
    std::filesystem::permissions(above, std::filesystem::perms::owner_all, code);
  auto store = app::open_station_database(settings->station.path.text);
  if (!store) {
    error fault = store.error();
    if (fault.code == ec::locked)
      fault.mend = "the service has Station's database open: stop it, run this command, and start it again";
    return report(fault, io);
  }
  opened.store = std::move(*store);
  opened.accounts.emplace(*opened.store, opened.time, opened.random);
  return exit_done;
}

} // namespace

int run_add_enclave(const add_enclave_arguments& arguments, streams io) {
  open_station opened;
  if (int status = open(arguments, opened, io); status != exit_done)
    return status;
  auto enclave = opened.accounts->add_enclave(arguments.name, arguments.type);
  if (!enclave)
    return report(enclave.error(), io);
  if (arguments.json)
    io.out << boost::json::serialize(boost::json::object{{"id", enclave->id}}) << "\n";
  else
    io.out << "enclave " << enclave->id << "\n";
  return exit_done;
}

int run_add_user(const add_user_arguments& arguments, streams io) {
  open_station opened;
  if (int status = open(arguments, opened, io); status != exit_done)
    return status;
  auto made = opened.accounts->add_user(arguments.name, arguments.company);
  if (!made)
    return report(made.error(), io);
  // This is what the command is for: the one time that a secret is shown.
  if (arguments.json) {
    boost::json::object shown{{"key", made->key}, {"secret", made->secret.reveal()}};
    io.out << boost::json::serialize(shown) << "\n";
  } else {
    io.out << "key    " << made->key << "\nsecret " << made->secret.reveal()
           << "\nThe secret is stored as a hash only: it cannot be shown again.\n";
  }
  return exit_done;
}

int run_grant(const grant_arguments& arguments, streams io) {
  auto level = station::parse_access(arguments.access);
  if (!level) {
    report(level.error(), io);
    return exit_usage;
  }
  open_station opened;
  if (int status = open(arguments, opened, io); status != exit_done)
    return status;
  if (auto granted = opened.accounts->grant(arguments.key, arguments.enclave, *level); !granted)
    return report(granted.error(), io);
  if (arguments.json)
    io.out << boost::json::serialize(boost::json::object{
                  {"key", arguments.key}, {"enclave", arguments.enclave}, {"access", arguments.access}})
           << "\n";
  else
    io.out << "granted " << arguments.access << "\n";
  return exit_done;
}

} // namespace isacbot::cli
