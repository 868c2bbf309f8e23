#include "io/connection_pool.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::io {

connection_pool::grant connection_pool::acquire(const std::shared_ptr<client_call>& call,
                                                std::unique_ptr<http_connection>& found) {
  origin_state& origin = origins_[call->target.origin()];
  while (!origin.idle.empty()) {
    found = std::move(origin.idle.back()); // the one used last is the least likely to have gone stale
    origin.idle.pop_back();
    if (found->is_quiet())
      return grant::slot;
    found.reset();
    --origin.open;
  }
  if (origin.open < most_) {
    ++origin.open;
    return grant::slot;
  }
  if (origin.line.size() >= most_waiting_)
    return grant::refused;
  origin.line.push_back(call);
  return grant::wait;
}

void connection_pool::leave_line(const std::shared_ptr<client_call>& call) {
  const auto it = origins_.find(call->target.origin());
  if (it == origins_.end())
    return;
  std::erase(it->second.line, call);
  forget_if_empty(it);
}

void connection_pool::release(const std::string& origin, std::unique_ptr<http_connection> connection,
                              steady_time now) {
  const auto it = origins_.find(origin);
  if (it == origins_.end())
    return;
  origin_state& state = it->second;
  if (!state.line.empty()) {
    const auto next = std::move(state.line.front());
    state.line.pop_front();
    next->granted = true;
    next->handed_over = std::move(connection);
    next->wake.cancel();
    return;
  }
  if (connection) {
    connection->idle_since = now;
    state.idle.push_back(std::move(connection));
    return;
  }
  --state.open;
  forget_if_empty(it);
}

std::optional<steady_time> connection_pool::close_idle(steady_time oldest) {
  std::optional<steady_time> first;
  for (auto it = origins_.begin(); it != origins_.end();) {
    origin_state& state = it->second;
    state.open -= std::erase_if(state.idle, [&](const auto& c) { return c->idle_since <= oldest; });
    for (const auto& c : state.idle)
      first = std::min(first.value_or(c->idle_since), c->idle_since);
    forget_if_empty(it++);
  }
  return first;
}

void connection_pool::forget_if_empty(std::map<std::string, origin_state>::iterator it) {
  if (it->second.open == 0 && it->second.line.empty())
    origins_.erase(it);
}

} // namespace isacbot::io
