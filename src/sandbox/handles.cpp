#include "sandbox/handles.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

constexpr std::size_t most_handles = 20'000;

/// Handles are small, but a load test asks for many: forget the dead ones now and then.
template <class Map>
void forget_dead(Map& handles, steady_time now, std::chrono::nanoseconds memory) {
  if (handles.size() > most_handles)
    std::erase_if(handles, [&](const auto& entry) { return now - entry.second.issued > memory; });
}

bool is_well_formed(std::string_view id) {
  auto only = [](std::string_view part, std::string_view allowed) {
    return !part.empty() && part.find_first_not_of(allowed) == std::string_view::npos;
  };
  std::size_t first = id.find('.');
  std::size_t second = first == std::string_view::npos ? first : id.find('.', first + 1);
  return second != std::string_view::npos && only(id.substr(0, first), "0123456789") &&
         only(id.substr(first + 1, second - first - 1), "0123456789") &&
         only(id.substr(second + 1), "0123456789abcdef");
}

} // namespace

std::string issue_trigger(context& in, const std::string& user, const std::string& view_id) {
  forget_dead(in.state.triggers, in.steady_now, std::chrono::minutes{5});
  std::string id = std::to_string(to_epoch_ms(in.now)) + "." + std::to_string(in.state.next_sequence++) +
                   "." + random_hex(in.random, 16);
  in.state.triggers[id] = trigger{user, view_id, in.steady_now, false};
  return id;
}

result<trigger> redeem_trigger(context& in, const std::string& id) {
  auto found = in.state.triggers.find(id);
  if (!is_well_formed(id) || found == in.state.triggers.end())
    return fail(ec::invalid_argument, "invalid_trigger_id");
  if (found->second.is_used)
    return fail(ec::conflict, "exchanged_trigger_id");
  if (in.steady_now - found->second.issued > trigger_lifetime)
    return fail(ec::timeout, "expired_trigger_id");
  found->second.is_used = true;
  return found->second;
}

std::string issue_response_url(context& in, std::string_view kind, const std::string& user,
                               message_ref origin, std::string thread_ts) {
  forget_dead(in.state.hooks, in.steady_now, response_url_lifetime);
  std::string path = "/" + std::string(kind) + "/" + in.state.settings.team_id + "/" +
                     std::to_string(in.state.next_sequence++) + "/" + random_hex(in.random, 12);
  in.state.hooks[path] = response_hook{user, std::move(origin), std::move(thread_ts), in.steady_now, 0};
  return in.state.settings.base_url + path;
}

response_hook* use_response_url(context& in, const std::string& path) {
  auto found = in.state.hooks.find(path);
  if (found == in.state.hooks.end() || found->second.uses >= response_url_uses ||
      in.steady_now - found->second.issued > response_url_lifetime)
    return nullptr;
  ++found->second.uses;
  return &found->second;
}

} // namespace isacbot::sandbox
