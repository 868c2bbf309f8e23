/// The SLACK DISPATCHER: drops repeats, writes what was accepted into the journal, and starts a task for each
/// request.
#pragma once

#include "actors/bot.hpp"
#include "actors/interfaces.hpp"

#include <map>
#include <memory>
#include <vector>

namespace isacbot::actors {

/// Switches that break a promise on purpose, so that the test of that promise can show that it is able to
/// fail.
struct dispatcher_sabotage {
  bool forget_duplicates = false; ///< every repeated delivery is taken for a new one
};

struct slack_dispatcher_state {
  /// Whom to answer when a task dies.
  std::map<caf::actor_addr, reply_target> tasks;
  bool draining = false;
  std::vector<caf::typed_response_promise<atom::done>> drained;
  static inline const char* name = "slack_dispatcher";
};

class slack_dispatcher : public slack_dispatcher_actor::stateful_base<slack_dispatcher_state> {
 public:
  using super = slack_dispatcher_actor::stateful_base<slack_dispatcher_state>;

  slack_dispatcher(caf::actor_config& cfg, std::shared_ptr<const bot> b, dispatcher_sabotage sabotage = {});

  behavior_type make_behavior() override;

 private:
  caf::result<http_response_ptr> accept(slack_arrival arrival);
  /// Starts the task; its acknowledgement goes to `promise`.
  void start(slack_arrival arrival, reply_target target,
             caf::typed_response_promise<http_response_ptr> promise);
  void start_search(waiting_search search);
  void watch(const task_actor& task, reply_target target);
  void on_task_down(const caf::down_msg& down);
  /// Tells the members whose commands a restart or a failure has cut off, and brings receipts that are still
  /// owed: of entries accepted up to `until` that no task is working on.
  void answer_journal(sys_time until);
  [[nodiscard]] slack::message late_answer(const storage::journal_entry& entry) const;

  std::shared_ptr<const bot> bot_;
  dispatcher_sabotage sabotage_;
};

} // namespace isacbot::actors
