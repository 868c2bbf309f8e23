#include "cli/manifest.hpp"

#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "protocol/slack/manifest.hpp"

#include <ostream>

namespace isacbot::cli {

int run_manifest(const manifest_arguments& arguments, streams io) {
  app::settings without_secrets;
  without_secrets.slack.enabled = true;
  without_secrets.slack.signing_secret = secret{"not yet known"};
  without_secrets.slack.app_token = secret{"xapp-not-yet-known"};
  without_secrets.slack.bot_token = secret{"xoxb-not-yet-known"};
  without_secrets.storage.master_key.bytes = secret{std::string(app::encryption_key::size, '\0')};
  auto settings = load_settings(arguments.config, io, without_secrets);
  if (!settings)
    return exit_config;
  auto manifest = slack::make_manifest({.socket_mode = settings->slack.mode == app::slack_mode::socket,
                                        .public_url = settings->server.public_url.text,
                                        .oauth = !settings->slack.client_id.empty()});
  if (!manifest) {
    io.err << to_string(manifest.error()) << "\n";
    return exit_config;
  }
  io.out << (arguments.yaml ? slack::to_yaml_text(*manifest) : slack::to_json_text(*manifest));
  return exit_done;
}

} // namespace isacbot::cli
