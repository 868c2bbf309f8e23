/// A member who hands in lists and reports through the dialogs, patiently: whatever gets no answer is done
/// again, as a person would, until the bot has said "accepted".
#pragma once

#include "actors/messages.hpp"
#include "crash/fake_slack.hpp"
#include "crash/list_bringer.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::test {

/// One list as handed in.
struct handed_list {
  std::string text;
  std::vector<std::string> values; ///< that Station is to hold afterwards, once each
  std::size_t lines = 0;
  std::string title{};                 ///< not empty: it is a report, `text` is its body
  std::string tags{};                  ///< of a report, as typed
  std::size_t parts = 1;               ///< of a report: so many reports at Station, the text over them
  bool staged = false;                 ///< brought item by item instead of through a dialog
  bool send_special = false;           ///< of a staged one: its owner insists
  std::vector<std::string> withheld{}; ///< values that Station is never to hold because of it
  bool accepted = false;               ///< the bot has said so
  std::size_t agreements = 0;          ///< how often its preview was agreed to: each time deserves an answer
};

/// One Slack request on its way, and its acknowledgement.
struct slack_exchange_record {
  bool answered = false;
  bool failed = false;
  http::response ack;
};

class list_member {
 public:
  /// Delivers a request to the bot; the record is filled in later.
  using deliver = std::function<std::shared_ptr<slack_exchange_record>(const slack::request&)>;
  /// Begins to bring a list that is staged.
  using bring = std::function<std::shared_ptr<bringing_record>(const handed_list&, domain::submission)>;

  list_member(std::string user, std::string enclave, std::vector<handed_list> lists, fake_slack& slack,
              deliver to_bot, bring to_outbox)
      : bring_(std::move(to_outbox)),
        user_(std::move(user)),
        enclave_(std::move(enclave)),
        lists_(std::move(lists)),
        slack_(slack),
        deliver_(std::move(to_bot)) {}

  /// Does what can be done now. @returns whether anything was done
  bool act(steady_time now);
  /// When to look again if nothing else happens; nullopt when all lists are accepted.
  [[nodiscard]] std::optional<steady_time> next() const;
  [[nodiscard]] bool is_done() const noexcept { return current_ >= lists_.size(); }
  [[nodiscard]] const std::vector<handed_list>& lists() const noexcept { return lists_; }
  [[nodiscard]] member who() const { return {team_id{"T1"}, user_id{user_}}; }

 private:
  enum class step : std::uint8_t { open, wait_for_dialog, preview, wait_for_preview, agree, bring };

  void request_of(const slack::request& request, steady_time now);
  void again(step what, steady_time when);
  void start_over(steady_time now);
  void next_list(steady_time now);
  bool look_at_bringing(steady_time now);
  slack::request submission_of(const open_dialog& dialog);
  bool read_preview_ack(steady_time now);
  bool read_agreement_ack(steady_time now);
  std::string fresh_trigger() { return user_ + "." + std::to_string(++triggers_); }

  bring bring_;
  std::shared_ptr<bringing_record> bringing_;
  std::string user_;
  std::string enclave_;
  std::vector<handed_list> lists_;
  fake_slack& slack_;
  deliver deliver_;

  std::size_t current_ = 0;
  step step_ = step::open;
  steady_time next_{};
  std::uint64_t triggers_ = 0;
  std::string trigger_;
  open_dialog dialog_;
  open_dialog preview_;
  std::shared_ptr<slack_exchange_record> pending_;
};

} // namespace isacbot::test
