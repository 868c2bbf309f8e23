#include "sandbox/state.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace isacbot::sandbox {

namespace {

constexpr std::size_t most_records = 100'000;

template <class T>
void forget_oldest(std::deque<T>& list) {
  while (list.size() > most_records)
    list.pop_front();
}

} // namespace

workspace_state make_sample_state(workspace_settings settings) {
  workspace_state state;
  std::string bot = settings.bot_user_id;
  for (person p :
       {person{"U0ANA", "ana", "Ana Analyst"}, person{"U0BEN", "ben", "Ben Responder"},
        person{"U0GUS", "gus", "Gus Guest", true}, person{bot, settings.bot_name, "TruSTAR", false, true}})
    state.people[p.id] = p;
  std::set<std::string> everybody{"U0ANA", "U0BEN", "U0GUS"};
  std::set<std::string> with_bot = everybody;
  with_bot.insert(bot);
  for (channel c :
       {channel{"C0GENERAL", "general", with_bot}, channel{"C0INTEL", "intel", {"U0ANA", "U0BEN", bot}},
        channel{"C0OUTSIDE", "outside", everybody}, channel{"C0SECRET", "secret", {"U0ANA", "U0BEN"}, true},
        channel{"C0OLD", "old", with_bot, false, false, true}})
    state.channels[c.id] = c;
  state.settings = std::move(settings);
  return state;
}

std::string make_id(context& in, std::string_view prefix) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRSTVWXY"; // 32: five bits a character
  std::uint64_t bits = random_bits(in.random);
  std::string id(prefix);
  for (int i = 0; i < 9; ++i, bits >>= 5U)
    id.push_back(alphabet[bits & 31U]);
  return id;
}

std::string make_ts(context& in) {
  std::int64_t us = std::max(to_epoch_ms(in.now) * 1000, in.state.last_ts_us + 1);
  in.state.last_ts_us = us;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%06lld", static_cast<long long>(us / 1'000'000),
                static_cast<long long>(us % 1'000'000));
  return text.data();
}

message& add_message(context& in, message m) {
  if (m.ref.ts.empty())
    m.ref.ts = make_ts(in);
  m.posted = in.now;
  in.state.messages.push_back(std::move(m));
  forget_oldest(in.state.messages);
  return in.state.messages.back();
}

message* find_message(workspace_state& state, const message_ref& ref) {
  // Recent messages are the ones asked for.
  auto found = std::find_if(state.messages.rbegin(), state.messages.rend(),
                            [&](const message& m) { return m.ref == ref && !m.is_deleted; });
  return found != state.messages.rend() ? &*found : nullptr;
}

const message* find_message(const workspace_state& state, const message_ref& ref) {
  return find_message(const_cast<workspace_state&>(state), ref);
}

bool is_visible(const workspace_state& state, const message& m, const std::string& user) {
  if (m.is_deleted)
    return false;
  if (m.visible_to)
    return *m.visible_to == user;
  auto channel = state.channels.find(m.ref.channel);
  return channel != state.channels.end() && channel->second.members.contains(user);
}

view* find_view(workspace_state& state, const std::string& id) {
  auto found = state.views.find(id);
  return found != state.views.end() && found->second.is_open ? &found->second : nullptr;
}

const view* top_view(const workspace_state& state, const std::string& user) {
  auto stack = state.stacks.find(user);
  if (stack == state.stacks.end() || stack->second.empty())
    return nullptr;
  auto found = state.views.find(stack->second.back());
  return found != state.views.end() ? &found->second : nullptr;
}

exchange* find_exchange(workspace_state& state, std::uint64_t id) {
  auto found = std::find_if(state.exchanges.rbegin(), state.exchanges.rend(),
                            [&](const exchange& e) { return e.id == id; });
  return found != state.exchanges.rend() ? &*found : nullptr;
}

const exchange* find_exchange(const workspace_state& state, std::uint64_t id) {
  return find_exchange(const_cast<workspace_state&>(state), id);
}

recorded_call& record_call(context& in, recorded_call call) {
  call.sequence = in.state.next_sequence++;
  call.time = in.now;
  in.state.calls.push_back(std::move(call));
  forget_oldest(in.state.calls);
  return in.state.calls.back();
}

exchange& record_exchange(context& in, exchange e) {
  e.id = in.state.next_sequence++;
  e.sent = in.now;
  in.state.exchanges.push_back(std::move(e));
  forget_oldest(in.state.exchanges);
  return in.state.exchanges.back();
}

channel& open_direct(context& in, const std::string& user) {
  std::set<std::string> both{user, in.state.settings.bot_user_id};
  for (auto& [id, c] : in.state.channels)
    if (c.is_direct && c.members == both)
      return c;
  std::string id = make_id(in, "D");
  return in.state.channels[id] = channel{id, "directmessage", both, true, true, false};
}

} // namespace isacbot::sandbox
