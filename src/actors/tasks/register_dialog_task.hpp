/// The registration dialog was submitted: Station judges the credentials before they are kept.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/dialog_drafts.hpp"

#include <optional>
#include <string>

namespace isacbot::actors {

///     enclaves with a fresh token --> synced write --> "registered" --> the search that waited
///       2 s without a verdict: the dialog says "Checking…" and is updated later
class register_dialog_task final : public command_task {
 public:
  /// @param dispatcher  runs the search that waited
  register_dialog_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                       slack_dispatcher_actor dispatcher);

 protected:
  void run(const slack::request& request) override;

 private:
  void ask_station();
  void on_verdict(const result<http_response_ptr>& response);
  void keep();
  void refuse(const error& e);
  void show(const slack::view& view, slack::message if_closed);
  void run_pending_search(const domain::pending_search& pending);

  slack_dispatcher_actor dispatcher_;
  domain::api_credentials account_;
  std::string view_id_;
  std::optional<domain::pending_search> pending_;
};

} // namespace isacbot::actors
