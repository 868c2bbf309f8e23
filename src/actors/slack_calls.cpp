#include "actors/slack_calls.hpp"

#include "protocol/slack/content.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

/// Keeps what a `parse_...` function says about failure and drops the value.
template <class Parse>
auto judge_by(Parse parse) {
  return [parse](const http::response& r) -> std::optional<slack::api_fault> {
    auto answer = parse(r);
    if (answer)
      return std::nullopt;
    return answer.error();
  };
}

} // namespace

slack_call open_view(std::string trigger_id, slack::view view) {
  // Not repeatable: a trigger is good for one view, so a repeat after a lost answer can only fail.
  return {"views.open",
          [trigger = std::move(trigger_id), v = std::move(view)](const slack::api_access& access) {
            return slack::views_open(access, trigger, v);
          },
          judge_by(slack::parse_view_answer), false};
}

slack_call update_view(std::string view_id, slack::view view) {
  return {"views.update",
          [id = std::move(view_id), v = std::move(view)](const slack::api_access& access) {
            return slack::views_update(access, id, v);
          },
          judge_by(slack::parse_view_answer), true};
}

slack_call change_view(std::string view_id, std::string hash, slack::view view) {
  return {"views.update",
          [id = std::move(view_id), hash = std::move(hash), v = std::move(view)](
              const slack::api_access& access) { return slack::views_update(access, id, v, hash); },
          [](const http::response& r) -> std::optional<slack::api_fault> {
            auto answer = slack::parse_view_answer(r);
            if (answer || answer.error().code == "hash_conflict" || answer.error().code == "not_found")
              return std::nullopt;
            return answer.error();
          },
          true};
}

slack_call update_view_by_external_id(std::string external_id, slack::view view) {
  return {"views.update",
          [id = std::move(external_id), v = std::move(view)](const slack::api_access& access) {
            return slack::views_update_external(access, id, v);
          },
          judge_by(slack::parse_view_answer), true};
}

slack_call post_ephemeral(channel_id channel, user_id user, std::shared_ptr<const slack::message> content) {
  return {"chat.postEphemeral",
          [channel = std::move(channel), user = std::move(user),
           m = std::move(content)](const slack::api_access& access) {
            return slack::chat_post_ephemeral(access, channel, user, *m);
          },
          judge_by(slack::parse_post_ephemeral), false};
}

slack_call open_direct_message(user_id user) {
  return {"conversations.open",
          [user = std::move(user)](const slack::api_access& access) {
            return slack::conversations_open(access, user);
          },
          judge_by(slack::parse_conversations_open), true};
}

slack_call post_message(channel_id channel, std::shared_ptr<const slack::message> content) {
  return {"chat.postMessage",
          [channel = std::move(channel), m = std::move(content)](const slack::api_access& access) {
            return slack::chat_post_message(access, channel, *m);
          },
          judge_by(slack::parse_post_answer), false};
}

slack_call look_up_user(user_id user) {
  return {
      "users.info",
      [user = std::move(user)](const slack::api_access& access) { return slack::users_info(access, user); },
      judge_by(slack::parse_users_info), true};
}

slack_call get_permalink(channel_id channel, std::string ts) {
  return {"chat.getPermalink",
          [channel = std::move(channel), ts = std::move(ts)](const slack::api_access& access) {
            return slack::chat_get_permalink(access, channel, ts);
          },
          judge_by(slack::parse_permalink), true};
}

slack_call get_thread(channel_id channel, std::string ts, std::size_t limit, std::string cursor) {
  return {"conversations.replies",
          [channel = std::move(channel), ts = std::move(ts), limit,
           cursor = std::move(cursor)](const slack::api_access& access) {
            return slack::conversations_replies(access, channel, ts, limit, cursor);
          },
          judge_by(slack::parse_thread), true};
}

slack_call get_file_info(std::string file_id) {
  return {
      "files.info",
      [id = std::move(file_id)](const slack::api_access& access) { return slack::files_info(access, id); },
      judge_by(slack::parse_files_info), true};
}

slack_call fetch_file(secret url, std::string mimetype) {
  return {
      "file_download",
      [url = std::move(url)](const slack::api_access& access) { return slack::download_file(access, url); },
      judge_by([type = std::move(mimetype)](const http::response& r) {
        return slack::judge_file_answer(r, type);
      }),
      true};
}

slack_call fetch_file_range(secret url, std::string mimetype, std::uint64_t offset, std::uint64_t size) {
  auto call = fetch_file(url, std::move(mimetype));
  call.make = [url = std::move(url), offset, size](const slack::api_access& access) {
    return slack::download_file_range(access, url, offset, size);
  };
  return call;
}

} // namespace isacbot::actors
