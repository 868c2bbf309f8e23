#include "domain/misp/poll_rows.hpp"

#include <algorithm>
#include <string>

namespace isacbot::domain {

namespace {

constexpr seconds clock_doubt{3600}; // of a relative window against the clock it is measured by here

} // namespace

std::vector<listed_event> keep_requested(std::vector<listed_event> rows, const poll_window& asked_for,
                                         const poll_settings& settings, misp_time server_now) {
  auto first = asked_for.from.resolve(server_now);
  if (!asked_for.from.at)
    first -= clock_doubt;
  auto time_of = [&](const listed_event& row) { return order_time(row.version, settings.order); };
  auto too_old = [&](const listed_event& row) { return time_of(row) < first; };
  const bool filter_ignored = std::any_of(rows.begin(), rows.end(), too_old);
  const auto last = asked_for.to.resolve(server_now);
  std::erase_if(rows, [&](const listed_event& row) {
    const bool unpublished = settings.order == poll_order::publication && !row.published;
    const bool too_new = (filter_ignored || asked_for.to.at) && time_of(row) > last;
    return row.uuid.empty() || unpublished || too_old(row) || too_new;
  });
  return rows;
}

row_verdict judge_row(const listed_event& row, std::string_view server, const row_knowledge& known,
                      const poll_settings& settings) {
  const auto listed = order_time(row.version, settings.order);
  auto covers = [&](const event_version& v) { return order_time(v, settings.order) >= listed; };
  if (known.queued && covers(known.queued->version))
    return row_verdict::known;
  if (known.dead && covers(known.dead->entry.version))
    return row_verdict::known;
  if (known.record) {
    const auto* seen = find_seen(*known.record, server);
    if (seen && covers(*seen) && known.record->state != event_state::delivering)
      return row_verdict::known;
    if (!settings.replace && known.record->state == event_state::delivered)
      return row_verdict::known;
  }
  return row.attribute_count > settings.max_attributes ? row_verdict::bury : row_verdict::queue;
}

queued_event make_entry(const listed_event& row) {
  queued_event entry;
  entry.uuid = row.uuid;
  entry.version = row.version;
  entry.attribute_count = row.attribute_count;
  return entry;
}

poll_checkpoint advance(const std::optional<poll_checkpoint>& reached, std::span<const listed_event> rows,
                        const poll_settings& settings, misp_time server_now, sys_time now) {
  poll_checkpoint next;
  if (reached) {
    next = *reached;
  } else {
    next.anchor = server_now - settings.first_window;
    next.reached = next.anchor;
  }
  for (const auto& row : rows)
    next.reached = std::max(next.reached, order_time(row.version, settings.order));
  next.last_success = now;
  return next;
}

const event_version* find_seen(const event_record& record, std::string_view server) {
  auto at = std::find_if(record.seen.begin(), record.seen.end(),
                         [&](const seen_version& s) { return s.server == server; });
  return at == record.seen.end() ? nullptr : &at->version;
}

void set_seen(event_record& record, std::string_view server, const event_version& version) {
  for (auto& s : record.seen)
    if (s.server == server) {
      s.version = version;
      return;
    }
  record.seen.push_back({std::string(server), version});
}

} // namespace isacbot::domain
