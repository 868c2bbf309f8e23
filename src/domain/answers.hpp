/// Everything the bot says, as pure functions from values to Slack messages and views. Plain words; values
/// are escaped, defanged and in code style; the only clickable addresses are Station's pages and those of the
/// configuration. Every result is inside Slack's limits.
///
/// Messages without another remark are for the acting member's eyes only.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "domain/limit_standing.hpp"
#include "domain/model.hpp"
#include "domain/search_term.hpp"
#include "domain/submission_progress.hpp"
#include "protocol/slack/file_reference.hpp"
#include "protocol/slack/message.hpp"
#include "protocol/slack/view.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::domain::answers {

// Names that come back from Slack when somebody presses something.
inline constexpr std::string_view action_open_register = "open_register";     ///< button: opens the dialog
inline constexpr std::string_view action_list_of_message = "list_of_message"; ///< button: another dialog
inline constexpr std::string_view callback_register = "register";
inline constexpr std::string_view callback_submit_indicators = "submit_indicators";
inline constexpr std::string_view callback_submit_report = "submit_report";
inline constexpr std::string_view callback_confirm = "confirm_submission";
inline constexpr std::string_view block_api_key = "api_key";
inline constexpr std::string_view block_api_secret = "api_secret";
inline constexpr std::string_view block_indicators = "indicators";
inline constexpr std::string_view block_title = "title";
inline constexpr std::string_view block_body = "body";
inline constexpr std::string_view block_file = "file";
/// Checkboxes, from a message with files only; the values are places in our own list (message_files.hpp).
inline constexpr std::string_view block_message_files = "message_files";
inline constexpr std::string_view block_time_began = "time_began";
inline constexpr std::string_view block_thread = "thread"; ///< checkbox, from a message only, value "yes"
inline constexpr std::string_view block_enclave = "enclave";
inline constexpr std::string_view block_tags = "tags";
inline constexpr std::string_view block_tlp = "tlp";
inline constexpr std::string_view block_source = "source";
inline constexpr std::string_view block_notes = "notes";
inline constexpr std::string_view block_send_special =
    "send_special"; ///< checkbox in the preview, value "yes"
inline constexpr std::string_view block_send_safelisted = "send_safelisted"; ///< the same
inline constexpr std::string_view checked = "yes";

/// Faults of a dialog: block id and what to do, for slack::ack_errors.
using dialog_faults = std::vector<std::pair<std::string, std::string>>;

// ---- Help
// ----------------------------------------------------------------------------------------------------

/// Other members who have registered the same API key.
struct key_sharing {
  std::uint64_t others = 0;
  std::vector<user_id> names{}; ///< filled in only where the operator allows it
};

/// Where a member stands.
struct member_standing {
  bool registered = false;
  std::string key_ending{}; ///< last four characters of the API key, if registered
  key_sharing shared{};
  std::vector<limit_standing> limits{}; ///< in the order they are shown
};

/// @param not_understood what was typed instead of a command; empty when help was asked for
slack::message help(const member_standing& standing, std::string_view not_understood = {});
/// App Home: the same as a tab.
slack::view home(const member_standing& standing);
/// A command that this version does not have yet.
slack::message not_available(std::string_view command);
/// The bot is not allowed in this workspace or channel, or the member is a guest.
slack::message not_allowed_here();
/// Guests are not allowed, and Slack does not tell who is one.
slack::message guests_unknown();

// ---- Registration
// --------------------------------------------------------------------------------------------

/// @param pending_search runs by itself after registration; empty: the command has to be given again
slack::message not_registered(std::string_view pending_search = {});

struct register_dialog_settings {
  std::string credentials_url{}; ///< where key and secret are found; empty: no link
  std::string one_time_page{};   ///< page for entering them outside Slack; empty: not offered
  bool replaces_existing = false;
  std::string private_metadata{}; ///< opaque
};
slack::view register_dialog(const register_dialog_settings& settings);
/// Something was typed after /trustar-register: perhaps a key, which now stays in the Slack history.
slack::message key_typed();

/// Where the error of a registration is shown: wrong credentials at the secret, Station's troubles at the
/// key.
/// @param reference our request id, named with faults of our own
dialog_faults registration_faults(const error& e, std::string_view reference);
/// A dialog was submitted by somebody who is not registered, or not any more.
dialog_faults registration_needed(std::string_view block);
/// Faults that need no call; empty when there are none.
dialog_faults check_registration_input(std::string_view key, std::string_view secret_text);

slack::view registered_view(std::string_view pending_search = {}, const key_sharing& shared = {});
slack::message registered(std::string_view key_ending, std::string_view pending_search = {},
                          const key_sharing& shared = {});
/// @param existed whether there was anything to remove
slack::message registration_removed(bool existed);

/// A dialog without a button, while something is looked up: it is updated when that is done.
/// @param external_id  by which it can be updated before anybody has told us its id; empty: none
slack::view checking_view(std::string_view title, std::string_view external_id = {});
/// What went wrong, as a view: the end of a "Checking…".
slack::view failure_view(std::string_view title, const error& e, std::string_view reference);

/// Faults of a dialog that can be shown beside its inputs no more, because "Checking…" lies over it.
slack::view faults_view(std::string_view title, const dialog_faults& faults);

// ---- Search
// --------------------------------------------------------------------------------------------------

/// An indicator of Station.
struct indicator_hit {
  std::string type{}; ///< wire type: "IP", "URL" (domains too), ...
  std::string value{};
  std::vector<std::string> tags{};
  std::vector<std::string> enclaves{}; ///< names
  std::optional<std::uint64_t> sightings{};
  std::optional<std::uint64_t> correlations{};
  std::optional<sys_time> first_seen{};
  std::optional<sys_time> last_seen{};
  std::optional<int> severity{}; ///< highest of the summaries: 0 benign .. 3 high
  std::string source{};          ///< who gave that severity
};

/// A report found by its title or text.
struct report_hit {
  std::string id{};
  std::string title{};
  std::vector<std::string> enclaves{}; ///< names
  std::optional<sys_time> updated{};
};

struct search_findings {
  search_term term{};
  std::vector<indicator_hit> indicators{};
  std::uint64_t total_indicators = 0; ///< what Station has in all, at least indicators.size()
  std::vector<report_hit> reports{};
  std::uint64_t total_reports = 0;
  std::string station_url{};
  /// What could not be looked up although the rest could: "reports", "severity"; empty: all was.
  std::vector<std::string> missing{};
};

/// Whether a hit is flagged: severity 3, or no severity and at least three correlated reports.
bool is_high_priority(const indicator_hit& hit) noexcept;

/// The term is missing, too short or too long.
slack::message search_usage(const error& fault);
slack::message searching(const search_term& term);
/// High-priority indicators first, then by severity, correlations and sightings; the rest is counted.
slack::message found(const search_findings& findings);

// ---- Submitting
// ----------------------------------------------------------------------------------------------

struct enclave_choice {
  std::string id{};
  std::string name{};
};
/// Options of the enclave menu: names that contain what was typed, without case, at most 100.
std::vector<slack::option> enclave_options(const std::vector<enclave_choice>& enclaves,
                                           std::string_view typed);

struct submit_dialog_settings {
  std::string typed{};                        ///< what the text input begins with
  std::optional<enclave_choice> enclave{};    ///< chosen at first
  bool in_thread = false;                     ///< offer the whole thread of the message
  std::vector<slack::file_reference> files{}; ///< of the message, in the order of offer
  std::string private_metadata{};             ///< opaque
};
slack::view submit_indicators_dialog(const submit_dialog_settings& settings);

struct report_dialog_settings {
  std::string title{};                        ///< what the inputs begin with
  std::string body{};                         ///< may be longer than an input takes: cut there
  bool of_message = false;                    ///< offer to make it a list instead
  bool in_thread = false;                     ///< offer the whole thread of the message
  std::vector<slack::file_reference> files{}; ///< of the message, in the order of offer
  std::string private_metadata{};             ///< opaque
};
slack::view submit_report_dialog(const report_dialog_settings& settings);

/// A message as the dialog's inputs begin with it: its first line as title, as much of it as fits.
struct message_as_report {
  std::string title;
  std::string body;
};
message_as_report report_of_message(std::string_view text);

/// What will happen when the member agrees to a report.
struct report_preview {
  std::string title{};
  std::uint64_t body_characters = 0;
  std::vector<std::string> file_names{}; ///< of the files that are part of the body
  std::size_t parts = 1;                 ///< over Station's limits: it is sent as so many reports
  std::vector<type_count> types{};
  std::vector<indicator_row> first{};   ///< the first few observables
  std::vector<indicator_row> special{}; ///< that Station passes over
  std::uint64_t other = 0;              ///< of types that Station does not know
  std::vector<indicator_row> known{};   ///< known to Station; the first few are shown
  std::uint64_t known_count = 0;
  bool known_checked = true; ///< false: Station could not be asked in time
  std::string enclave_name{};
  std::vector<std::string> tags{};
  std::optional<sys_time> time_began{};
  std::string remark{};   ///< something that did not work and does not matter much; plain words
  std::string draft_id{}; ///< private_metadata
};
slack::view confirm_report_dialog(const report_preview& preview);

/// The dialog is empty.
/// @param files_offered  files of a message could have been ticked
dialog_faults nothing_to_list(bool files_offered);
dialog_faults nothing_to_report(bool files_offered);
/// What to say about a thread of which nothing, or only its beginning, could be read.
std::string thread_not_read(bool partly);
/// Nothing in the text is an indicator.
dialog_faults no_indicators(const counts& c, const std::vector<line_report>& refused);
/// The text is over the limit, or its tags or other fields are.
/// @param block  of the text
dialog_faults submission_faults(const error& e, std::string_view reference,
                                std::string_view block = block_indicators);
/// The enclave is not (or no longer) one that the member may create in.
dialog_faults wrong_enclave();

/// Why a file of a message, or one attached to the dialog, is not read.
enum class file_trouble {
  too_large,    ///< by itself, or all of them together
  elsewhere,    ///< not at one of `slack.files_hosts`
  no_scope,     ///< the app has no right to read files
  out_of_reach, ///< Slack does not show it to the bot
  not_given,    ///< Slack did not answer as it should
};
/// What to do about it, beside the file's input; names the file.
/// @param of_message  else attached to the dialog
/// @param max_bytes  with file_trouble::too_large: how much is taken, of all files together
dialog_faults file_faults(file_trouble why, const slack::file_reference& file, bool of_message,
                          std::uint64_t max_bytes = 0);
/// What is wrong with its content, in words that are there already.
dialog_faults file_faults(std::string_view why, const slack::file_reference& file, bool of_message);

/// The button that makes a list of a message's report, in a dialog that nobody knows any more.
slack::message dialog_too_old();
/// Slack did not change the dialog.
slack::message dialog_not_changed();

/// What will happen when the member agrees.
struct submission_preview {
  domain::counts counts{};         ///< with the overrides as they stand
  std::vector<type_count> types{}; ///< of what will be sent
  std::vector<reason_count> reasons{};
  std::vector<line_report> withheld{};
  std::vector<line_report> refused{};
  std::vector<indicator_row> known{}; ///< known to Station from elsewhere; the first few are shown
  std::uint64_t known_count = 0;
  bool known_checked = true; ///< false: Station could not be asked in time
  std::string enclave_name{};
  std::vector<std::string> tags{};
  std::vector<std::string> file_names{}; ///< of the files that are part of the list
  std::string remark{};               ///< something that did not work and does not matter much; plain words
  std::uint64_t special_withheld = 0; ///< can be sent after all (checkbox send_special)
  std::uint64_t safelisted_withheld = 0; ///< the same (checkbox send_safelisted)
  bool safelist_checked = true;          ///< false: Station could not be asked in time
  std::string draft_id{};                ///< private_metadata
};
slack::view confirm_dialog(const submission_preview& preview);

/// The same list was sent a moment ago. Its submit (callback confirm_submission) sends again.
slack::view same_again_view(const submission_id& previous, sys_time when, std::string_view private_metadata);
/// The draft behind a dialog is gone (24 hours), or was agreed to already.
slack::view draft_gone_view();

/// After acceptance; `station_url` for the link.
slack::message receipt_message(const receipt& r, std::string_view station_url);

struct processed_submission {
  domain::receipt receipt{};
  std::vector<std::string> known_before{}; ///< values that Station had before
  std::vector<line_report> refused_by_station{};
  std::vector<report_hit> correlated{}; ///< reports with the same values
  std::string station_url{};
  /// Reports: what Station found in it, if it could be asked; else what we had found.
  std::optional<std::vector<type_count>> types_at_station{};
  /// Reports: how Station's processing ended; empty message: well.
  bool processing_failed = false;
  bool processing_unknown = false; ///< Station did not say for a whole day
  std::string processing_error{};
};
/// A direct message, when Station has indexed the submission.
slack::message processed(const processed_submission& summary);

/// `/trustar status <id>`
slack::message status(const receipt& r, const submission_progress& progress, std::string_view station_url);
/// `/trustar cancel <id>`: parts of it.
struct cancellation {
  std::uint32_t given_up = 0;
  std::uint32_t under_way = 0; ///< being sent right now
  std::uint32_t doubtful = 0;  ///< of those given up: an earlier attempt may have reached Station
};
slack::message cancelled(const submission& s, const cancellation& what);
slack::message nothing_to_cancel(const submission& s);
/// @param id empty: the member has no submission at all
slack::message status_unknown(const submission_id& id);

// Direct messages about a delivery that does not go as it should.
slack::message delivery_delayed(const submission& s, const part& p);
slack::message delivery_parked(const submission& s, const part& p); ///< Station refuses the credentials
slack::message delivery_failed(const submission& s, const part& p); ///< a dead letter, or held for a person

// ---- Troubles
// ------------------------------------------------------------------------------------------------

/// Any error as an answer: what it means for the member and what to do next.
/// @param reference our request id, for asking the operator
slack::message failure(const error& e, std::string_view reference);
slack::message internal_fault(std::string_view reference);
slack::message took_too_long(std::string_view reference);
/// A limit was reached: the command waits its turn and runs by itself.
slack::message queued(std::chrono::nanoseconds wait);
/// A limit was reached, and its wait is longer than a command may wait.
slack::message limit_reached(std::chrono::nanoseconds wait);
/// The same answer for a direct message, when Slack did not let me answer where the command was given.
slack::message in_private_instead(const slack::message& content);
/// After a restart, for a command that had been accepted but not answered.
slack::message run_again(std::string_view command);

} // namespace isacbot::domain::answers
