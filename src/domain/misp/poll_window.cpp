#include "domain/misp/poll_window.hpp"

namespace isacbot::domain {

poll_window next_window(const poll_settings& settings, const std::optional<poll_checkpoint>& reached) {
  poll_window w;
  if (reached)
    w.from.at = std::max(reached->reached - settings.overlap, misp_time{});
  else
    w.from.ago = settings.first_window;
  w.to.ago = settings.settle;
  return w;
}

std::optional<std::pair<poll_window, poll_window>> halve(const poll_window& whole, misp_time server_now) {
  const auto from = whole.from.resolve(server_now);
  const auto to = whole.to.resolve(server_now);
  if (to - from < seconds{2})
    return std::nullopt;
  const poll_bound middle{from + (to - from) / 2, {}};
  return std::pair{poll_window{whole.from, middle}, poll_window{middle, whole.to}};
}

} // namespace isacbot::domain
