/// The member of the tour: acts through the sandbox's driver, waits for what the sandbox records, reads what
/// is seen.
#pragma once

#include "sandbox/app.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::app {

/// Blocks; for the tour and for tests. Every wait ends after `patience`.
class tour_member {
 public:
  tour_member(sandbox::app& slack, std::string user, std::string channel,
              milliseconds patience = seconds{40});

  /// Types a command and waits for its acknowledgement.
  result<sandbox::exchange> type(const std::string& command, const std::string& text = {});
  /// Fills in the dialog on top, submits it, and waits for the answer.
  result<sandbox::exchange> submit(const sandbox::json::object& entries);
  /// Opens the enclave menu and chooses the first option.
  result<std::string> choose_enclave();
  /// Closes all dialogs.
  void close_all();

  /// Waits until a message holds `text` that came after the last `read`; direct messages count too.
  bool sees(std::string_view text);
  /// The same for the first of several texts. @returns its index, or nullopt when none came
  std::optional<std::size_t> sees_any(const std::vector<std::string_view>& texts);
  /// Waits until the dialog on top has this callback id, and no other.
  bool has_dialog(std::string_view callback_id);
  /// The dialog on top, as text; empty when there is none.
  std::string dialog() const;
  /// Every message since the last `read`, as text; what has been replaced meanwhile is left out.
  std::vector<std::string> look() const;
  std::vector<std::string> read();
  /// Calls of the bot to the sandbox that failed.
  std::size_t refused_calls() const;

  [[nodiscard]] const std::string& user() const noexcept { return user_; }

 private:
  std::vector<const sandbox::message*> unread(const sandbox::workspace_state& state) const;

  sandbox::app& slack_;
  std::string user_;
  std::string channel_;
  milliseconds patience_;
  std::string read_until_; ///< ts of the last message read
};

} // namespace isacbot::app
