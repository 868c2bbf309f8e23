/// A slash command into what the member wants. Knows words only: no rights, no registration, no limits.
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "domain/search_term.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace isacbot::domain {

/// `/trustar`, `/trustar help`, and everything that is not understood.
struct help_command {
  std::string
      not_understood; ///< what was typed instead, fit to be shown once escaped; empty: help was asked for

  friend bool operator==(const help_command&, const help_command&) = default;
};

/// `/trustar status [<id>]`
struct status_command {
  submission_id submission; ///< empty: the member's latest

  friend bool operator==(const status_command&, const status_command&) = default;
};

/// `/trustar cancel <id>`: gives up what is not delivered yet.
struct cancel_command {
  submission_id submission;

  friend bool operator==(const cancel_command&, const cancel_command&) = default;
};

/// `/trustar-register`: opens the dialog.
struct register_command {
  friend bool operator==(const register_command&, const register_command&) = default;
};

/// `/trustar-register remove`
struct unregister_command {
  friend bool operator==(const unregister_command&, const unregister_command&) = default;
};

/// `/trustar-register <anything else>`: perhaps a key. What was typed is not kept: it stays in the member's
/// Slack history, so the advice is to make a new one.
struct key_typed_command {
  friend bool operator==(const key_typed_command&, const key_typed_command&) = default;
};

/// `/trustar-search <term>`
struct search_command {
  search_term term;

  friend bool operator==(const search_command&, const search_command&) = default;
};

/// A search that cannot be made: no term, or one too short or too long.
struct bad_search_command {
  error fault;

  friend bool operator==(const bad_search_command&, const bad_search_command&) = default;
};

/// `/trustar-submit-indicators [<list>]`: opens the dialog.
struct submit_indicators_command {
  std::string typed; ///< already typed after the command: the dialog begins with it

  friend bool operator==(const submit_indicators_command&, const submit_indicators_command&) = default;
};

/// `/trustar-submit-report`: opens the dialog.
struct submit_report_command {
  friend bool operator==(const submit_report_command&, const submit_report_command&) = default;
};

using command = std::variant<help_command, status_command, cancel_command, register_command,
                             unregister_command, key_typed_command, search_command, bad_search_command,
                             submit_indicators_command, submit_report_command>;

/// @param name  with the slash, any case: "/trustar-search"
/// @param text  all after the first blank, as Slack sent it
command route_command(std::string_view name, std::string_view text);

} // namespace isacbot::domain
