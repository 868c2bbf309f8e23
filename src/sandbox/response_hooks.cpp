#include "sandbox/response_hooks.hpp"

#include "sandbox/handles.hpp"
#include "sandbox/posted_content.hpp"
#include "sandbox/web_api.hpp"

namespace isacbot::sandbox {

namespace {

bool is_true(const json::object& from, std::string_view key) {
  return has(from, key) && (from.at(key) == true || from.at(key) == "true");
}

http::response plain(unsigned status, std::string body) {
  return http::make_response(status, "text/plain; charset=utf-8", std::move(body));
}

} // namespace

std::string post_as_response(context& in, response_hook& hook, const json::object& sent, std::string source) {
  message* original = hook.origin.ts.empty() ? nullptr : find_message(in.state, hook.origin);
  if (is_true(sent, "delete_original")) {
    if (original != nullptr)
      original->is_deleted = true;
    return "ok";
  }
  std::string type = has(sent, "response_type") ? text_at(sent, "response_type") : "ephemeral";
  if (type != "ephemeral" && type != "in_channel")
    return "invalid_payload";
  auto content = read_content(in, sent);
  if (!content)
    return content.error().error;
  if (is_true(sent, "replace_original") && original != nullptr) {
    // A replaced message stays as public or as private as it was.
    original->earlier.push_back(std::exchange(original->content, std::move(*content)));
    return "ok";
  }
  message m;
  m.ref.channel = hook.origin.channel;
  m.thread_ts = has(sent, "thread_ts") ? text_at(sent, "thread_ts") : hook.thread_ts;
  m.author = in.state.settings.bot_user_id;
  if (type == "ephemeral")
    m.visible_to = hook.user;
  m.content = std::move(*content);
  m.source = std::move(source);
  hook.origin.ts = add_message(in, std::move(m)).ref.ts;
  return "ok";
}

std::optional<http::response> answer_response_url(workspace& world, const std::string& path,
                                                  const http::request& request) {
  if (request.method != "POST")
    return plain(405, "POST only");
  return world.change([&](context& in) -> std::optional<http::response> {
    auto parsed = parse_json(request.body);
    const json::object* sent = parsed ? parsed->if_object() : nullptr;
    recorded_call record;
    record.method = "response_url";
    if (sent != nullptr)
      record.arguments = *sent;
    std::optional<planned_fault> fault = take_fault(in.state, record.method);
    std::optional<http::response> response;
    if (!fault || fault->kind == planned_fault::what::drop_after) {
      response_hook* hook = use_response_url(in, path);
      if (hook == nullptr)
        record.outcome = "expired_url";
      else
        record.outcome =
            sent != nullptr ? post_as_response(in, *hook, *sent, "response_url") : "invalid_payload";
      if (record.outcome == "ok")
        response = plain(200, "ok");
      else
        response = plain(hook == nullptr ? 404 : 400, record.outcome);
    }
    if (fault) {
      response = answer_fault(*fault);
      record.outcome = fault->kind == planned_fault::what::error ? fault->error : "planned fault";
      if (response && fault->kind == planned_fault::what::error)
        response = plain(404, fault->error);
    }
    record.status = response ? response->status : 0;
    record_call(in, std::move(record));
    return response;
  });
}

} // namespace isacbot::sandbox
