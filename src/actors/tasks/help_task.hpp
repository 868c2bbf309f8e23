/// `/trustar`, `/trustar status`, and everything that is answered from memory and the database alone.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/command_router.hpp"

namespace isacbot::actors {

class help_task final : public command_task {
 public:
  help_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
            domain::command command);

 protected:
  void run(const slack::request& request) override;

 private:
  void show_help(std::string not_understood);
  void show_status(const submission_id& id);
  void cancel(const submission_id& id);
  /// The member's own; another member's is answered like one that does not exist.
  std::optional<domain::receipt> own_submission(const submission_id& id);
  void unregister();

  domain::command command_;
};

} // namespace isacbot::actors
