/// Tasks that open a dialog, and the one that fills its menu.
#pragma once

#include "actors/tasks/command_task.hpp"
#include "domain/answers.hpp"

#include <string>
#include <vector>

namespace isacbot::actors {

/// `/trustar-register`, or the button "Register".
class open_register_task final : public command_task {
 public:
  open_register_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                     std::string trigger_id);

 protected:
  void run(const slack::request& request) override;

 private:
  std::string trigger_id_;
};

/// `/trustar-submit-indicators`. Where the answer goes is kept on our side, sealed; Slack gets an opaque id.
class open_indicators_task final : public command_task {
 public:
  /// @param typed  what the list begins with
  open_indicators_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                       std::string trigger_id, std::string typed);

 protected:
  void run(const slack::request& request) override;

 private:
  std::string trigger_id_;
  std::string typed_;
};

/// `/trustar-submit-report`, the global shortcut, or the shortcut on a message.
class open_report_task final : public command_task {
 public:
  /// @param message  what the report begins with; nullopt: nothing
  open_report_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                   std::string trigger_id, std::optional<slack::message_action> message);

 protected:
  void run(const slack::request& request) override;

 private:
  std::string trigger_id_;
  std::optional<slack::message_action> message_;
};

/// The enclave menu asks for its options: those in which the member may create.
class enclave_options_task final : public command_task {
 public:
  enclave_options_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                       std::string typed);

 protected:
  void run(const slack::request& request) override;

 private:
  std::string typed_;
};

/// The enclaves of a list that the member may create in, as choices of a menu.
std::vector<domain::answers::enclave_choice> creatable(const std::vector<trustar::enclave>& enclaves);

} // namespace isacbot::actors
