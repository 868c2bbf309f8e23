#include "cli/admin.hpp"

#include "app/admin_door.hpp"
#include "app/version.hpp"
#include "cli/admin_views.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "cli/progress_line.hpp"
#include "core/random.hpp"

#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace isacbot::cli {

namespace {

/// One word of the command line, and the argument it becomes.
struct word_spec {
  const char* word; ///< "--name", or "ID" for a word without a name
  const char* argument;
  const char* meaning;
  bool needed = true;
  std::vector<std::string> choices = {};
  const char* fallback = nullptr;
  result<std::string> (*read)(const std::string& typed) = nullptr; ///< what becomes of it; null: as it is
};

struct admin_command_spec {
  const char* group;
  const char* group_purpose;
  const char* name;
  const char* purpose;
  admin_view view;
  std::vector<word_spec> words = {};
};

constexpr const char* users_purpose = "registered Slack users";
constexpr const char* submissions_purpose = "the queue of submissions and its dead letters";
constexpr const char* station_purpose = "accounts of the embedded Station";
constexpr const char* audit_purpose = "the audit log";

/// "file:/path" as a path.
result<std::string> read_key_place(const std::string& typed) {
  std::string path = typed.starts_with("file:") ? typed.substr(5) : std::string();
  if (path.empty() || path.front() != '/')
    return fail(ec::invalid_argument, "--to takes file: and an absolute path",
                "--to file:/etc/isacbot/new_key");
  return path;
}

/// The service has another working directory.
result<std::string> read_path(const std::string& typed) {
  return std::filesystem::absolute(typed).lexically_normal().string();
}

/// In the order of --help.
std::vector<admin_command_spec> command_specs() {
  const word_spec id{"ID", "id", "id of the submission"};
  const word_spec key{"--key", "key", "API key of the user"};
  const word_spec enclave{"--enclave", "enclave", "id of the enclave"};
  const word_spec company{"--company", "company", "whose library"};
  const word_spec category{"--category", "category", "letters, digits, hyphens; shown as <category>"};
  const word_spec term{"--term", "term", "in any case; * stands for any run of characters but blanks"};
  return {
      {"users", users_purpose, "list", "who is registered; never their secrets", {show_users}},
      {"users",
       users_purpose,
       "remove",
       "delete credentials, drafts and history of a user",
       {show_removed_user},
       {{"--team", "team", "id of the Slack workspace"}, {"--user", "user", "id of the Slack user"}}},
      {"submissions",
       submissions_purpose,
       "list",
       "the newest 1,000 submissions",
       {show_submissions},
       {{"--standing",
         "standing",
         "only those",
         false,
         {"under way", "stuck", "dead", "delivered", "processed"}}}},
      {"submissions", submissions_purpose, "show", "one receipt with its parts", {show_submission}, {id}},
      {"submissions",
       submissions_purpose,
       "retry",
       "send parts again that wait for a person or were given up",
       {show_retried},
       {id}},
      {"submissions", submissions_purpose, "cancel", "give up what is not delivered", {show_cancelled}, {id}},
      {"station",
       station_purpose,
       "add-enclave",
       "make an enclave; prints its id",
       {show_enclave},
       {{"--name", "name", "shown to people"},
        {"--type", "type", "INTERNAL, OPEN or CLOSED", false, {}, "INTERNAL"}}},
      {"station",
       station_purpose,
       "add-user",
       "make a user; prints key and secret, once",
       {show_new_user},
       {{"--name", "name", "shown to people"},
        {"--company", "company", "users of one company share its daily quota", false}}},
      {"station",
       station_purpose,
       "grant",
       "let a user use an enclave; replaces an earlier grant",
       {show_grant},
       {key, enclave, {"--access", "access", "view, submit or full", true, {"view", "submit", "full"}}}},
      {"station", station_purpose, "revoke", "take a grant back", {show_done}, {key, enclave}},
      {"station",
       station_purpose,
       "remove-user",
       "remove a user with all grants; what was submitted stays",
       {show_done},
       {key}},
      {"station", station_purpose, "list", "enclaves, users and grants", {show_station}},
      {"station",
       station_purpose,
       "redaction add",
       "replace a term of a company by its category",
       {show_done},
       {company, category, term}},
      {"station",
       station_purpose,
       "redaction remove",
       "no longer replace a term",
       {show_done},
       {company, category, term}},
      {"station", station_purpose, "redaction list", "a company's terms", {show_redaction}, {company}},
      {"station",
       station_purpose,
       "scores import",
       "take over what sources say about values; 1 if a line was refused",
       {show_import, status_of_import},
       {{"FILE",
         "path",
         "JSON lines, each like an item of a summary; all or nothing is written",
         true,
         {},
         nullptr,
         read_path},
        {"--enclave", "enclave", "id of the enclave of lines that name none", false}}},
      {"key",
       "the master key",
       "rotate",
       "re-encrypt everything under another key, while serving",
       {show_rotated},
       {{"--to",
         "path",
         "file:/path of the new key; made where it is missing",
         true,
         {},
         nullptr,
         read_key_place}}},
      {"backup",
       "copy the databases, while serving",
       "",
       "",
       {show_backup},
       {{"DIR", "directory", "new directory", true, {}, nullptr, read_path}}},
      {"audit",
       audit_purpose,
       "verify",
       "check the chain; 3 if it is not whole",
       {show_audit, status_of_audit}},
  };
}

/// What was typed for one command.
struct admin_words {
  std::string config = default_config;
  bool json = false;
  std::map<std::string, std::string> values; ///< by argument; stable addresses
};

int fail_with(const error& fault, streams io) {
  io.err << "isacbot: " << to_string(fault) << "\n";
  return fault.code == ec::bad_configuration ? exit_config : exit_failed;
}

int run_admin(const admin_command_spec& spec, const admin_words& words, streams io) {
  auto settings = load_settings(words.config, io);
  if (!settings)
    return exit_config;
  app::admin_request request;
  request.command = std::string(spec.group) + (*spec.name != '\0' ? " " : "") + spec.name;
  for (const word_spec& word : spec.words) {
    const std::string& value = words.values.at(word.argument);
    if (value.empty())
      continue;
    auto read = word.read != nullptr ? word.read(value) : result<std::string>{value};
    if (!read) {
      io.err << "isacbot: " << to_string(read.error()) << "\n";
      return exit_usage;
    }
    request.arguments[word.argument] = *read;
  }
  system_clock time;
  system_random random;
  bool terminal = &io.err == &std::cerr && isatty(STDERR_FILENO) == 1;
  progress_line progress(io.err, terminal, time);
  auto answer = app::run_at_the_service_or_here(
      *settings, request, {time, random, std::string(app::version())},
      [&](const app::admin_progress& p) { progress.show(p.what, p.done, p.total); });
  if (!answer)
    return fail_with(answer.error(), io);
  if (!answer->is_object())
    return fail_with(fail(ec::protocol_violation, "the answer is not understood"), io);
  const auto& shown = answer->get_object();
  if (words.json)
    io.out << boost::json::serialize(shown) << "\n";
  else
    spec.view.show(shown, io.out);
  return spec.view.status != nullptr ? spec.view.status(shown) : exit_done;
}

void add_words(CLI::App& command, const admin_command_spec& spec, admin_words& words) {
  add_config_option(command, words.config);
  command.add_flag("--json", words.json, "print one JSON object");
  for (const word_spec& word : spec.words) {
    std::string& value = words.values[word.argument];
    if (word.fallback != nullptr)
      value = word.fallback;
    bool positional = word.word[0] != '-';
    auto* option = command.add_option(positional ? word.argument : word.word, value, word.meaning);
    option->type_name(positional ? "" : "TEXT");
    if (word.needed)
      option->required();
    if (word.fallback != nullptr)
      option->capture_default_str();
    if (!word.choices.empty())
      option->check(CLI::IsMember(std::set<std::string>(word.choices.begin(), word.choices.end())));
  }
}

} // namespace

void add_admin_commands(CLI::App& app, streams io, chosen_command& chosen) {
  std::map<std::string, CLI::App*> groups;
  for (admin_command_spec& made : command_specs()) {
    auto spec = std::make_shared<const admin_command_spec>(std::move(made));
    CLI::App*& group = groups[spec->group];
    if (group == nullptr) {
      group = app.add_subcommand(spec->group, spec->group_purpose);
      if (*spec->name != '\0')
        group->require_subcommand(1);
    }
    CLI::App* parent = group;
    std::string name = spec->name;
    if (std::size_t space = name.find(' '); space != std::string::npos) { // "redaction add"
      CLI::App*& nested = groups[spec->group + (" " + name.substr(0, space))];
      if (nested == nullptr)
        nested = parent->add_subcommand(name.substr(0, space), "its commands")->require_subcommand(1);
      parent = nested;
      name.erase(0, space + 1);
    }
    CLI::App* command = name.empty() ? group : parent->add_subcommand(name, spec->purpose);
    auto words = std::make_shared<admin_words>();
    add_words(*command, *spec, *words);
    command->callback([=, &chosen] { chosen = [=] { return run_admin(*spec, *words, io); }; });
  }
}

} // namespace isacbot::cli
