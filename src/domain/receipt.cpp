#include "domain/receipt.hpp"

#include "domain/batch_planner.hpp"
#include "domain/line_text.hpp"

#include <algorithm>

namespace isacbot::domain {

namespace {

bool is_over(const part& p) noexcept {
  return p.state == part_state::settled || p.state == part_state::buried;
}

void first_lines(std::vector<line_report>& to, const std::vector<line_report>& from) {
  to.assign(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(std::min(from.size(), receipt_lines)));
}

void count_reason(std::vector<reason_count>& reasons, line_reason reason) {
  const auto at = std::lower_bound(reasons.begin(), reasons.end(), reason,
                                   [](const reason_count& x, line_reason r) { return x.reason < r; });
  if (at != reasons.end() && at->reason == reason)
    ++at->count;
  else
    reasons.insert(at, {reason, 1});
}

/// Keeps parts in the order people read their numbers.
void place(std::vector<part>& parts, const part& p) {
  const auto at = std::lower_bound(parts.begin(), parts.end(), p, [](const part& a, const part& b) {
    return part_number_less(a.number, b.number);
  });
  if (at != parts.end() && at->number == p.number)
    *at = p;
  else
    parts.insert(at, p);
}

} // namespace

receipt make_receipt(const submission& what, const indicator_list& list, std::span<const part> parts) {
  receipt out;
  out.submission = what;
  out.counts = list.counts;
  out.reasons = list.reasons;
  out.types = list.types;
  first_lines(out.withheld, list.withheld);
  first_lines(out.refused, list.refused);
  for (const part& p : parts)
    place(out.parts, p);
  if (parts.empty())
    out.delivered = what.created; // nothing to send
  return out;
}

void record_part(receipt& r, const part& p, sys_time now) {
  place(r.parts, p);
  if (!std::all_of(r.parts.begin(), r.parts.end(), is_over))
    r.delivered.reset();
  else if (!r.delivered)
    r.delivered = now;
}

void record_split(receipt& r, std::string_view whole, const part& first, const part& second) {
  std::erase_if(r.parts, [&](const part& p) { return p.number == whole; });
  place(r.parts, first);
  place(r.parts, second);
  r.delivered.reset();
}

result<void> record_refusal(receipt& r, const indicator_row& row, line_reason reason) {
  std::uint64_t& from = row.known ? r.counts.merged : r.counts.accepted;
  if (from == 0)
    return fail(ec::invalid_argument, "a row was refused that the receipt doesn't count");
  --from;
  ++r.counts.refused;
  count_reason(r.reasons, reason);
  for (type_count& t : r.types)
    if (t.type == row.type && t.count > 0)
      --t.count;
  std::erase_if(r.types, [](const type_count& t) { return t.count == 0; });
  if (r.refused.size() < receipt_lines)
    r.refused.push_back({row.line, shown_text(row.value), reason});
  return {};
}

delivery_progress progress_of(const receipt& r) noexcept {
  delivery_progress out;
  for (const part& p : r.parts)
    switch (p.state) {
    case part_state::queued:
    case part_state::sent:
      out.waiting += p.rows;
      break;
    case part_state::settled:
      out.settled += p.rows;
      break;
    case part_state::buried:
    case part_state::parked:
    case part_state::held:
      out.stuck += p.rows;
      break;
    }
  return out;
}

} // namespace isacbot::domain
