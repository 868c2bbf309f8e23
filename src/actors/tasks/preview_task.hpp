/// The submission dialog was submitted: what would be sent, what would not, and why. Nothing leaves yet.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/answers.hpp"
#include "domain/dialog_drafts.hpp"
#include "domain/indicator_list.hpp"

#include <string>
#include <vector>

namespace isacbot::actors {

///     read the dialog --> may the member create there? --> which values are known? --> draft --> push the
///     preview
///       2 s without all of that: the pushed view says "Checking…" and becomes the preview by views.update
class preview_task final : public command_task {
 public:
  preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target);

 protected:
  void run(const slack::request& request) override;

 private:
  void refuse(const domain::answers::dialog_faults& faults);
  void check_enclave(const domain::api_credentials& account);
  void check_known(const domain::api_credentials& account);
  void keep_draft();
  void show(const slack::view& view);

  domain::indicator_draft draft_;
  domain::indicator_list list_;
  domain::answers::submission_preview preview_;
  std::string draft_id_;
};

} // namespace isacbot::actors
