/// Which task a request of Slack starts, whom it answers, and whether he may use the bot at all.
#pragma once

#include "actors/bot.hpp"
#include "actors/slack_dispatcher.hpp"

#include <memory>
#include <optional>
#include <string>

namespace isacbot::actors {

/// @returns nullopt for requests that nobody waits for
std::optional<reply_target> target_of(const slack::request& request, const std::string& request_id);

bool is_slash_command(const slack::request& request) noexcept;

/// `slack.workspaces` and `slack.channels`.
bool may_use(const bot_settings& settings, const reply_target& target);

/// Spawns the task for a request that has a target.
task_actor make_task(slack_dispatcher& parent, const std::shared_ptr<const bot>& b,
                     const slack::request& request, const reply_target& target);

} // namespace isacbot::actors
