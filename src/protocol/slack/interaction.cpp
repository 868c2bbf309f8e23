#include "protocol/slack/interaction.hpp"

#include "protocol/slack/payload_identity.hpp"

#include <cstdint>
#include <cstdlib>
#include <utility>

namespace isacbot::slack {

namespace {

constexpr std::size_t max_actions = 100;
constexpr std::size_t max_inputs = 400;              ///< 100 blocks, few actions each: no view has more
constexpr std::int64_t latest_time = 10'000'000'000; ///< seconds: Slack's pickers give ten digits

/// Values of whatever is chosen: options, or users, channels and conversations (plain ids).
std::vector<std::string> read_selected(const json::reader& from) {
  std::vector<std::string> values;
  if (auto option = from.optional_object("selected_option"))
    values.push_back(option->filled_text("value"));
  for (const json::reader& option : from.optional_objects("selected_options"))
    values.push_back(option.filled_text("value"));
  for (const char* kind : {"user", "channel", "conversation"}) {
    std::string one = std::string("selected_") + kind;
    if (auto id = from.optional_text(one))
      values.push_back(std::move(*id));
    for (std::string& id : from.optional_texts(one + "s"))
      values.push_back(std::move(id));
  }
  return values;
}

input_value read_input(const json::reader& from) {
  input_value input;
  input.type = from.filled_text("type");
  for (const char* key : {"value", "selected_date", "selected_time"})
    if (auto text = from.optional_text(key); text && !input.text)
      input.text = secret(std::move(*text));
  input.selected = read_selected(from);
  if (auto epoch = from.optional_integer("selected_date_time"); epoch && std::abs(*epoch) < latest_time)
    input.time = from_epoch_ms(*epoch * 1000);
  for (const json::reader& file : from.optional_objects("files"))
    input.files.push_back(read_file(file));
  return input;
}

void read_inputs(const json::reader& state, view_state& view) {
  auto values = state.optional_object("values"); // absent in views without inputs
  if (!values || values->members() == nullptr)
    return;
  std::size_t count = 0;
  for (const auto& member : *values->members()) {
    std::string block_id(member.key());
    json::reader actions = values->object(block_id);
    if (actions.members() == nullptr)
      return; // reported by the reader
    for (const auto& action : *actions.members()) {
      std::string action_id(action.key());
      if (++count > max_inputs)
        return values->refuse(block_id, "too many inputs");
      view.inputs[block_id][action_id] = read_input(actions.object(action_id));
    }
  }
}

view_state read_view(const json::reader& from) {
  view_state view;
  view.id = from.filled_text("id");
  view.hash = from.text_or("hash");
  view.callback_id = from.text_or("callback_id");
  view.private_metadata = from.text_or("private_metadata");
  view.external_id = from.text_or("external_id");
  view.root_view_id = from.text_or("root_view_id");
  if (auto state = from.optional_object("state"))
    read_inputs(*state, view);
  return view;
}

template <class Interaction>
void read_common(const json::reader& payload, Interaction& into) {
  payload_identity identity = read_identity(payload);
  into.who = std::move(identity.who);
  into.app = std::move(identity.app);
  into.api_app_id = std::move(identity.api_app_id);
}

std::optional<secret> read_response_url(const json::reader& payload) {
  auto url = payload.optional_text("response_url");
  return url && !url->empty() ? std::optional(secret(std::move(*url))) : std::nullopt;
}

/// Parses with `read(reader, value)` and turns the first fault into the result.
template <class Interaction, class Read>
result<Interaction> parse_with(const boost::json::value& value, Read read) {
  json::fault fault;
  json::reader payload{value, "payload", fault};
  Interaction interaction;
  read(payload, interaction);
  if (fault)
    return fault.error();
  return interaction;
}

} // namespace

const input_value* view_state::find(std::string_view block, std::string_view action) const {
  auto in_block = inputs.find(std::string(block));
  if (in_block == inputs.end())
    return nullptr;
  auto input = in_block->second.find(std::string(action));
  return input == in_block->second.end() ? nullptr : &input->second;
}

std::string_view view_state::text(std::string_view block) const {
  const input_value* input = find(block);
  return input != nullptr && input->text ? input->text->reveal() : std::string_view{};
}

secret view_state::secret_text(std::string_view block) const {
  const input_value* input = find(block);
  return input != nullptr && input->text ? *input->text : secret{};
}

std::string view_state::selected(std::string_view block) const {
  const input_value* input = find(block);
  return input != nullptr && !input->selected.empty() ? input->selected.front() : std::string{};
}

bool view_state::is_checked(std::string_view block, std::string_view option) const {
  const input_value* input = find(block);
  if (input == nullptr)
    return false;
  for (const std::string& value : input->selected)
    if (value == option)
      return true;
  return false;
}

std::optional<sys_time> view_state::time(std::string_view block) const {
  const input_value* input = find(block);
  return input != nullptr ? input->time : std::nullopt;
}

const file_reference* view_state::file(std::string_view block) const {
  const input_value* input = find(block);
  return input != nullptr && !input->files.empty() ? &input->files.front() : nullptr;
}

result<block_actions> parse_block_actions(const boost::json::value& value) {
  return parse_with<block_actions>(value, [](const json::reader& payload, block_actions& into) {
    read_common(payload, into);
    into.trigger_id = payload.filled_text("trigger_id");
    if (auto channel = payload.optional_object("channel"))
      into.channel = channel_id{channel->filled_text("id")};
    if (auto container = payload.optional_object("container")) {
      into.message_ts = container->text_or("message_ts");
      into.is_ephemeral = container->flag_or("is_ephemeral", false);
      if (into.channel.empty())
        into.channel = channel_id{container->text_or("channel_id")};
    }
    if (auto view = payload.optional_object("view"))
      into.view = read_view(*view);
    into.response_url = read_response_url(payload);
    auto actions = payload.objects("actions");
    if (actions.empty() || actions.size() > max_actions)
      payload.refuse("actions", "one action at least is expected, and not over a hundred");
    for (const json::reader& from : actions) {
      block_action action;
      action.type = from.filled_text("type");
      action.action_id = from.filled_text("action_id");
      action.block_id = from.text_or("block_id");
      action.value = from.text_or("value");
      action.selected = read_selected(from);
      into.actions.push_back(std::move(action));
    }
  });
}

result<view_submission> parse_view_submission(const boost::json::value& value) {
  return parse_with<view_submission>(value, [](const json::reader& payload, view_submission& into) {
    read_common(payload, into);
    into.trigger_id = payload.text_or("trigger_id");
    into.view = read_view(payload.object("view"));
    for (const json::reader& from : payload.optional_objects("response_urls")) {
      view_response_url url;
      url.block_id = from.text_or("block_id");
      url.action_id = from.text_or("action_id");
      url.channel = channel_id{from.text_or("channel_id")};
      url.response_url = secret(from.filled_text("response_url"));
      into.response_urls.push_back(std::move(url));
    }
  });
}

result<view_closed> parse_view_closed(const boost::json::value& value) {
  return parse_with<view_closed>(value, [](const json::reader& payload, view_closed& into) {
    read_common(payload, into);
    into.view = read_view(payload.object("view"));
    into.is_cleared = payload.flag_or("is_cleared", false);
  });
}

result<block_suggestion> parse_block_suggestion(const boost::json::value& value) {
  return parse_with<block_suggestion>(value, [](const json::reader& payload, block_suggestion& into) {
    read_common(payload, into);
    into.action_id = payload.filled_text("action_id");
    into.block_id = payload.filled_text("block_id");
    into.value = payload.text_or("value");
    if (auto view = payload.optional_object("view"))
      into.view = read_view(*view);
  });
}

result<shortcut> parse_shortcut(const boost::json::value& value) {
  return parse_with<shortcut>(value, [](const json::reader& payload, shortcut& into) {
    read_common(payload, into);
    into.callback_id = payload.filled_text("callback_id");
    into.trigger_id = payload.filled_text("trigger_id");
  });
}

result<message_action> parse_message_action(const boost::json::value& value) {
  return parse_with<message_action>(value, [](const json::reader& payload, message_action& into) {
    read_common(payload, into);
    into.callback_id = payload.filled_text("callback_id");
    into.trigger_id = payload.filled_text("trigger_id");
    into.channel = channel_id{payload.object("channel").filled_text("id")};
    into.message_ts = payload.filled_text("message_ts");
    auto message = payload.object("message");
    into.message_text = message.text_or("text");
    into.message_user = user_id{message.text_or("user")};
    into.thread_ts = message.text_or("thread_ts");
    into.files = read_message_files(message);
    into.response_url = secret(payload.filled_text("response_url"));
  });
}

} // namespace isacbot::slack
