/// The operator's commands that need a database: words in, a request to app/admin_commands.hpp, words out.
/// They work beside a running service and without one.
#pragma once

#include "cli/chosen_command.hpp"
#include "cli/streams.hpp"
#include "core/error.hpp"

#include <boost/json/object.hpp>

namespace isacbot::cli {

/// `users`, `submissions`, `station`, `key`, `audit`, `backup`.
void add_admin_commands(CLI::App& app, streams io, chosen_command& chosen);

/// How a command shows its answer.
struct admin_view {
  void (*show)(const boost::json::object& answer, std::ostream& out);
  /// Null: 0 for every answer.
  int (*status)(const boost::json::object& answer) = nullptr;
};

} // namespace isacbot::cli
