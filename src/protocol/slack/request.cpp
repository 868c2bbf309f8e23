#include "protocol/slack/request.hpp"

#include "protocol/form.hpp"
#include "protocol/http/message.hpp"
#include "protocol/json.hpp"

#include <utility>

namespace isacbot::slack {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view json_type = "application/json";

/// The media type without parameters and blanks: "application/json; charset=utf-8" -> "application/json".
std::string_view media_type(std::string_view content_type) noexcept {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
    type.remove_suffix(1);
  while (!type.empty() && (type.front() == ' ' || type.front() == '\t'))
    type.remove_prefix(1);
  return type;
}

template <class T>
result<request> as_request(result<T> parsed) {
  if (!parsed)
    return parsed.error();
  return request(std::move(*parsed));
}

template <class... Handlers>
struct overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
overloaded(Handlers...) -> overloaded<Handlers...>;

std::string trigger_key(const std::string& trigger_id) {
  return "trigger:" + trigger_id;
}

} // namespace

bool is_ssl_check(std::string_view content_type, std::string_view body) {
  if (!http::equal_ignoring_case(media_type(content_type), form_type))
    return false;
  auto fields = form::parse(body);
  return fields && fields->find("ssl_check") == "1";
}

result<request> parse_payload(std::string_view json_text) {
  auto document = json::parse(json_text);
  if (!document)
    return document.error();
  json::fault fault;
  std::string type = json::reader(document->root(), "payload", fault).filled_text("type");
  if (fault)
    return fault.error();
  const boost::json::value& root = document->root();
  if (type == "block_actions")
    return as_request(parse_block_actions(root));
  if (type == "view_submission")
    return as_request(parse_view_submission(root));
  if (type == "view_closed")
    return as_request(parse_view_closed(root));
  if (type == "block_suggestion")
    return as_request(parse_block_suggestion(root));
  if (type == "shortcut")
    return as_request(parse_shortcut(root));
  if (type == "message_action")
    return as_request(parse_message_action(root));
  if (type == "url_verification")
    return as_request(parse_url_verification(root));
  if (type == "event_callback")
    return as_request(parse_event_callback(root));
  if (type == "app_rate_limited")
    return as_request(parse_app_rate_limited(root));
  return request(unknown_payload{std::move(type)});
}

result<request> parse_request(std::string_view content_type, std::string_view body) {
  std::string_view type = media_type(content_type);
  if (http::equal_ignoring_case(type, json_type))
    return parse_payload(body);
  if (!http::equal_ignoring_case(type, form_type))
    return fail(ec::unsupported, "the content type is neither a form nor JSON");
  auto fields = form::parse(body);
  if (!fields)
    return fields.error();
  if (fields->find("ssl_check") == "1")
    return request(ssl_check{});
  if (fields->count("payload") > 1)
    return fail(ec::malformed, "form field payload comes more than once");
  if (auto payload = fields->find("payload"))
    return parse_payload(*payload);
  return as_request(parse_slash_command(*fields));
}

std::string duplicate_key(const request& r) {
  return std::visit(overloaded{
                        [](const ssl_check&) { return std::string(); },
                        [](const slash_command& x) { return trigger_key(x.trigger_id); },
                        [](const block_actions& x) { return trigger_key(x.trigger_id); },
                        [](const view_submission& x) {
                          return "view:" + x.view.id + ":" + x.view.hash + ":" + x.trigger_id;
                        },
                        [](const view_closed& x) { return "closed:" + x.view.id + ":" + x.view.hash; },
                        [](const block_suggestion&) { return std::string(); },
                        [](const shortcut& x) { return trigger_key(x.trigger_id); },
                        [](const message_action& x) { return trigger_key(x.trigger_id); },
                        [](const url_verification&) { return std::string(); },
                        [](const event_callback& x) { return "event:" + x.event_id; },
                        [](const app_rate_limited& x) {
                          return "rate:" + x.team.value + ":" + std::to_string(x.minute_rate_limited);
                        },
                        [](const unknown_payload&) { return std::string(); },
                    },
                    r);
}

std::string_view kind_of(const request& r) noexcept {
  return std::visit(overloaded{
                        [](const ssl_check&) { return std::string_view("ssl_check"); },
                        [](const slash_command&) { return std::string_view("command"); },
                        [](const block_actions&) { return std::string_view("block_actions"); },
                        [](const view_submission&) { return std::string_view("view_submission"); },
                        [](const view_closed&) { return std::string_view("view_closed"); },
                        [](const block_suggestion&) { return std::string_view("block_suggestion"); },
                        [](const shortcut&) { return std::string_view("shortcut"); },
                        [](const message_action&) { return std::string_view("message_action"); },
                        [](const url_verification&) { return std::string_view("url_verification"); },
                        [](const event_callback&) { return std::string_view("event"); },
                        [](const app_rate_limited&) { return std::string_view("app_rate_limited"); },
                        [](const unknown_payload&) { return std::string_view("unknown"); },
                    },
                    r);
}

const member* sender_of(const request& r) noexcept {
  return std::visit(
      [](const auto& x) -> const member* {
        if constexpr (requires { x.who; }) {
          return &x.who;
        } else if constexpr (requires { x.event; }) {
          return std::visit(
              [](const auto& event) -> const member* {
                if constexpr (requires { event.who; })
                  return &event.who;
                else
                  return nullptr;
              },
              x.event);
        } else {
          return nullptr;
        }
      },
      r);
}

} // namespace isacbot::slack
