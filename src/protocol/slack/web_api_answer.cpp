// Answers of the Web API, and what to do about its errors: the other half of web_api.hpp.
#include "protocol/json.hpp"
#include "protocol/slack/answer_reader.hpp"
#include "protocol/slack/utf8.hpp"
#include "protocol/slack/web_api.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace isacbot::slack {

namespace {

constexpr milliseconds default_wait = seconds{30};
constexpr milliseconds longest_wait = std::chrono::hours{1};

struct error_row {
  std::string_view code;
  next_step next;
};

constexpr std::array error_table = {
    error_row{"not_in_channel", next_step::use_direct_message},
    error_row{"channel_not_found", next_step::use_direct_message},
    error_row{"user_not_in_channel", next_step::use_direct_message},
    error_row{"is_archived", next_step::use_direct_message},
    error_row{"ekm_access_denied", next_step::use_direct_message},
    error_row{"messages_tab_disabled", next_step::use_direct_message},
    error_row{"posting_to_channel_denied", next_step::use_direct_message},
    error_row{"expired_trigger_id", next_step::run_again},
    error_row{"invalid_trigger_id", next_step::run_again},
    error_row{"exchanged_trigger_id", next_step::run_again},
    error_row{"ratelimited", next_step::wait},
    error_row{"rate_limited", next_step::wait},
    error_row{"invalid_auth", next_step::fix_configuration},
    error_row{"not_authed", next_step::fix_configuration},
    error_row{"not_allowed_token_type", next_step::fix_configuration},
    error_row{"token_revoked", next_step::forget_installation},
    error_row{"account_inactive", next_step::forget_installation},
    error_row{"user_removed_from_team", next_step::forget_installation},
    error_row{"team_disabled", next_step::forget_installation},
    error_row{"token_expired", next_step::refresh_token},
    error_row{"missing_scope", next_step::reinstall},
    error_row{"msg_too_long", next_step::shorten},
    error_row{"msg_blocks_too_long", next_step::shorten},
    error_row{"view_too_large", next_step::shorten},
    error_row{"attachment_payload_limit_exceeded", next_step::shorten},
    error_row{"invalid_blocks", next_step::send_plain_text},
    error_row{"invalid_blocks_format", next_step::send_plain_text},
    error_row{"invalid_arguments", next_step::send_plain_text},
    error_row{"no_text", next_step::send_plain_text},
    error_row{"markdown_text_conflict", next_step::send_plain_text},
    error_row{"invalid_attachments", next_step::send_plain_text},
    error_row{"team_added_to_org", next_step::retry},
    error_row{"org_login_required", next_step::retry},
    error_row{"fatal_error", next_step::retry},
    error_row{"internal_error", next_step::retry},
    error_row{"service_unavailable", next_step::retry},
    error_row{"request_timeout", next_step::retry},
};

ec kind_of(next_step next) noexcept {
  switch (next) {
  case next_step::retry:
    return ec::upstream_failed;
  case next_step::wait:
    return ec::rate_limited;
  case next_step::use_direct_message:
    return ec::forbidden;
  case next_step::run_again:
    return ec::stale_request;
  case next_step::fix_configuration:
  case next_step::forget_installation:
    return ec::unauthorized;
  case next_step::refresh_token:
    return ec::token_expired;
  case next_step::reinstall:
    return ec::forbidden;
  case next_step::shorten:
    return ec::too_large;
  case next_step::send_plain_text:
  case next_step::give_up:
    return ec::upstream_rejected;
  }
  return ec::internal;
}

/// The first of Slack's remarks: "[ERROR] must be ... [json-pointer:/view/blocks/0]".
std::string first_message(const json::reader& body) {
  auto metadata = body.optional_object("response_metadata");
  if (!metadata)
    return {};
  auto messages = metadata->optional_texts("messages");
  return messages.empty() ? std::string() : cut_text(messages.front(), 300);
}

} // namespace

api_fault make_fault(const http::response& r, std::string code, next_step next) {
  api_fault fault;
  fault.code = cut_text(code, 80);
  fault.kind = kind_of(next);
  fault.next = next;
  if (next == next_step::wait)
    fault.retry_after = parse_retry_after(r);
  if (auto id = r.headers.find("X-Slack-Req-Id"))
    fault.request_id = cut_text(*id, 80);
  return fault;
}

api_fault parse_refusal(const http::response& r, const json::reader& body) {
  std::string code = body.text_or("error", "unreadable_answer");
  std::string detail = first_message(body);
  next_step next = step_after(code);
  // A trigger that came too late is also reported as a wrong argument.
  if (code == "invalid_arguments" && detail.find("trigger_id") != std::string::npos)
    next = next_step::run_again;
  api_fault fault = make_fault(r, std::move(code), next);
  fault.detail =
      next == next_step::reinstall ? "needs the scope " + cut_text(body.text_or("needed"), 200) : detail;
  return fault;
}

milliseconds parse_retry_after(const http::response& r) noexcept {
  auto header = r.headers.find("Retry-After");
  unsigned count = 0;
  if (!header || header->empty())
    return default_wait;
  auto [end, status] = std::from_chars(header->data(), header->data() + header->size(), count);
  if (status != std::errc{} || end != header->data() + header->size())
    return default_wait;
  return std::min<milliseconds>(seconds{count}, longest_wait);
}

next_step step_after(std::string_view code) noexcept {
  if (code.starts_with("restricted_action"))
    return next_step::use_direct_message;
  const auto* row = std::find_if(error_table.begin(), error_table.end(),
                                 [&](const error_row& r) { return r.code == code; });
  return row == error_table.end() ? next_step::give_up : row->next;
}

error api_fault::to_error() const {
  std::string cause = "Slack answered " + code;
  if (!detail.empty())
    cause += ": " + detail;
  if (!request_id.empty())
    cause += " (request " + request_id + ")";
  error e = fail(kind, std::move(cause));
  e.retry_after = retry_after;
  return e;
}

void throw_exception_from_error(const api_fault& fault, const boost::source_location&) {
  throw bad_result_access(fault.to_error());
}

api_result<auth_test_answer> parse_auth_test(const http::response& r) {
  return parse_answer<auth_test_answer>(r, [](const json::reader& body) {
    auth_test_answer answer;
    answer.team = team_id{body.text_or("team_id")};
    answer.enterprise = team_id{body.text_or("enterprise_id")};
    answer.user = user_id{body.filled_text("user_id")};
    answer.bot_id = body.text_or("bot_id");
    answer.team_name = body.text_or("team");
    answer.url = body.text_or("url");
    answer.is_enterprise_install = body.flag_or("is_enterprise_install", false);
    if (answer.team.empty() && answer.enterprise.empty())
      body.refuse("team_id", "neither workspace nor organisation is given");
    return answer;
  });
}

api_result<view_answer> parse_view_answer(const http::response& r) {
  return parse_answer<view_answer>(r, [](const json::reader& body) {
    auto view = body.object("view");
    return view_answer{view.filled_text("id"), view.text_or("hash"), view.text_or("root_view_id")};
  });
}

api_result<post_answer> parse_post_answer(const http::response& r) {
  return parse_answer<post_answer>(r, [](const json::reader& body) {
    return post_answer{channel_id{body.filled_text("channel")}, body.filled_text("ts")};
  });
}

api_result<std::string> parse_post_ephemeral(const http::response& r) {
  return parse_answer<std::string>(r,
                                   [](const json::reader& body) { return body.filled_text("message_ts"); });
}

api_result<channel_id> parse_conversations_open(const http::response& r) {
  return parse_answer<channel_id>(
      r, [](const json::reader& body) { return channel_id{body.object("channel").filled_text("id")}; });
}

api_result<user_answer> parse_users_info(const http::response& r) {
  return parse_answer<user_answer>(r, [](const json::reader& body) {
    auto user = body.object("user");
    user_answer answer;
    answer.user = user_id{user.filled_text("id")};
    answer.team = team_id{user.text_or("team_id")};
    answer.name = user.text_or("real_name", user.text_or("name"));
    answer.time_zone = user.text_or("tz");
    answer.is_bot = user.flag_or("is_bot", false);
    answer.is_deleted = user.flag_or("deleted", false);
    answer.is_guest = user.flag_or("is_restricted", false) || user.flag_or("is_ultra_restricted", false) ||
                      user.flag_or("is_stranger", false);
    return answer;
  });
}

} // namespace isacbot::slack
