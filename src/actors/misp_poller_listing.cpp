// The MISP POLLER, second part: what was published since the last time, durably in the queue.
#include "actors/misp_poller.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr milliseconds after_own_fault{5'000};

misp::time_bound to_wire(const domain::poll_bound& bound) {
  return bound.at ? misp::time_bound::at(bound.at->time_since_epoch().count())
                  : misp::time_bound::ago(bound.ago);
}

domain::listed_event to_listed(const misp::index_row& row) {
  domain::listed_event out;
  out.uuid = row.uuid;
  out.version = {domain::misp_time{seconds{row.timestamp}},
                 domain::misp_time{seconds{row.publish_timestamp}}};
  out.attribute_count = row.attribute_count;
  out.published = row.published;
  out.title = row.info;
  return out;
}

sys_time to_sys_time(domain::misp_time t) {
  return std::chrono::time_point_cast<milliseconds>(t);
}

} // namespace

misp::index_query misp_poller::query_for(const domain::poll_window& window) const {
  misp::index_query query;
  query.window = {to_wire(window.from), to_wire(window.to)};
  query.include_unpublished = config_.poll.order == domain::poll_order::edit;
  return query;
}

void misp_poller::begin_poll(bool dry_run) {
  auto& job = state.current;
  if (job.asked_by.empty()) {
    job.summary = {};
    job.summary.server = config_.name;
  }
  job.what.dry_run = dry_run;
  job.summary.trouble.clear();
  auto& asked = dry_run ? state.next_dry_run : state.next_pull;
  std::move(asked.begin(), asked.end(), std::back_inserter(job.asked_by));
  asked.clear();
  if (dry_run) {
    state.trial = state.queue;
    for (auto& [uuid, entry] : *state.trial)
      entry.next_try = {};
  } else {
    auto early_or_late = 2 * random_unit(env_.random) - 1;
    auto jitter = std::min(config_.jitter, config_.interval / 2);
    auto shift =
        std::chrono::duration<double, std::milli>(early_or_late * static_cast<double>(jitter.count()));
    state.next_poll =
        env_.time.steady_now() + config_.interval + std::chrono::duration_cast<milliseconds>(shift);
  }
  state.windows = {domain::next_window(config_.poll, state.reached)};
  list_next();
}

void misp_poller::list_next() {
  if (state.windows.empty())
    return end_listing();
  auto window = state.windows.back();
  state.windows.pop_back();
  auto form = state.json_listing ? misp::index_form::json : misp::index_form::csv;
  exchange(misp::make_index_request(config_.server, query_for(window), form),
           [this, window, form](const result<http::response>& answer) { on_listing(window, form, answer); });
}

void misp_poller::on_listing(const domain::poll_window& window, misp::index_form form,
                             const result<http::response>& answer) {
  auto server_now = std::chrono::floor<seconds>(env_.time.now());
  if (!answer)
    return on_listing_fault(window, answer.error(), server_now);
  read_headers(*answer);
  if (auto date = misp::read_notes(*answer).date)
    server_now = std::chrono::floor<seconds>(*date);
  auto query = query_for(window);
  auto listing = misp::parse_index(*answer, query);
  if (!listing && listing.error().code == ec::unavailable && form == misp::index_form::csv) {
    // Before 2.4.160 there is no CSV: the same in JSON. A server in maintenance redirects that, too.
    exchange(misp::make_index_request(config_.server, query, misp::index_form::json),
             [this, window](const result<http::response>& again) {
               on_listing(window, misp::index_form::json, again);
             });
    return;
  }
  if (!listing)
    return on_listing_fault(window, listing.error(), server_now);
  state.json_listing = form == misp::index_form::json;
  misp_is_well();
  std::vector<domain::listed_event> rows;
  std::transform(listing->rows.begin(), listing->rows.end(), std::back_inserter(rows), to_listed);
  rows = domain::keep_requested(std::move(rows), window, config_.poll, server_now);
  auto unasked = listing->unasked + listing->rows.size() - rows.size();
  if (unasked > 0)
    env_.log.warning("misp", "a MISP server listed events that were not asked for: something loses requests",
                     {{"server", config_.name}, {"events", unasked}});
  queue_rows(std::move(rows), server_now);
}

void misp_poller::on_listing_fault(const domain::poll_window& window, const error& fault,
                                   domain::misp_time server_now) {
  if (misp::remedy_of(fault) == misp::remedy::ask_smaller)
    if (auto halves = domain::halve(window, server_now)) {
      // The older half first: the checkpoint follows in the order of time.
      state.windows.push_back(halves->second);
      state.windows.push_back(halves->first);
      return list_next();
    }
  switch (misp::remedy_of(fault)) {
  case misp::remedy::wait:
    env_.metrics.misp_poll(config_.name, "rate_limited");
    break;
  case misp::remedy::renew_key:
  case misp::remedy::configure:
  case misp::remedy::repair_bot:
    env_.metrics.misp_poll(config_.name, "refused");
    break;
  default:
    env_.metrics.misp_poll(config_.name, "failed");
    break;
  }
  on_misp_fault(fault);
}

void misp_poller::queue_rows(std::vector<domain::listed_event> rows, domain::misp_time server_now) {
  state.current.summary.listed += rows.size();
  storage::write_batch batch;
  std::vector<domain::queued_event> fresh;
  std::vector<domain::dead_event> buried;
  for (const auto& row : rows) {
    auto record = parts_.table.record(config_.enclave, row.uuid);
    auto dead = parts_.table.dead(config_.name, row.uuid);
    if (!record || !dead) {
      env_.log.error(
          "misp", "the records of the MISP feed cannot be read",
          {{"server", config_.name}, {"error", to_string(record ? dead.error() : record.error())}});
      return pause_misp(after_own_fault, "the database cannot be read");
    }
    auto queued = work().find(row.uuid);
    domain::row_knowledge known{queued == work().end() ? nullptr : &queued->second,
                                *record ? &**record : nullptr, *dead ? &**dead : nullptr};
    auto verdict = domain::judge_row(row, config_.name, known, config_.poll);
    if (verdict == domain::row_verdict::known)
      continue;
    auto entry = domain::make_entry(row);
    if (verdict == domain::row_verdict::bury) {
      entry.reason = "it has " + std::to_string(row.attribute_count) + " attributes, over misp." +
                     config_.name + ".max_attributes";
      buried.push_back({entry, row.title, env_.time.now()});
      parts_.table.bury(batch, config_.name, buried.back());
    } else {
      fresh.push_back(entry);
      if (!config_.sabotage.checkpoint_without_queue)
        parts_.table.put_queued(batch, config_.name, entry);
      if (*dead)
        parts_.table.erase_dead(batch, config_.name, row.uuid);
    }
  }
  state.current.summary.queued += fresh.size();
  state.current.summary.dead += buried.size();
  if (state.trial) {
    for (auto& entry : fresh)
      (*state.trial)[entry.uuid] = entry;
    return list_next();
  }
  auto reached = domain::advance(state.reached, rows, config_.poll, server_now, env_.time.now());
  parts_.table.put_checkpoint(batch, config_.name, reached);
  write(std::move(batch), [this, reached, fresh = std::move(fresh), buried] {
    state.reached = reached;
    if (!config_.sabotage.checkpoint_without_queue)
      for (const auto& entry : fresh)
        state.queue[entry.uuid] = entry;
    for (const auto& dead : buried) {
      state.queue.erase(dead.entry.uuid);
      env_.metrics.misp_event(config_.name, "dead");
      env_.log.error("misp", "an event is too large and is given up",
                     {{"server", config_.name},
                      {"event", dead.entry.uuid},
                      {"title", dead.title},
                      {"attributes", dead.entry.attribute_count}});
    }
    env_.metrics.misp_checkpoint(config_.name, to_sys_time(reached.reached));
    list_next();
  });
}

void misp_poller::end_listing() {
  env_.metrics.misp_poll(config_.name, "success");
  env_.metrics.misp_last_success(config_.name, env_.time.now());
  const auto& summary = state.current.summary;
  env_.log.info("misp", "a MISP server was listed",
                {{"server", config_.name},
                 {"rows", summary.listed},
                 {"new", summary.queued},
                 {"waiting", state.queue.size()}});
  go_on();
}

void misp_poller::read_headers(const http::response& answer) {
  auto notes = misp::read_notes(answer);
  if (notes.key_expiry) {
    env_.metrics.misp_key_expiry(config_.name, *notes.key_expiry);
    if (*notes.key_expiry - env_.time.now() < std::chrono::hours{24 * 14})
      env_.log.warning("misp", "the key of a MISP server ends soon: make a new one in MISP",
                       {{"server", config_.name}});
  }
  if (!notes.deprecation.empty() && !std::exchange(state.deprecation_told, true))
    env_.log.warning("misp", "a MISP server says that something is deprecated",
                     {{"server", config_.name}, {"warning", notes.deprecation}});
}

} // namespace isacbot::actors
