#include "app/init.hpp"

#include "protocol/slack/manifest.hpp"
#include "storage/backup.hpp"
#include "storage/master_key.hpp"

#include <boost/json/serialize.hpp>

namespace isacbot::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* placeholder_url = "https://isacbot.example.org";

/// A TOML basic string.
std::string quoted(const std::string& text) {
  return boost::json::serialize(boost::json::string(text));
}

std::string configuration(const fs::path& directory) {
  const std::string dir = directory.string();
  return "# isacbot, the keys to begin with. `isacbot check-config --example` prints every key there is.\n"
         "# Check it with `isacbot check-config --config " +
         dir +
         "/isacbot.toml`.\n"
         "# Secrets are \"file:/path\" (mode 0600), \"env:NAME\", or \"literal:...\" (warned about).\n"
         "\n"
         "[server]\n"
         "# Where Slack's requests arrive: plain HTTP, behind a reverse proxy with a certificate.\n"
         "listen = \"127.0.0.1:3000\"\n"
         "# The address under which Slack and members reach that proxy.\n"
         "public_url = \"" +
         std::string(placeholder_url) +
         "\"\n"
         "\n"
         "# The Slack app. Make it from slack_app_manifest.json, put the two secrets into files, and take "
         "the\n"
         "# # away from the three lines.\n"
         "#[slack]\n"
         "#signing_secret = " +
         quoted("file:" + dir + "/slack_signing_secret") +
         "\n"
         "#bot_token = " +
         quoted("file:" + dir + "/slack_bot_token") +
         "\n"
         "\n"
         "[trustar]\n"
         "# The Station that searches and submissions go to: the embedded one below, or another.\n"
         "origin = \"http://127.0.0.1:8081\"\n"
         "# For links in answers: where members reach Station's pages.\n"
         "#station_url = \"https://station.example.org\"\n"
         "# Credentials of `isacbot doctor` and of checks.\n"
         "#operator_key = " +
         quoted("file:" + dir + "/operator_key") +
         "\n"
         "#operator_secret = " +
         quoted("file:" + dir + "/operator_secret") +
         "\n"
         "\n"
         "[station]\n"
         "# The embedded Station.\n"
         "enabled = true\n"
         "listen = \"127.0.0.1:8081\"\n"
         "\n"
         "# A MISP server whose events become reports.\n"
         "#[misp.main]\n"
         "#url = \"https://misp.example.org\"\n"
         "#key = " +
         quoted("file:" + dir + "/misp_key") +
         "\n"
         "#enclave_id = \"...\"\n"
         "#trustar_key = " +
         quoted("file:" + dir + "/misp_trustar_key") +
         "\n"
         "#trustar_secret = " +
         quoted("file:" + dir + "/misp_trustar_secret") +
         "\n"
         "\n"
         "[storage]\n"
         "path = " +
         quoted(dir + "/data") +
         "\n"
         "# Encrypts what is stored. Keep a copy elsewhere: without it the database cannot be read again.\n"
         "master_key = " +
         quoted("file:" + dir + "/master_key") + "\n";
}

std::vector<std::string> next_steps(const fs::path& directory) {
  const std::string config = " --config " + (directory / "isacbot.toml").string();
  return {
      "Keep a copy of " + (directory / "master_key").string() + " elsewhere, apart from backups.",
      "Write the address under which Slack will reach you into server.public_url, then make the manifest "
      "anew: isacbot manifest" +
          config + " > " + (directory / "slack_app_manifest.json").string(),
      "Make the Slack app: https://api.slack.com/apps, \"Create New App\", \"From a manifest\".",
      "Install it into the workspace; put signing secret and bot token into the two files that "
      "isacbot.toml names, mode 0600, and take the # away there.",
      "Make an enclave and an account of the embedded Station: isacbot station add-enclave --name Community" +
          config + "; then add-user and grant.",
      "Check: isacbot check-config" + config + "; then isacbot doctor" + config,
      "Start: isacbot serve" + config};
}

} // namespace

result<init_outcome> make_first_files(const fs::path& given, random_source& random) {
  const fs::path directory = fs::absolute(given).lexically_normal();
  std::error_code code;
  if (fs::create_directories(directory, code))
    fs::permissions(directory, fs::perms::owner_all, code);
  if (code)
    return fail(ec::io_failure, directory.string() + ": " + code.message(),
                "name a directory that you may write to");
  const fs::path config = directory / "isacbot.toml";
  const fs::path key = directory / "master_key";
  const fs::path manifest = directory / "slack_app_manifest.json";
  for (const fs::path& file : {config, key, manifest})
    if (fs::exists(fs::symlink_status(file, code)))
      return fail(ec::conflict, file.string() + " exists already",
                  "name another directory; nothing was overwritten");
  auto made = slack::make_manifest({.public_url = placeholder_url});
  if (!made)
    return made.error();
  // The key first: a configuration never names a key that is not there.
  if (auto written = storage::make_master_key(key, random); !written)
    return written.error();
  if (auto written = storage::write_synced_file(manifest, slack::to_json_text(*made)); !written)
    return written.error();
  if (auto written = storage::write_synced_file(config, configuration(directory)); !written)
    return written.error();
  return init_outcome{{config.string(), key.string(), manifest.string()}, next_steps(directory)};
}

} // namespace isacbot::app
