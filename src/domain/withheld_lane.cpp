#include "domain/withheld_lane.hpp"

#include <algorithm>

namespace isacbot::domain {

namespace {

void add_reason(std::vector<reason_count>& reasons, line_reason reason, std::uint64_t count) {
  const auto at = std::lower_bound(reasons.begin(), reasons.end(), reason,
                                   [](const reason_count& x, line_reason r) { return x.reason < r; });
  if (at != reasons.end() && at->reason == reason)
    at->count += count;
  else
    reasons.insert(at, {reason, count});
}

void add_sent(intake_totals& all, const intake_totals& lane) {
  all.counts.accepted += lane.counts.accepted;
  all.counts.merged += lane.counts.merged;
  for (const type_count& t : lane.types) {
    const auto at = std::find_if(all.types.begin(), all.types.end(),
                                 [&](const type_count& known) { return known.type == t.type; });
    if (at == all.types.end())
      all.types.push_back(t);
    else
      at->count += t.count;
  }
  all.chunk_rows.insert(all.chunk_rows.end(), lane.chunk_rows.begin(), lane.chunk_rows.end());
  all.content.low += lane.content.low;
  all.content.high += lane.content.high + (all.content.low < lane.content.low ? 1 : 0);
}

} // namespace

intake_totals join_lanes(const intake_totals& plain, std::span<const withheld_lane> lanes,
                         const overrides& given) {
  intake_totals all = plain;
  for (const withheld_lane& lane : lanes) {
    const std::uint64_t items = lane.totals.counts.handed_in;
    all.counts.handed_in += items;
    if (given.cover(lane.reason)) {
      add_sent(all, lane.totals);
      continue;
    }
    all.counts.withheld += items;
    if (items > 0)
      add_reason(all.reasons, lane.reason, items);
  }
  return all;
}

} // namespace isacbot::domain
