#include "cli/run.hpp"

#include "app/config_suggest.hpp"
#include "app/version.hpp"
#include "cli/admin.hpp"
#include "cli/check_config.hpp"
#include "cli/chosen_command.hpp"
#include "cli/demo.hpp"
#include "cli/doctor.hpp"
#include "cli/exit_status.hpp"
#include "cli/extract.hpp"
#include "cli/init.hpp"
#include "cli/load_settings.hpp"
#include "cli/manifest.hpp"
#include "cli/misp.hpp"
#include "cli/restore.hpp"
#include "cli/sandbox.hpp"
#include "cli/serve.hpp"
#include "cli/submit.hpp"
#include "cli/version.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <ostream>

namespace isacbot::cli {

namespace {

void add_serve(CLI::App& app, streams, chosen_command& chosen) {
  auto* command = app.add_subcommand("serve", "run every role that the configuration enables");
  auto arguments = std::make_shared<serve_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  command->callback([=, &chosen] { chosen = [=] { return run_serve(*arguments); }; });
}

void add_demo(CLI::App& app, streams, chosen_command& chosen) {
  auto* command =
      app.add_subcommand("demo", "try everything on this machine: sandbox, Station and the real bot");
  auto arguments = std::make_shared<demo_arguments>();
  command->add_option("--port", arguments->port, "port of the sandbox; 0: any free one")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--data", arguments->data, "directory to keep; without it one that goes with the process")
      ->type_name("DIR");
  command->add_flag("--exit", arguments->exit,
                    "stop after the tour; 0 only if every step did what it should");
  command->callback([=, &chosen] { chosen = [=] { return run_demo(*arguments); }; });
}

void add_check_config(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command = app.add_subcommand("check-config", "check a configuration without contacting anything");
  auto arguments = std::make_shared<check_config_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  command->add_flag("--example", arguments->example, "print an example with every key instead");
  command->callback([=, &chosen] { chosen = [=] { return run_check_config(*arguments, io); }; });
}

void add_extract(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command = app.add_subcommand("extract", "print the observables in files or standard input");
  auto arguments = std::make_shared<extract_arguments>();
  command->add_flag("--jsonl", arguments->jsonl, "read and write one JSON object a line");
  command->add_option("files", arguments->files, "files to read; none: standard input")->type_name("FILE");
  command->callback(
      [=, &chosen] { chosen = [=] { return run_extract(*arguments, io.in, io.out, io.err); }; });
}

void add_manifest(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command = app.add_subcommand("manifest", "print the Slack app manifest for a configuration");
  auto arguments = std::make_shared<manifest_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  auto format = std::make_shared<std::string>("json");
  command->add_option("--format", *format, "json or yaml")
      ->check(CLI::IsMember({"json", "yaml"}))
      ->capture_default_str();
  command->callback([=, &chosen] {
    arguments->yaml = *format == "yaml";
    chosen = [=] { return run_manifest(*arguments, io); };
  });
}

void add_restore(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command =
      app.add_subcommand("restore", "put a backup in the place of the databases; no service runs");
  auto arguments = std::make_shared<restore_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  command->add_flag("--json", arguments->json, "print one JSON object");
  command->add_option("directory", arguments->directory, "directory that `isacbot backup` wrote")
      ->type_name("")
      ->required();
  command->callback([=, &chosen] { chosen = [=] { return run_restore(*arguments, io); }; });
}

void add_init(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command =
      app.add_subcommand("init", "make configuration, master key and Slack manifest to begin with");
  auto arguments = std::make_shared<init_arguments>();
  command->add_option("directory", arguments->directory, "where; nothing there is overwritten")
      ->type_name("")
      ->required();
  command->callback([=, &chosen] { chosen = [=] { return run_init(*arguments, io); }; });
}

void add_doctor(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command =
      app.add_subcommand("doctor", "ask Slack, Station, each MISP, storage and clock; say what to mend");
  auto arguments = std::make_shared<doctor_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  command->add_flag("--json", arguments->json, "print one JSON object");
  command->callback([=, &chosen] { chosen = [=] { return run_doctor(*arguments, io); }; });
}

void add_sandbox(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command = app.add_subcommand("sandbox", "the Slack-compatible workspace alone, for other bots");
  auto arguments = std::make_shared<sandbox_arguments>();
  command->add_option("--port", arguments->port, "port on loopback; 0: any free one")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--signing-secret", arguments->signing_secret, "what requests to the bot are signed with")
      ->type_name("TEXT")
      ->required();
  command->add_option("--bot", arguments->bot_url, "address of the bot, for all kinds of requests")
      ->type_name("URL");
  command->callback([=, &chosen] { chosen = [=] { return run_sandbox(*arguments, io); }; });
}

void add_misp(CLI::App& app, streams io, chosen_command& chosen) {
  auto* misp = app.add_subcommand("misp", "the MISP feed");
  misp->require_subcommand(1);
  auto* command = misp->add_subcommand("pull", "one poll now, in the running service or without one");
  auto arguments = std::make_shared<misp_pull_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  command->add_option("--server", arguments->server, "only the one of this name")->type_name("NAME");
  command->add_flag("--dry-run", arguments->dry_run, "tell what would be done, and do nothing");
  command->add_flag("--json", arguments->json, "print one JSON object");
  command->callback([=, &chosen] { chosen = [=] { return run_misp_pull(*arguments, io); }; });
}

void add_submit(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command =
      app.add_subcommand("submit", "hand in a file: indicators in any format, or a report's text");
  auto arguments = std::make_shared<submit_arguments>();
  arguments->config = default_config;
  add_config_option(*command, arguments->config);
  command->add_option("--enclave", arguments->enclave, "id of the enclave")->type_name("ID")->required();
  command->add_option("--tag", arguments->tags, "may be given several times")
      ->type_name("T")
      ->allow_extra_args(false);
  command->add_flag("--report", arguments->report, "the file is the text of one report");
  command->add_option("--title", arguments->title, "of the report")->type_name("T");
  command->add_flag("--json", arguments->json, "print the receipt as one JSON object");
  command->add_flag("--again", arguments->again, "although the same was handed in minutes ago");
  command->add_flag("--send-special", arguments->send_special, "private and reserved addresses, too");
  command->add_flag("--send-safelisted", arguments->send_safelisted,
                    "values on your company's safelist, too");
  command->add_flag("--wait", arguments->wait, "until everything is delivered");
  command->add_option("file", arguments->file, "FILE, or - for standard input")->type_name("")->required();
  command->callback([=, &chosen] { chosen = [=] { return run_submit(*arguments, io); }; });
}

void add_version(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command = app.add_subcommand("version", "print the version, the build and the libraries");
  command->callback([=, &chosen] { chosen = [=] { return run_version(io); }; });
}

/// In the order of --help.
using command_adder = void (*)(CLI::App&, streams, chosen_command&);
constexpr command_adder commands[] = {
    add_serve,   add_demo,   add_init, add_check_config,   add_doctor,  add_extract, add_manifest,
    add_sandbox, add_submit, add_misp, add_admin_commands, add_restore, add_version,
};

/// The command that the words before the mistake lead to.
CLI::App& deepest(CLI::App& app) {
  auto chosen = app.get_subcommands(); // those that were named
  return chosen.empty() ? app : deepest(*chosen.back());
}

/// What the first word that nobody understood may have been meant to be.
std::string suggest(CLI::App& where, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : where.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  for (const CLI::Option* option : where.get_options())
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
  std::vector<std::string_view> views(names.begin(), names.end());
  auto near = app::nearest(word.substr(0, word.find('=')), views);
  return near ? "; did you mean " + std::string(*near) + "?" : "";
}

int explain(CLI::App& app, const CLI::ParseError& fault, streams io) {
  if (fault.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) // --help, --version
    return app.exit(fault, io.out, io.err);
  CLI::App& where = deepest(app);
  std::string name = where.get_display_name();
  std::string path = &where == &app ? app.get_name() : app.get_name() + " " + name;
  auto strays = where.remaining(true);
  if (strays.empty())
    strays = app.remaining(true);
  io.err << "isacbot: ";
  if (!strays.empty())
    io.err << "\"" << strays.front() << "\" is not known here" << suggest(where, strays.front());
  else
    io.err << fault.what();
  io.err << "\nTry: " << path << " --help\n";
  return exit_usage;
}

} // namespace

int run(int argc, const char* const* argv, streams io) {
  CLI::App app("Threat sharing in Slack: the bot, the MISP feed, the embedded Station and the sandbox.",
               "isacbot");
  app.set_version_flag("--version", "isacbot " + std::string(app::version()));
  app.require_subcommand(1);
  chosen_command chosen;
  for (command_adder add : commands)
    add(app, io, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return explain(app, fault, io);
  }
  int status = chosen();
  io.out.flush();
  if (!io.out && status == exit_done) {
    io.err << "isacbot: the output could not be written\n";
    status = exit_failed;
  }
  return status;
}

} // namespace isacbot::cli
