// What members do in dialogs: enter, choose, submit, close.
#include "sandbox/block_check.hpp"
#include "sandbox/dialogs.hpp"
#include "sandbox/driver.hpp"
#include "sandbox/files.hpp"

namespace isacbot::sandbox {

namespace {

/// The member's own open view.
result<view*> own_view(context& in, const std::string& user, const std::string& view_id) {
  view* shown = find_view(in.state, view_id);
  if (shown == nullptr || shown->user != user)
    return not_possible(user + " has no open view " + view_id);
  return shown;
}

/// Only the dialog on top can be used.
result<view*> top_dialog(context& in, const std::string& user, const std::string& view_id) {
  auto shown = own_view(in, user, view_id);
  if (shown && top_view(in.state, user) != *shown)
    return not_possible("view " + view_id + " is not on top");
  return shown;
}

/// A file input is given ids of the member's own files; payloads carry the files.
result<json::value> chosen_files(workspace_state& state, const view& shown, const json::value& given) {
  json::array files;
  json::array ids = given.is_array()                                   ? given.get_array()
                    : given.is_string() && !given.get_string().empty() ? json::array{given}
                                                                       : json::array();
  for (const json::value& id : ids) {
    auto found = id.is_string() ? state.files.find(std::string(id.get_string())) : state.files.end();
    if (found == state.files.end() || found->second.user != shown.user)
      return not_possible(shown.user + " has no such file");
    found->second.is_handed_over = true;
    files.emplace_back(file_payload(state, found->second));
  }
  return json::value(std::move(files));
}

result<void> enter_values(workspace_state& state, view& shown, const json::object& entries) {
  const json::array& blocks = shown.body["blocks"].get_array();
  for (const auto& entry : entries) {
    auto input = find_input(blocks, entry.key());
    if (!input)
      return not_possible("the dialog has no input " + std::string(entry.key()));
    json::value given = entry.value();
    if (input->type() == "file_input") {
      auto files = chosen_files(state, shown, given);
      if (!files)
        return files.error();
      given = std::move(*files);
    }
    auto value = entered_value(*input->element, given, array_at(shown.loaded, input->block_id));
    if (!value)
      return not_possible(std::string(entry.key()) + ": " + value.error().cause);
    shown.values[input->block_id].as_object()[input->action_id()] = std::move(*value);
  }
  return {};
}

/// All the options of an answer, groups flattened.
json::array offered_options(const json::object& answer) {
  if (const json::array* options = array_at(answer, "options"))
    return *options;
  json::array all;
  for (const json::value& group : answer.at("option_groups").as_array())
    for (const json::value& option : group.as_object().at("options").as_array())
      all.push_back(option);
  return all;
}

std::string settle_options(context& in, const std::string& view_id, const std::string& block_id,
                           const http::response& answer) {
  auto parsed = parse_json(answer.body);
  if (answer.status != 200 || !parsed || !parsed->is_object())
    return "failed: no options came";
  if (auto faults = check_options_answer(parsed->get_object()); !faults.empty())
    return "failed: " + to_string(faults.front());
  if (view* shown = find_view(in.state, view_id))
    shown->loaded[block_id] = offered_options(parsed->get_object());
  return "options";
}

} // namespace

result<void> driver::enter(const std::string& user, const std::string& view_id, const json::object& entries) {
  return world_.change([&](context& in) -> result<void> {
    auto shown = top_dialog(in, user, view_id);
    if (!shown)
      return shown.error();
    return enter_values(in.state, **shown, entries);
  });
}

result<exchange_id> driver::submit(const std::string& user, const std::string& view_id,
                                   const json::object& entries) {
  result<outgoing> what = world_.change([&](context& in) -> result<outgoing> {
    auto shown = top_dialog(in, user, view_id);
    if (!shown)
      return shown.error();
    view& v = **shown;
    if (!has(v.body, "submit"))
      return not_possible("the dialog has no submit button");
    if (auto entered = enter_values(in.state, v, entries); !entered)
      return entered.error();
    for (const placed_element& e : find_elements(v.body["blocks"].get_array())) {
      if (!e.is_input())
        continue;
      std::string complaint =
          complaint_about(e, v.values.at(e.block_id).as_object().at(e.action_id()).as_object());
      if (!complaint.empty())
        return not_possible(e.block_id + ": " + complaint);
    }
    v.errors.clear();
    return prepare_interaction(in, user, view_submission_payload(in, v));
  });
  if (!what)
    return what.error();
  return send(std::move(*what), [view_id](context& in, const http::response& answer) {
    return apply_submission_answer(in, view_id, answer.status, answer.body);
  });
}

result<std::optional<exchange_id>> driver::close(const std::string& user, const std::string& view_id) {
  result<std::optional<outgoing>> what = world_.change([&](context& in) -> result<std::optional<outgoing>> {
    auto shown = top_dialog(in, user, view_id);
    if (!shown)
      return shown.error();
    view closed = **shown;
    bool is_cleared = closed.body["clear_on_close"] == true;
    if (is_cleared)
      close_all_dialogs(in, user);
    else
      close_dialog(in, view_id);
    if (closed.body["notify_on_close"] != true)
      return std::optional<outgoing>();
    return std::optional(prepare_interaction(in, user, view_closed_payload(in, closed, is_cleared)));
  });
  if (!what)
    return what.error();
  if (!*what)
    return std::optional<exchange_id>();
  auto sent = send_action(std::move(**what));
  if (!sent)
    return sent.error();
  return std::optional(*sent);
}

result<exchange_id> driver::press(const std::string& user, const std::string& view_id,
                                  const std::string& action_id, const json::value& value) {
  return send_action(world_.change([&](context& in) -> result<outgoing> {
    auto shown = own_view(in, user, view_id);
    if (!shown)
      return shown.error();
    view& v = **shown;
    auto element = find_element(v.body["blocks"].get_array(), action_id);
    if (!element)
      return not_possible("the view has no element " + action_id);
    std::optional<json::object> chosen;
    if (element->type() != "button") {
      auto entered = entered_value(*element->element, value, array_at(v.loaded, element->block_id));
      if (!entered)
        return entered.error();
      if (holds_value(element->type()))
        v.values[element->block_id].as_object()[element->action_id()] = *entered;
      chosen = std::move(*entered);
    }
    return prepare_interaction(in, user, view_action_payload(in, v, *element, chosen));
  }));
}

result<exchange_id> driver::load_options(const std::string& user, const std::string& view_id,
                                         const std::string& block_id, const std::string& typed) {
  result<outgoing> what = world_.change([&](context& in) -> result<outgoing> {
    auto shown = own_view(in, user, view_id);
    if (!shown)
      return shown.error();
    auto element = find_element((*shown)->body["blocks"].get_array(), block_id);
    if (!element || !element->type().ends_with("external_select"))
      return not_possible("block " + block_id + " has no menu that loads options");
    std::size_t least = 3;
    if (has(*element->element, "min_query_length"))
      least = element->element->at("min_query_length").to_number<std::size_t>();
    if (count_characters(typed) < least)
      return not_possible("the menu wants at least " + std::to_string(least) + " characters");
    return prepare_interaction(in, user, block_suggestion_payload(in, **shown, *element, typed));
  });
  if (!what)
    return what.error();
  return send(std::move(*what), [view_id, block_id](context& in, const http::response& answer) {
    return settle_options(in, view_id, block_id, answer);
  });
}

} // namespace isacbot::sandbox
