/// Plays the members of the workspace, and Slack between them and the app: signs and sends what they do,
/// applies what the app answers, retries events.
#pragma once

#include "ports/http.hpp"
#include "sandbox/payloads.hpp"
#include "sandbox/workspace.hpp"

namespace isacbot::sandbox {

/// Slack gives an app this long to acknowledge.
constexpr milliseconds acknowledge_deadline{3000};

/// Where the app under test listens, whole addresses.
struct bot_addresses {
  std::string commands;
  std::string interactions;
  std::string events;
};

using exchange_id = std::uint64_t;

/// A message a member wrote, and the event it caused, if the app is to hear of it.
struct said {
  message_ref ref;
  std::optional<exchange_id> event;
};

/// What goes with a message.
struct enclosure {
  std::vector<std::string> files{}; ///< ids of the member's own files
  std::string thread_ts{};          ///< of the message that it replies to; empty: none
};

/// Thread-safe. Every action sends its request and returns at once; the outcome is written into the exchange
/// of that id. Anything that Slack's client would not let a member do is ec::invalid_argument, with the
/// client's words.
class driver {
 public:
  /// All outlive the driver; the client calls no completion any more when the driver goes.
  driver(workspace& world, ports::http_client& client, bot_addresses bot);

  result<exchange_id> run_command(const std::string& user, const std::string& channel,
                                  const std::string& command, const std::string& text);

  /// Presses a button, or chooses `value` in another element, of a message.
  result<exchange_id> press(const std::string& user, const message_ref& where, const std::string& action_id,
                            const json::value& value = nullptr);
  /// The same in an open dialog or home tab.
  result<exchange_id> press(const std::string& user, const std::string& view_id, const std::string& action_id,
                            const json::value& value = nullptr);

  /// Enters values without submitting.
  /// @param entries block id -> text, array of texts, or null to empty the input
  result<void> enter(const std::string& user, const std::string& view_id, const json::object& entries);
  /// Enters, checks as the client does (required, lengths), and submits.
  result<exchange_id> submit(const std::string& user, const std::string& view_id,
                             const json::object& entries = {});
  /// @returns no exchange when the view doesn't ask to be told
  result<std::optional<exchange_id>> close(const std::string& user, const std::string& view_id);
  /// Opens the external select of a block and types; afterwards the returned options can be chosen.
  result<exchange_id> load_options(const std::string& user, const std::string& view_id,
                                   const std::string& block_id, const std::string& typed);

  /// Writes a message. The app hears of it if it is mentioned in a channel it is in, or in its direct
  /// conversation.
  result<said> say(const std::string& user, const std::string& channel, const std::string& typed,
                   const enclosure& with = {});
  /// @returns the id of the member's direct conversation with the app
  std::string direct_channel(const std::string& user);
  result<exchange_id> open_home(const std::string& user);
  result<exchange_id> use_shortcut(const std::string& user, const std::string& callback_id);
  result<exchange_id> use_message_shortcut(const std::string& user, const message_ref& where,
                                           const std::string& callback_id);
  /// What Slack does when an events address is saved.
  exchange_id verify_events_address();
  /// Slack's unsigned probe of a command address.
  exchange_id probe_tls();

  /// Sends the event retries that are due: Slack repeats a failed delivery at once, after 1 and after 5
  /// minutes.
  void deliver_due();

  /// Blocks until the exchange has its outcome.
  /// @error ec::timeout, ec::not_found
  result<exchange> wait(exchange_id id, milliseconds timeout) const;

 private:
  /// One request on its way to the app.
  struct outgoing {
    http::request request;
    exchange_id id = 0;
    steady_time sent;
  };
  using settle = std::function<std::string(context&, const http::response&)>;

  /// Records the exchange and signs the request.
  static outgoing prepare(context& in, exchange record, const std::string& address, std::string content_type,
                          std::string body);
  outgoing prepare_interaction(context& in, const std::string& user, json::object payload) const;
  exchange_id send(outgoing what, settle on_success);
  void finish(exchange_id id, steady_time sent, const result<http::response>& answer,
              const settle& on_success);
  exchange_id send_event(json::object payload, unsigned attempt, const std::string& reason);
  result<exchange_id> send_action(result<outgoing> prepared);

  workspace& world_;
  ports::http_client& client_;
  bot_addresses bot_;
};

/// ec::invalid_argument: something Slack's client would not let a member do.
error not_possible(std::string cause);

} // namespace isacbot::sandbox
