#include "sandbox/snapshots.hpp"

#include "sandbox/render.hpp"

namespace isacbot::sandbox {

json::value show_workspace(const workspace_state& state) {
  json::array people;
  for (const auto& [id, p] : state.people)
    people.push_back({{"id", id}, {"name", p.name}, {"is_bot", p.is_bot}, {"is_guest", p.is_guest}});
  json::array channels;
  for (const auto& [id, c] : state.channels)
    channels.push_back(
        {{"id", id},
         {"name", c.name},
         {"members", json::value_from(std::vector<std::string>(c.members.begin(), c.members.end()))},
         {"is_private", c.is_private},
         {"is_direct", c.is_direct},
         {"is_archived", c.is_archived}});
  return json::object{{"team", {{"id", state.settings.team_id}, {"name", state.settings.team_name}}},
                      {"app_id", state.settings.app_id},
                      {"bot_user_id", state.settings.bot_user_id},
                      {"people", std::move(people)},
                      {"channels", std::move(channels)}};
}

json::value show_messages(const workspace_state& state, const std::string& user, const std::string& channel,
                          const std::string& after) {
  json::array shown;
  for (const message& m : state.messages) {
    // Time stamps have the same number of digits for the next centuries: text order is time order.
    if (!is_visible(state, m, user) || (!channel.empty() && m.ref.channel != channel) || m.ref.ts <= after)
      continue;
    json::array files;
    for (const std::string& id : m.files)
      files.push_back({{"id", id}, {"name", state.files.at(id).name}});
    shown.push_back({{"channel", m.ref.channel},
                     {"ts", m.ref.ts},
                     {"thread_ts", m.thread_ts},
                     {"user", m.author},
                     {"is_ephemeral", m.visible_to.has_value()},
                     {"source", m.source},
                     {"times_replaced", m.earlier.size()},
                     {"content", m.content},
                     {"files", std::move(files)},
                     {"shown", render(state, m)}});
  }
  return json::object{{"messages", std::move(shown)}};
}

namespace {

json::value show_view(const workspace_state& state, const view* v) {
  if (v == nullptr)
    return json::object{{"view", nullptr}};
  return json::object{{"view",
                       {{"id", v->id},
                        {"body", v->body},
                        {"values", v->values},
                        {"errors", v->errors},
                        {"loaded", v->loaded},
                        {"notice", v->notice},
                        {"shown", render(state, *v)}}}};
}

} // namespace

json::value show_top_view(const workspace_state& state, const std::string& user) {
  return show_view(state, top_view(state, user));
}

json::value show_home(const workspace_state& state, const std::string& user) {
  auto home = state.homes.find(user);
  return show_view(state, home != state.homes.end() ? &state.views.at(home->second) : nullptr);
}

json::value show_calls(const workspace_state& state, const std::string& method, std::uint64_t after) {
  json::array shown;
  for (const recorded_call& c : state.calls)
    if (c.sequence > after && (method.empty() || c.method == method))
      shown.push_back({{"sequence", c.sequence},
                       {"time", to_epoch_ms(c.time)},
                       {"method", c.method},
                       {"arguments", c.arguments},
                       {"status", c.status},
                       {"outcome", c.outcome}});
  return json::object{{"calls", std::move(shown)}};
}

json::value show_exchange(const exchange& e) {
  json::object shown{
      {"id", e.id},          {"kind", e.kind},     {"user", e.user},       {"sent", to_epoch_ms(e.sent)},
      {"status", e.status},  {"answer", e.answer}, {"outcome", e.outcome}, {"attempt", e.attempt},
      {"payload", e.payload}};
  if (e.latency)
    shown["latency_us"] = std::chrono::duration_cast<std::chrono::microseconds>(*e.latency).count();
  return shown;
}

json::value show_exchanges(const workspace_state& state, std::uint64_t after) {
  json::array shown;
  for (const exchange& e : state.exchanges)
    if (e.id > after)
      shown.push_back(show_exchange(e));
  return json::object{{"exchanges", std::move(shown)}};
}

bool is_pending(const json::value& shown) {
  const json::object& object = shown.as_object();
  if (const json::value* outcome = object.if_contains("outcome"))
    return *outcome == "";
  if (const json::value* view = object.if_contains("view"))
    return view->is_null();
  for (std::string_view list : {"messages", "calls", "exchanges"})
    if (const json::array* items = array_at(object, list))
      return items->empty();
  return false;
}

} // namespace isacbot::sandbox
