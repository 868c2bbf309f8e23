/// Which span of a MISP server's time is listed next, and how a span that is too large is cut. Nothing here
/// looks at a clock of ours: ends that move are left to the server ("90s" before its now), so a difference
/// between clocks loses nothing.
#pragma once

#include "domain/misp/poll_model.hpp"

#include <optional>
#include <utility>

namespace isacbot::domain {

struct poll_settings {
  seconds first_window{24 * 3600}; ///< how far the first listing looks back
  seconds settle{90};              ///< what is younger may not be complete yet
  seconds overlap{3600};           ///< listed again each time, against late commits on the server
  poll_order order = poll_order::publication;
  bool replace = true; ///< false: later versions of a known event are ignored
  std::uint64_t max_attributes = 1'000'000;
};

/// One end of a window: a moment, or so long before the server's now.
struct poll_bound {
  std::optional<misp_time> at;
  seconds ago{0}; ///< used without `at`

  [[nodiscard]] misp_time resolve(misp_time server_now) const { return at ? *at : server_now - ago; }
  friend bool operator==(const poll_bound&, const poll_bound&) = default;
};

/// Both ends belong to it.
struct poll_window {
  poll_bound from;
  poll_bound to;

  friend bool operator==(const poll_window&, const poll_window&) = default;
};

/// @param reached  nullopt: this server has never been listed
poll_window next_window(const poll_settings& settings, const std::optional<poll_checkpoint>& reached);

/// Cuts a window in two that share their common second, the older one first. The last end of the younger one
/// stays as it was, so that the newest piece is still measured by the server's clock.
/// @param server_now  roughly: only decides where the cut lies
/// @returns nullopt: it is down to one second
std::optional<std::pair<poll_window, poll_window>> halve(const poll_window& whole, misp_time server_now);

} // namespace isacbot::domain
