// The MISP POLLER, third part: one event from MISP to the MISP DELIVERY.
#include "actors/caf_error.hpp"
#include "actors/misp_poller.hpp"
#include "domain/misp/report_mapper.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::minutes delivery_patience{30};
constexpr int most_reduced = 2; ///< 1: without galaxy clusters, 2: without reports, too
constexpr std::size_t logged_title_bytes = 120;

domain::event_fault fault_kind(const result<http::response>& answer) {
  return answer && answer->status == 500 ? domain::event_fault::server_error : domain::event_fault::other;
}

std::string excerpt(const std::string& title) {
  return title.substr(0, logged_title_bytes);
}

} // namespace

void misp_poller::fetch(const domain::queued_event& entry, int reduction) {
  misp::fetch_form form;
  form.include_unpublished = config_.poll.order == domain::poll_order::edit;
  form.include_local_tags = config_.mapping.include_local_tags;
  form.exclude_galaxies = reduction >= 1;
  form.exclude_reports = reduction >= 2;
  std::array<std::string, 1> uuids{entry.uuid};
  auto request = misp::make_events_request(config_.server, uuids, form);
  if (!request)
    return bury(entry, request.error().cause, {});
  exchange(std::move(*request), [this, entry, reduction](const result<http::response>& answer) {
    on_fetched(entry, reduction, answer);
  });
}

void misp_poller::on_fetched(const domain::queued_event& entry, int reduction,
                             const result<http::response>& answer) {
  if (!answer)
    return on_fetch_fault(entry, reduction, answer.error(), domain::event_fault::other);
  std::array<std::string, 1> uuids{entry.uuid};
  auto found = misp::parse_events(*answer, uuids);
  if (!found)
    return on_fetch_fault(entry, reduction, found.error(), fault_kind(answer));
  misp_is_well();
  if (found->unasked > 0)
    env_.log.warning("misp", "a MISP server answered with events that were not asked for",
                     {{"server", config_.name}, {"events", found->unasked}});
  const bool by_publication = config_.poll.order == domain::poll_order::publication;
  // Withdrawn, being edited or deleted: its next publication is listed again.
  if (found->events.empty() || (by_publication && !found->events.front().published))
    return drop(entry);
  deliver(entry, found->events.front());
}

void misp_poller::on_fetch_fault(const domain::queued_event& entry, int reduction, const error& fault,
                                 domain::event_fault kind) {
  auto remedy = misp::remedy_of(fault);
  if (remedy == misp::remedy::forget)
    return drop(entry);
  const bool about_the_event = remedy == misp::remedy::ask_smaller || remedy == misp::remedy::repair_bot;
  if (!about_the_event)
    return on_misp_fault(fault);
  if (remedy == misp::remedy::ask_smaller && reduction < most_reduced)
    return fetch(entry, reduction + 1);
  // Only when the server answers otherwise is it the event's fault.
  exchange(misp::make_version_request(config_.server), [this, entry, fault,
                                                        kind](const result<http::response>& answer) {
    auto version = answer ? misp::parse_version(*answer) : result<misp::server_version>{answer.error()};
    if (!version)
      return on_misp_fault(version.error());
    fail_event(entry, kind, fault.cause, {});
  });
}

void misp_poller::deliver(const domain::queued_event& entry, const misp::event& event) {
  domain::event_version version{domain::misp_time{seconds{event.timestamp}},
                                domain::misp_time{seconds{event.publish_timestamp}}};
  auto mapped = std::make_shared<const domain::mapped_report>(domain::map_event(event, config_.mapping));
  if (state.trial)
    return compare_only(entry, *mapped, version);
  misp_delivery_request what;
  what.server = config_.name;
  what.enclave = config_.enclave;
  what.account = config_.account;
  what.version = version;
  what.order = config_.poll.order;
  what.rules = config_.rules;
  what.event = mapped;
  state.busy = true;
  request(parts_.delivery, delivery_patience, atom::deliver_v, std::move(what))
      .then(
          [this, entry, mapped, title = event.info](const misp_delivery_outcome& outcome) {
            state.busy = false;
            on_delivered(entry, *mapped, title, outcome);
          },
          [this](caf::error& e) {
            state.busy = false;
            pause_station(milliseconds{0}, from_caf_error(e).cause);
          });
}

void misp_poller::on_delivered(const domain::queued_event& entry, const domain::mapped_report& mapped,
                               const std::string& title, const misp_delivery_outcome& outcome) {
  using kind = misp_delivery_kind;
  if (outcome.kind == kind::postponed)
    return pause_station(outcome.wait, outcome.cause);
  if (outcome.kind == kind::refused)
    return bury(entry, outcome.cause, title);
  state.station_failures = 0;
  count(outcome.kind);
  state.current.summary.excluded += mapped.excluded_count();
  env_.log.info("misp", "an event was dealt with",
                {{"server", config_.name},
                 {"event", entry.uuid},
                 {"outcome", to_string(outcome.kind)},
                 {"reports", mapped.parts.size()},
                 {"attributes", mapped.attributes},
                 {"excluded", mapped.excluded_count()},
                 {"reason", outcome.cause}});
  if (!outcome.dequeued)
    return fail_event(entry, domain::event_fault::other,
                      "MISP shows an older version of the event than it listed", title);
  state.queue.erase(entry.uuid);
  go_on();
}

/// A dry run: what would be done, and nothing of it.
void misp_poller::compare_only(const domain::queued_event& entry, const domain::mapped_report& mapped,
                               const domain::event_version& version) {
  auto before = parts_.table.record(config_.enclave, entry.uuid);
  if (!before)
    return fail_event(entry, domain::event_fault::other, before.error().cause, {});
  auto plan =
      domain::plan_delivery(*before ? &**before : nullptr, mapped, config_.name, version, config_.rules);
  auto& s = state.current.summary;
  switch (plan.verdict) {
  case domain::delivery_verdict::deliver:
    ++(plan.known ? s.replaced : s.created);
    break;
  case domain::delivery_verdict::unchanged:
    ++s.unchanged;
    break;
  case domain::delivery_verdict::ignore:
    ++s.ignored;
    break;
  case domain::delivery_verdict::withhold:
    ++(plan.jobs.empty() ? s.withheld : s.withdrawn);
    break;
  }
  s.excluded += mapped.excluded_count();
  leave(entry);
}

void misp_poller::count(misp_delivery_kind kind) {
  auto& s = state.current.summary;
  switch (kind) {
  case misp_delivery_kind::created:
    ++s.created;
    return env_.metrics.misp_event(config_.name, "created");
  case misp_delivery_kind::replaced:
    ++s.replaced;
    return env_.metrics.misp_event(config_.name, "replaced");
  case misp_delivery_kind::unchanged:
    ++s.unchanged;
    return env_.metrics.misp_event(config_.name, "unchanged");
  case misp_delivery_kind::ignored:
    ++s.ignored;
    return env_.metrics.misp_event(config_.name, "ignored");
  case misp_delivery_kind::withheld:
    ++s.withheld;
    return env_.metrics.misp_event(config_.name, "withheld");
  case misp_delivery_kind::withdrawn:
    ++s.withdrawn;
    return env_.metrics.misp_event(config_.name, "withdrawn");
  case misp_delivery_kind::postponed:
  case misp_delivery_kind::refused:
    return;
  }
}

void misp_poller::drop(const domain::queued_event& entry) {
  ++state.current.summary.vanished;
  if (state.trial)
    return leave(entry);
  storage::write_batch batch;
  auto erased = parts_.table.erase_queued(batch, config_.name, entry.uuid, entry.version, config_.poll.order);
  if (!erased)
    return fail_event(entry, domain::event_fault::other, erased.error().cause, {});
  env_.metrics.misp_event(config_.name, "vanished");
  env_.log.info("misp", "an event is not published any more",
                {{"server", config_.name}, {"event", entry.uuid}});
  write(std::move(batch), [this, entry] { leave(entry); });
}

void misp_poller::fail_event(const domain::queued_event& entry, domain::event_fault kind, std::string cause,
                             const std::string& title) {
  auto failed = entry;
  auto verdict =
      domain::count_failure(failed, kind, cause, env_.time.now(), random_unit(env_.random), config_.retry);
  env_.log.warning(
      "misp", "an event could not be submitted",
      {{"server", config_.name}, {"event", entry.uuid}, {"cause", cause}, {"tries", failed.tries}});
  if (state.trial) {
    ++state.current.summary.failed;
    return leave(entry);
  }
  if (verdict == domain::retry_verdict::bury)
    return bury(std::move(failed), std::move(cause), title);
  ++state.current.summary.failed;
  env_.metrics.misp_event(config_.name, "failed");
  storage::write_batch batch;
  parts_.table.put_queued(batch, config_.name, failed);
  write(std::move(batch), [this, failed] {
    state.queue[failed.uuid] = failed;
    go_on();
  });
}

void misp_poller::bury(domain::queued_event entry, std::string cause, const std::string& title) {
  ++state.current.summary.dead;
  if (state.trial)
    return leave(entry);
  entry.reason = std::move(cause);
  storage::write_batch batch;
  parts_.table.bury(batch, config_.name, {entry, excerpt(title), env_.time.now()});
  env_.metrics.misp_event(config_.name, "dead");
  env_.log.error("misp", "an event is given up until it is published anew",
                 {{"server", config_.name},
                  {"event", entry.uuid},
                  {"title", excerpt(title)},
                  {"attributes", entry.attribute_count},
                  {"cause", entry.reason}});
  write(std::move(batch), [this, entry] { leave(entry); });
}

/// The entry is not in the queue any more.
void misp_poller::leave(const domain::queued_event& entry) {
  work().erase(entry.uuid);
  go_on();
}

} // namespace isacbot::actors
