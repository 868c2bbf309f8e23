#include "app/tour_member.hpp"

#include "sandbox/render.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::app {

tour_member::tour_member(sandbox::app& slack, std::string user, std::string channel, milliseconds patience)
    : slack_(slack),
      user_(std::move(user)),
      channel_(std::move(channel)),
      patience_(patience) {}

result<sandbox::exchange> tour_member::type(const std::string& command, const std::string& text) {
  auto sent = slack_.members().run_command(user_, channel_, command, text);
  if (!sent)
    return sent.error();
  return slack_.members().wait(*sent, patience_);
}

result<sandbox::exchange> tour_member::submit(const sandbox::json::object& entries) {
  auto view_id = slack_.world().read([this](const sandbox::workspace_state& state) {
    const auto* top = sandbox::top_view(state, user_);
    return top ? top->id : std::string{};
  });
  if (view_id.empty())
    return fail(ec::not_found, "no dialog is open");
  auto sent = slack_.members().submit(user_, view_id, entries);
  if (!sent)
    return sent.error();
  return slack_.members().wait(*sent, patience_);
}

result<std::string> tour_member::choose_enclave() {
  auto view_id = slack_.world().read([this](const sandbox::workspace_state& state) {
    const auto* top = sandbox::top_view(state, user_);
    return top ? top->id : std::string{};
  });
  auto asked = slack_.members().load_options(user_, view_id, "enclave", "");
  if (!asked)
    return asked.error();
  if (auto answered = slack_.members().wait(*asked, patience_); !answered)
    return answered.error();
  auto value = slack_.world().read([&](const sandbox::workspace_state& state) -> std::string {
    auto view = state.views.find(view_id);
    if (view == state.views.end())
      return {};
    const auto* options = view->second.loaded.if_contains("enclave");
    if (!options || !options->is_array() || options->get_array().empty())
      return {};
    const auto& first = options->get_array()[0];
    if (!first.is_object())
      return {};
    const auto* chosen = first.get_object().if_contains("value");
    return chosen && chosen->is_string() ? std::string(chosen->get_string()) : std::string{};
  });
  if (value.empty())
    return fail(ec::not_found, "the enclave menu is empty");
  return value;
}

void tour_member::close_all() {
  for (int i = 0; i < 3; ++i) { // a stack holds three dialogs at most
    auto view_id = slack_.world().read([this](const sandbox::workspace_state& state) {
      const auto* top = sandbox::top_view(state, user_);
      return top ? top->id : std::string{};
    });
    if (view_id.empty())
      return;
    (void)slack_.members().close(user_, view_id);
  }
}

std::vector<const sandbox::message*> tour_member::unread(const sandbox::workspace_state& state) const {
  std::vector<const sandbox::message*> list;
  for (const auto& m : state.messages)
    if (m.ref.ts > read_until_ && m.author == state.settings.bot_user_id &&
        sandbox::is_visible(state, m, user_))
      list.push_back(&m);
  return list;
}

bool tour_member::sees(std::string_view text) {
  return sees_any({text}).has_value();
}

std::optional<std::size_t> tour_member::sees_any(const std::vector<std::string_view>& texts) {
  std::optional<std::size_t> which;
  slack_.world().wait_until(
      [&](const sandbox::workspace_state& state) {
        for (const auto* m : unread(state)) {
          auto shown = sandbox::render(state, *m);
          for (std::size_t i = 0; i < texts.size() && !which; ++i)
            if (shown.find(texts[i]) != std::string::npos)
              which = i;
        }
        return which.has_value();
      },
      patience_);
  return which;
}

bool tour_member::has_dialog(std::string_view callback_id) {
  return slack_.world().wait_until(
      [&](const sandbox::workspace_state& state) {
        const auto* top = sandbox::top_view(state, user_);
        if (!top)
          return callback_id.empty();
        const auto* id = top->body.if_contains("callback_id");
        return id && id->is_string() && std::string_view(id->get_string()) == callback_id;
      },
      patience_);
}

std::string tour_member::dialog() const {
  return slack_.world().read([this](const sandbox::workspace_state& state) {
    const auto* top = sandbox::top_view(state, user_);
    return top ? sandbox::render(state, *top) : std::string{};
  });
}

std::vector<std::string> tour_member::look() const {
  return slack_.world().read([this](const sandbox::workspace_state& state) {
    std::vector<std::string> texts;
    for (const auto* m : unread(state))
      texts.push_back(sandbox::render(state, *m));
    return texts;
  });
}

std::vector<std::string> tour_member::read() {
  auto texts = look();
  read_until_ = slack_.world().read([this](const sandbox::workspace_state& state) {
    auto list = unread(state);
    return list.empty() ? read_until_ : list.back()->ref.ts;
  });
  return texts;
}

std::size_t tour_member::refused_calls() const {
  return slack_.world().read([](const sandbox::workspace_state& state) {
    return static_cast<std::size_t>(std::count_if(state.calls.begin(), state.calls.end(),
                                                  [](const auto& call) { return call.outcome != "ok"; }));
  });
}

} // namespace isacbot::app
