/// What every task has: one acknowledgement, one final answer, a deadline, and the steps that most commands
/// share.
#pragma once

#include "actors/bot.hpp"
#include "actors/interfaces.hpp"
#include "domain/answers.hpp"
#include "protocol/slack/acknowledgement.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::actors {

/// One actor per command, dialog or click, from its arrival to its one final answer. A derived task
/// implements `run` and calls the steps below; each step ends in its continuation or in a final answer, never
/// in silence.
///
///     guest? --> run --> acknowledge (3 s) --> steps ... --> answer | finish
///                                               deadline --> answer "took too long"
class command_task : public task_actor::base {
 public:
  using super = task_actor::base;

  command_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target);

  behavior_type make_behavior() final;

 protected:
  /// The first step.
  virtual void run(const slack::request& request) = 0;
  /// What to say when the command's time is over.
  virtual slack::message overdue() const;

  [[nodiscard]] const std::shared_ptr<const bot>& bot_ptr() const noexcept { return bot_; }
  [[nodiscard]] const bot& parts() const noexcept { return *bot_; }
  [[nodiscard]] reply_target& target() noexcept { return target_; }
  [[nodiscard]] const reply_target& target() const noexcept { return target_; }
  [[nodiscard]] bool acknowledged() const noexcept { return !ack_.pending(); }

  /// Answers Slack's request; the first call counts.
  void acknowledge(const slack::acknowledgement& ack);

  /// The final answer, to the member only; then the task ends. Acknowledges first if nobody did.
  void answer(slack::message content);
  /// As answer, with what went wrong.
  void answer_failure(const error& e);
  /// A word in between ("Searching..."); the final answer takes its place.
  void tell(slack::message content);
  /// Ends without a message: the answer was the acknowledgement itself, or a dialog.
  void finish();

  /// The member's credentials; without any, `otherwise` runs.
  void with_credentials(std::function<void(domain::api_credentials)> then, std::function<void()> otherwise);
  /// Takes `calls` from the limits, in portions when they are more than a burst; stands in line as long as
  /// that needs, and says so when it is long. A refusal is the final answer.
  void with_allowance(const domain::api_credentials& account, std::uint64_t calls,
                      std::function<void()> then);
  /// Takes `calls` now or not at all, without a word: for what an answer can do without.
  void try_allowance(const domain::api_credentials& account, std::uint64_t calls,
                     std::function<void(bool)> then);
  /// How many others have registered the same API key; who, where the operator allows it.
  [[nodiscard]] domain::answers::key_sharing sharing(const domain::api_credentials& account) const;
  /// One call to Station.
  void call_station(trustar_call call, std::function<void(result<http_response_ptr>)> then);
  /// The enclaves that the account sees, remembered for a minute.
  void with_enclaves(const domain::api_credentials& account,
                     std::function<void(result<std::vector<trustar::enclave>>)> then);
  /// Calls that `with_enclaves` will make for this account now: 0 or 1.
  [[nodiscard]] std::uint64_t enclave_calls(const domain::api_credentials& account) const;
  /// One call to Slack.
  void call_slack(slack_call call, std::function<void(result<http_response_ptr>)> then);
  /// One write through the STORAGE WRITER.
  void write(storage::write_batch batch, storage::sync s, std::function<void(result<void>)> then);
  /// Runs `then` after a while, unless the task has ended.
  void after(std::chrono::nanoseconds pause, std::function<void()> then);

 private:
  /// Runs for members only, unless guests are allowed. Slack is asked once in a while.
  void admit(const slack_arrival& arrival);
  void turn_away(const slack::request& request, slack::message why);
  void deliver_answer();
  void end();
  [[nodiscard]] acquire_request wish(const domain::api_credentials& account, std::uint64_t calls) const;
  void wait_for_turn(const acquire_answer& place, std::function<void(std::uint64_t)> granted);

  std::shared_ptr<const bot> bot_;
  reply_target target_;
  std::string journal_id_; ///< of the row to erase with the final answer; the request id
  caf::typed_response_promise<http_response_ptr> ack_;
  std::optional<slack::message> answer_;
  bool telling_ = false; ///< a word in between is on its way
  bool told_ = false;
  bool ending_ = false;
  steady_time began_{};
  std::uint64_t ticket_ = 0; ///< the place in the RATE LIMITER's line; 0: none
  std::uint64_t last_wait_ = 0;
  std::map<std::uint64_t, std::function<void()>> waits_;
};

/// Acknowledges and does nothing: clicks on buttons of messages that are older than this version.
class silent_task final : public command_task {
 public:
  using command_task::command_task;

 protected:
  void run(const slack::request&) override { finish(); }
};

} // namespace isacbot::actors
