#include "domain/limit_leases.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

bool limit_leases::cover(const bucket_lease& use, steady_time end) {
  extent& e = known_[use.key];
  // The next lease is asked for when less than half of this one is left.
  const auto ahead = end - use.full_at;
  if (use.full_at + ahead / 2 >= e.asked_for) {
    e.asked_for = end;
    wanted_.push_back({use.key, use.level, use.index, end});
  }
  return use.full_at < e.on_disk;
}

limit_leases::changes limit_leases::take_changes(steady_time now) {
  changes out;
  out.write = std::exchange(wanted_, {});
  if (known_.size() < next_sweep_)
    return out;
  for (auto at = known_.begin(); at != known_.end();)
    if (at->second.on_disk < now && at->second.asked_for < now) {
      if (at->second.on_disk != steady_time::min())
        out.erase.push_back(at->first);
      at = known_.erase(at);
    } else {
      ++at;
    }
  next_sweep_ = std::max<std::size_t>(64, known_.size() * 2);
  return out;
}

void limit_leases::written(const std::vector<bucket_lease>& leases) {
  for (const bucket_lease& x : leases)
    if (auto found = known_.find(x.key); found != known_.end())
      found->second.on_disk = std::max(found->second.on_disk, x.full_at);
}

void limit_leases::failed(const std::vector<bucket_lease>& leases) {
  for (const bucket_lease& x : leases)
    if (auto found = known_.find(x.key); found != known_.end() && found->second.asked_for == x.full_at)
      found->second.asked_for = found->second.on_disk;
}

} // namespace isacbot::domain
