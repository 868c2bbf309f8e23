/// The Web API calls that the bot makes, ready for the SLACK MESSENGER.
#pragma once

#include "actors/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace isacbot::actors {

slack_call open_view(std::string trigger_id, slack::view view);
slack_call update_view(std::string view_id, slack::view view);
/// Makes the view `hash` another one. That it is not there any more, or has been changed already (the button
/// was pressed twice), is no failure: there is nothing left to do.
slack_call change_view(std::string view_id, std::string hash, slack::view view);
/// For a view whose id nobody has told us: one that was pushed by an acknowledgement.
slack_call update_view_by_external_id(std::string external_id, slack::view view);
slack_call post_ephemeral(channel_id channel, user_id user, std::shared_ptr<const slack::message> content);
slack_call open_direct_message(user_id user);
slack_call post_message(channel_id channel, std::shared_ptr<const slack::message> content);
slack_call look_up_user(user_id user);
slack_call get_permalink(channel_id channel, std::string ts);
slack_call get_thread(channel_id channel, std::string ts, std::size_t limit, std::string cursor);
slack_call get_file_info(std::string file_id);
/// The bytes of a file whose address has been checked (slack::check_file_url); the answer's body is the file.
slack_call fetch_file(secret url, std::string mimetype);
/// A piece of it; slack::read_file_range tells which came.
slack_call fetch_file_range(secret url, std::string mimetype, std::uint64_t offset, std::uint64_t size);

} // namespace isacbot::actors
