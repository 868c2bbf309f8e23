/// The button "Submit as a list of indicators" in the dialog for a message's report.
#pragma once

#include "actors/tasks/command_task.hpp"

namespace isacbot::actors {

/// Makes the dialog for reports the one for lists. What was typed and chosen stays: the text becomes the
/// list, and Slack keeps what is in inputs that both dialogs have. Where it came from, and the message's
/// files, are known on our side.
class list_of_message_task final : public command_task {
 public:
  using command_task::command_task;

 protected:
  void run(const slack::request& request) override;
};

} // namespace isacbot::actors
