/// The preview was agreed to: from here on nothing is lost.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/dialog_drafts.hpp"

#include <string>

namespace isacbot::actors {

///     draft --> OUTBOX (synced write) --> close the dialog --> receipt
///       the same content a moment ago --> "same as ...; send again?"
class accept_task final : public command_task {
 public:
  accept_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target);

 protected:
  void run(const slack::request& request) override;

 private:
  void accept();
  void accept_staged();
  void ask_to_override();
  void on_outcome(const acceptance_outcome& outcome);
  void on_failure(const error& cause);
  void accept_report(domain::report_draft draft);
  void hand_over(acceptance what);
  void ask_again(const domain::receipt& previous);
  void already_accepted(const std::string& request_key);

  domain::indicator_draft draft_;
  std::string draft_id_;
  bool can_send_special_ = false; ///< the preview has a box for that
};

} // namespace isacbot::actors
