#include "sandbox/dialogs.hpp"

#include "sandbox/block_check.hpp"
#include "sandbox/elements.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

std::string make_hash(context& in) {
  return std::to_string(to_epoch_ms(in.now) / 1000) + "." + random_hex(in.random, 4);
}

json::value member_or(const json::object& from, std::string_view key, json::value otherwise) {
  return has(from, key) ? from.at(key) : otherwise;
}

/// The view as every answer and payload shows it.
json::object complete_body(context& in, const json::object& sent) {
  json::array blocks = sent.at("blocks").get_array();
  assign_missing_ids(blocks, in.random);
  const workspace_settings& s = in.state.settings;
  return {{"team_id", s.team_id},
          {"type", sent.at("type")},
          {"blocks", std::move(blocks)},
          {"private_metadata", member_or(sent, "private_metadata", "")},
          {"callback_id", member_or(sent, "callback_id", "")},
          {"state", {{"values", json::object()}}},
          {"hash", make_hash(in)},
          {"title", member_or(sent, "title", nullptr)},
          {"clear_on_close", member_or(sent, "clear_on_close", false)},
          {"notify_on_close", member_or(sent, "notify_on_close", false)},
          {"close", member_or(sent, "close", nullptr)},
          {"submit", member_or(sent, "submit", nullptr)},
          {"app_id", s.app_id},
          {"external_id", member_or(sent, "external_id", "")},
          {"app_installed_team_id", s.team_id},
          {"bot_id", s.bot_id}};
}

view& show(context& in, const std::string& user, const json::object& sent, json::value root,
           json::value previous) {
  constexpr std::size_t most_views = 10'000;
  if (in.state.views.size() >= most_views) // a load test opens many; closed ones are of no use
    std::erase_if(in.state.views, [](const auto& entry) { return !entry.second.is_open; });
  view v;
  v.id = make_id(in, "V");
  v.user = user;
  v.body = complete_body(in, sent);
  v.body["id"] = v.id;
  v.body["root_view_id"] = root.is_null() ? json::value(v.id) : root;
  v.body["previous_view_id"] = previous;
  v.values = carry_values({}, v.body["blocks"].get_array());
  return in.state.views[v.id] = std::move(v);
}

std::string show_trouble(view& shown, std::string reason) {
  shown.notice = "We had some trouble connecting. Try again?";
  return "failed: " + std::move(reason);
}

std::string show_errors(view& shown, const json::object& answer) {
  const json::object* errors = object_at(answer, "errors");
  if (errors == nullptr || errors->empty())
    return show_trouble(shown, "response_action errors names no block");
  for (const auto& entry : *errors) {
    if (!entry.value().is_string())
      return show_trouble(shown, "the error of block " + std::string(entry.key()) + " is no text");
    if (!find_input(shown.body["blocks"].get_array(), entry.key()))
      return show_trouble(shown, "response_action errors names a block that is no input: " +
                                     std::string(entry.key()));
  }
  shown.errors = *errors;
  return "errors";
}

} // namespace

void throw_exception_from_error(const refusal& r, const boost::source_location&) {
  throw bad_result_access(fail(ec::internal, r.error));
}

std::optional<refusal> refuse_view(const workspace_state& state, const json::value& sent,
                                   std::string_view type, const std::string& own_view_id) {
  const json::object* object = sent.if_object();
  if (object == nullptr)
    return refusal{"invalid_arguments", {"[ERROR] must provide an object [json-pointer:/view]"}};
  if (json::serialize(*object).size() > max_view_bytes)
    return refusal{"view_too_large", {}};
  std::vector<std::string> messages;
  for (const block_fault& fault : check_view(*object))
    messages.push_back(to_string(fault));
  if (messages.empty() && text_at(*object, "type") != type)
    messages.push_back("[ERROR] must be a view of type " + std::string(type) + " [json-pointer:/view/type]");
  if (!messages.empty())
    return refusal{"invalid_arguments", std::move(messages)};
  if (std::string external_id = text_at(*object, "external_id"); !external_id.empty())
    for (const auto& [id, v] : state.views)
      if (v.is_open && id != own_view_id && text_at(v.body, "external_id") == external_id)
        return refusal{"duplicate_external_id", {}};
  return std::nullopt;
}

view& open_dialog(context& in, const std::string& user, const json::object& sent) {
  close_all_dialogs(in, user);
  view& shown = show(in, user, sent, nullptr, nullptr);
  in.state.stacks[user] = {shown.id};
  return shown;
}

view& push_dialog(context& in, const std::string& user, const json::object& sent) {
  std::vector<std::string>& stack = in.state.stacks[user];
  json::value root = stack.empty() ? json::value(nullptr) : json::value(stack.front());
  json::value previous = stack.empty() ? json::value(nullptr) : json::value(stack.back());
  view& shown = show(in, user, sent, std::move(root), std::move(previous));
  stack.push_back(shown.id);
  return shown;
}

void update_view(context& in, view& shown, const json::object& sent) {
  json::object body = complete_body(in, sent);
  for (std::string_view kept : {"id", "root_view_id", "previous_view_id"})
    body[kept] = shown.body.at(kept);
  shown.body = std::move(body);
  shown.values = carry_values(shown.values, shown.body["blocks"].get_array());
  shown.errors.clear();
  shown.notice.clear();
}

view& publish_home(context& in, const std::string& user, const json::object& sent) {
  auto existing = in.state.homes.find(user);
  if (existing != in.state.homes.end()) {
    view& shown = in.state.views.at(existing->second);
    update_view(in, shown, sent);
    return shown;
  }
  view& shown = show(in, user, sent, nullptr, nullptr);
  in.state.homes[user] = shown.id;
  return shown;
}

void close_dialog(context& in, const std::string& view_id) {
  view* shown = find_view(in.state, view_id);
  if (shown == nullptr)
    return;
  std::vector<std::string>& stack = in.state.stacks[shown->user];
  auto from = std::find(stack.begin(), stack.end(), view_id);
  for (auto it = from; it != stack.end(); ++it)
    in.state.views.at(*it).is_open = false;
  stack.erase(from, stack.end());
}

void close_all_dialogs(context& in, const std::string& user) {
  std::vector<std::string>& stack = in.state.stacks[user];
  for (const std::string& id : stack)
    in.state.views.at(id).is_open = false;
  stack.clear();
}

std::string apply_submission_answer(context& in, const std::string& view_id, unsigned status,
                                    std::string_view body) {
  view* shown = find_view(in.state, view_id);
  if (shown == nullptr)
    return "failed: the view was closed meanwhile";
  shown->errors.clear();
  shown->notice.clear();
  if (status != 200)
    return show_trouble(*shown, "HTTP status " + std::to_string(status));
  if (body.empty()) {
    close_dialog(in, view_id);
    return "closed";
  }
  auto parsed = parse_json(body);
  const json::object* answer = parsed ? parsed->if_object() : nullptr;
  if (answer == nullptr)
    return show_trouble(*shown, "the answer is no JSON object");
  std::string action = text_at(*answer, "response_action");
  if (action.empty() && answer->empty()) {
    close_dialog(in, view_id);
    return "closed";
  }
  if (action == "errors")
    return show_errors(*shown, *answer);
  if (action == "clear") {
    close_all_dialogs(in, shown->user);
    return "cleared";
  }
  if (action != "update" && action != "push")
    return show_trouble(*shown, "unknown response_action: " + action);
  const json::value* next = answer->if_contains("view");
  auto refused = refuse_view(in.state, next != nullptr ? *next : json::value(), "modal",
                             action == "update" ? view_id : std::string());
  if (refused)
    return show_trouble(*shown,
                        refused->error + (refused->messages.empty() ? "" : " " + refused->messages.front()));
  if (action == "update") {
    update_view(in, *shown, next->get_object());
    return "updated";
  }
  if (in.state.stacks[shown->user].size() >= most_stacked_views)
    return show_trouble(*shown, "push_limit_reached");
  push_dialog(in, shown->user, next->get_object());
  return "pushed";
}

} // namespace isacbot::sandbox
