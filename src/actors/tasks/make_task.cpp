#include "actors/tasks/make_task.hpp"

#include "actors/tasks/accept_task.hpp"
#include "actors/tasks/dialog_tasks.hpp"
#include "actors/tasks/help_task.hpp"
#include "actors/tasks/list_of_message_task.hpp"
#include "actors/tasks/list_preview_task.hpp"
#include "actors/tasks/register_dialog_task.hpp"
#include "actors/tasks/report_preview_task.hpp"
#include "actors/tasks/search_task.hpp"
#include "domain/answers.hpp"
#include "domain/command_router.hpp"
#include "observables/observables.hpp"
#include "protocol/slack/text.hpp"

#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

/// The parts of a target that the kinds of request have.
struct target_reader {
  std::optional<reply_target> operator()(const slack::slash_command& r) const {
    return reply_target{r.who, r.channel, r.response_url, {}};
  }
  std::optional<reply_target> operator()(const slack::block_actions& r) const {
    return reply_target{r.who, r.channel, r.response_url.value_or(secret{}), {}};
  }
  std::optional<reply_target> operator()(const slack::view_submission& r) const {
    return reply_target{r.who, {}, {}, {}}; // the dialog's context tells where it came from
  }
  std::optional<reply_target> operator()(const slack::block_suggestion& r) const {
    return reply_target{r.who, {}, {}, {}};
  }
  std::optional<reply_target> operator()(const slack::shortcut& r) const {
    return reply_target{r.who, {}, {}, {}};
  }
  std::optional<reply_target> operator()(const slack::message_action& r) const {
    return reply_target{r.who, r.channel, r.response_url, {}};
  }
  std::optional<reply_target> operator()(const slack::event_callback& r) const {
    if (const auto* mention = std::get_if<slack::app_mention>(&r.event))
      return reply_target{mention->who, mention->channel, {}, {}};
    if (const auto* direct = std::get_if<slack::direct_message>(&r.event))
      return reply_target{direct->who, {}, {}, {}};
    return std::nullopt;
  }
  template <class Other>
  std::optional<reply_target> operator()(const Other&) const {
    return std::nullopt;
  }
};

/// What a search for a message looks for: the first observable in it that somebody may have meant, else its
/// words.
std::string term_of_message(std::string_view text, const observables::known_names& names) {
  std::string plain = slack::normalise_text(text);
  observables::options options;
  options.tlds = names.tlds;
  options.malware = names.malware;
  for (observables::observable& found : observables::extract(plain, options))
    if (!found.flags.reference && !found.flags.special)
      return std::move(found.value);
  return plain;
}

/// Spawns what a request asks for.
struct task_maker {
  slack_dispatcher& parent;
  const std::shared_ptr<const bot>& b;
  const reply_target& target;

  template <class Task, class... Arguments>
  task_actor make(Arguments&&... arguments) const {
    return parent.spawn<Task>(b, target, std::forward<Arguments>(arguments)...);
  }
  task_actor help() const { return make<help_task>(domain::command{domain::help_command{}}); }

  task_actor operator()(const slack::slash_command& r) const {
    auto command = domain::route_command(r.command, r.text);
    if (std::holds_alternative<domain::search_command>(command))
      return make<search_task>(slack::normalise_search_term(r.text));
    if (std::holds_alternative<domain::register_command>(command))
      return make<open_register_task>(r.trigger_id);
    if (const auto* submit = std::get_if<domain::submit_indicators_command>(&command))
      return make<open_indicators_task>(r.trigger_id, submit->typed);
    if (std::holds_alternative<domain::submit_report_command>(command))
      return make<open_report_task>(r.trigger_id, std::nullopt);
    return make<help_task>(std::move(command));
  }
  task_actor operator()(const slack::block_actions& r) const {
    if (r.actions.front().action_id == answers::action_open_register)
      return make<open_register_task>(r.trigger_id);
    if (r.actions.front().action_id == answers::action_list_of_message)
      return make<list_of_message_task>();
    return make<silent_task>();
  }
  task_actor operator()(const slack::view_submission& r) const {
    if (r.view.callback_id == answers::callback_register)
      return make<register_dialog_task>(caf::actor_cast<slack_dispatcher_actor>(&parent));
    if (r.view.callback_id == answers::callback_submit_indicators)
      return make<list_preview_task>();
    if (r.view.callback_id == answers::callback_submit_report)
      return make<report_preview_task>();
    if (r.view.callback_id == answers::callback_confirm)
      return make<accept_task>();
    return make<silent_task>();
  }
  task_actor operator()(const slack::block_suggestion& r) const {
    return make<enclave_options_task>(r.value);
  }
  task_actor operator()(const slack::shortcut& r) const {
    if (r.callback_id == "open_submit_indicators")
      return make<open_indicators_task>(r.trigger_id, std::string{});
    if (r.callback_id == "open_submit_report")
      return make<open_report_task>(r.trigger_id, std::nullopt);
    return help();
  }
  task_actor operator()(const slack::message_action& r) const {
    if (r.callback_id == "submit_message")
      return make<open_report_task>(r.trigger_id, r);
    if (r.callback_id == "search_message")
      return make<search_task>(term_of_message(r.message_text, b->settings.names));
    return help();
  }
  task_actor operator()(const slack::event_callback& r) const {
    std::string text;
    if (const auto* mention = std::get_if<slack::app_mention>(&r.event))
      text = slack::mention_text(mention->text);
    else if (const auto* direct = std::get_if<slack::direct_message>(&r.event))
      text = slack::normalise_search_term(direct->text);
    if (text.empty() || text == "help")
      return help();
    return make<search_task>(std::move(text));
  }
  template <class Other>
  task_actor operator()(const Other&) const {
    return help();
  }
};

} // namespace

std::optional<reply_target> target_of(const slack::request& request, const std::string& request_id) {
  auto target = std::visit(target_reader{}, request);
  if (target)
    target->request_id = request_id;
  return target;
}

bool is_slash_command(const slack::request& request) noexcept {
  return std::holds_alternative<slack::slash_command>(request);
}

bool may_use(const bot_settings& settings, const reply_target& target) {
  bool workspace = settings.workspaces.empty() || settings.workspaces.contains(target.who.team.value);
  bool channel =
      settings.channels.empty() || target.channel.empty() || settings.channels.contains(target.channel.value);
  return workspace && channel;
}

task_actor make_task(slack_dispatcher& parent, const std::shared_ptr<const bot>& b,
                     const slack::request& request, const reply_target& target) {
  return std::visit(task_maker{parent, b, target}, request);
}

} // namespace isacbot::actors
