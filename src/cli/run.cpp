#include "cli/run.hpp"

#include "app/config_suggest.hpp"
#include "app/version.hpp"
#include "cli/check_config.hpp"
#include "cli/exit_status.hpp"
#include "cli/extract.hpp"
#include "cli/load_settings.hpp"
#include "cli/manifest.hpp"
#include "cli/version.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <ostream>

namespace isacbot::cli {

namespace {

/// The command that was given, bound to its arguments.
using chosen_command = std::function<int()>;

void add_config_option(CLI::App& command, std::string& path) {
  command.add_option("--config", path, "configuration file")->type_name("FILE")->capture_default_str();
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

void add_version(CLI::App& app, streams io, chosen_command& chosen) {
  auto* command = app.add_subcommand("version", "print the version, the build and the libraries");
  command->callback([=, &chosen] { chosen = [=] { return run_version(io); }; });
}

/// One line a command, in the order of --help.
using command_adder = void (*)(CLI::App&, streams, chosen_command&);
constexpr command_adder commands[] = {
    add_check_config,
    add_extract,
    add_manifest,
    add_version,
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
  return chosen();
}

} // namespace isacbot::cli
