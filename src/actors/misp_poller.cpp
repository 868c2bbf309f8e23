#include "actors/misp_poller.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr milliseconds after_own_fault{5'000};
constexpr milliseconds default_rate_wait{60'000};
constexpr milliseconds longest_rate_wait{3'600'000}; // MISP counts in windows of 15 minutes
constexpr domain::retry_policy misp_backoff{milliseconds{30'000}, milliseconds{900'000}, {}};
constexpr domain::retry_policy station_backoff{milliseconds{15'000}, milliseconds{600'000}, {}};

} // namespace

misp_poller::misp_poller(caf::actor_config& cfg, misp_poller_config config, misp_poller_parts parts,
                         environment env)
    : super(cfg),
      config_(std::move(config)),
      parts_(std::move(parts)),
      env_(env) {}

misp_poller::behavior_type misp_poller::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  state.current.summary.server = config_.name;
  send(this, atom::internal_v, state.timer);
  return {
      [this](atom::pull, const misp_pull& what) -> caf::result<misp_summary> {
        auto promise = make_response_promise<misp_summary>();
        (what.dry_run ? state.next_dry_run : state.next_pull).push_back(promise);
        // A person asks: now, whatever was in the way a while ago.
        state.misp_pause = {};
        state.station_pause = {};
        if (!what.dry_run)
          state.next_poll = {};
        go_on();
        return promise;
      },
      [this](atom::status) { return status(); },
      [this](atom::internal, std::uint64_t timer) {
        if (timer == state.timer)
          go_on();
      },
      [this](atom::outcome, const http_outcome& x) {
        if (x.ticket != state.ticket || !state.on_answer)
          return;
        state.busy = false;
        std::exchange(state.on_answer, nullptr)(*x.value);
      },
  };
}

bool misp_poller::load() {
  auto reached = parts_.table.checkpoint(config_.name);
  auto queue = parts_.table.queue(config_.name);
  if (!reached || !queue) {
    const auto& fault = reached ? queue.error() : reached.error();
    env_.log.error("misp", "the queue of a MISP server cannot be read",
                   {{"server", config_.name}, {"error", to_string(fault)}});
    env_.health.report("misp/" + config_.name,
                       "the queue of " + config_.name + " cannot be read: see the log");
    return false;
  }
  env_.health.report("misp/" + config_.name, "");
  state.reached = *reached;
  for (auto& entry : *queue)
    state.queue.emplace(entry.uuid, entry);
  state.loaded = true;
  return true;
}

void misp_poller::go_on() {
  if (state.busy)
    return;
  if (!state.loaded && !load()) {
    delayed_send(this, after_own_fault, atom::internal_v, ++state.timer);
    return;
  }
  auto now = env_.time.steady_now();
  if (!state.trial && !state.next_dry_run.empty() && state.current.asked_by.empty())
    return begin_poll(true);
  if (poll_due(now))
    return begin_poll(false);
  if (const auto* entry = entry_due(now))
    return fetch(domain::queued_event{*entry}, 0);
  finish_pull();
  if (now < state.misp_pause)
    answer_waiting();
  else if (!state.next_dry_run.empty())
    return begin_poll(true);
  arm();
}

bool misp_poller::poll_due(steady_time now) const {
  if (config_.on_request_only && state.next_pull.empty())
    return false;
  return !state.trial && now >= state.next_poll && now >= state.misp_pause;
}

const domain::queued_event* misp_poller::entry_due(steady_time now) const {
  if (config_.on_request_only && state.current.asked_by.empty())
    return nullptr;
  if (now < state.misp_pause || (!state.trial && now < state.station_pause))
    return nullptr;
  const auto& entries = state.trial ? *state.trial : state.queue;
  return domain::next_due(entries, config_.poll.order, env_.time.now());
}

/// Nothing more can be done now: who asked for a poll hears what came of it.
void misp_poller::finish_pull() {
  state.current.summary.waiting = work().size();
  state.trial.reset();
  for (auto& promise : std::exchange(state.current.asked_by, {}))
    promise.deliver(state.current.summary);
}

/// MISP can't be asked: who asked for a poll that has not begun need not wait for its end.
void misp_poller::answer_waiting() {
  auto summary = misp_summary{};
  summary.server = config_.name;
  summary.trouble = state.trouble;
  summary.waiting = state.queue.size();
  for (auto* asked : {&state.next_pull, &state.next_dry_run})
    for (auto& promise : std::exchange(*asked, {}))
      promise.deliver(summary);
}

void misp_poller::arm() {
  if (config_.on_request_only)
    return;
  auto now = env_.time.steady_now();
  auto next = std::max(state.next_poll, state.misp_pause);
  if (auto due = domain::next_time(state.queue)) {
    auto until = now + std::max(*due - env_.time.now(), milliseconds{0});
    next = std::min(next, std::max({until, state.misp_pause, state.station_pause}));
  }
  delayed_send(this, std::max(next - now, std::chrono::nanoseconds{milliseconds{1}}), atom::internal_v,
               ++state.timer);
}

void misp_poller::pause_misp(milliseconds how_long, std::string cause) {
  state.misp_pause = env_.time.steady_now() + how_long;
  state.windows.clear();
  state.trouble = cause;
  state.current.summary.trouble = std::move(cause);
  go_on();
}

/// Station is at fault, not the event: its entry stays as it is.
void misp_poller::pause_station(milliseconds at_least, std::string cause) {
  auto backoff = domain::backoff(station_backoff, ++state.station_failures, random_unit(env_.random));
  auto how_long = std::max(at_least, backoff);
  env_.log.warning("misp", "nothing can be delivered now",
                   {{"server", config_.name}, {"cause", cause}, {"waits_ms", how_long.count()}});
  state.station_pause = env_.time.steady_now() + how_long;
  state.trouble = cause;
  state.current.summary.trouble = std::move(cause);
  go_on();
}

void misp_poller::misp_is_well() {
  state.misp_failures = 0;
  state.trouble.clear();
}

void misp_poller::on_misp_fault(const error& fault) {
  switch (misp::remedy_of(fault)) {
  case misp::remedy::wait:
    return pause_misp(std::min(fault.retry_after.value_or(default_rate_wait), longest_rate_wait),
                      fault.cause);
  case misp::remedy::renew_key:
  case misp::remedy::configure:
  case misp::remedy::repair_bot:
    // The checkpoint stays: when this is mended, everything in between is listed.
    env_.log.error("misp", "a MISP server refuses us",
                   {{"server", config_.name}, {"error", to_string(fault)}});
    return pause_misp(config_.interval * config_.intervals_after_refusal, to_string(fault));
  default:
    env_.log.warning("misp", "a MISP server cannot be asked now",
                     {{"server", config_.name}, {"error", to_string(fault)}});
    return pause_misp(domain::backoff(misp_backoff, ++state.misp_failures, random_unit(env_.random)),
                      fault.cause);
  }
}

void misp_poller::exchange(http::request request, answer_handler then) {
  state.busy = true;
  state.on_answer = std::move(then);
  auto self = caf::actor_cast<misp_poller_actor>(this);
  parts_.http.send(
      std::move(request), config_.timeout, [self, ticket = ++state.ticket](result<http::response> outcome) {
        caf::anon_send(
            self, atom::outcome_v,
            http_outcome{ticket, std::make_shared<const result<http::response>>(std::move(outcome))});
      });
}

void misp_poller::write(storage::write_batch batch, std::function<void()> then) {
  state.busy = true;
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then(
          [this, then](atom::done) {
            state.busy = false;
            then();
          },
          [this](caf::error& e) {
            state.busy = false;
            auto cause = from_caf_error(e);
            env_.log.error("misp", "the queue of a MISP server could not be written",
                           {{"server", config_.name}, {"error", to_string(cause)}});
            // Perhaps it was written all the same: what is on disk counts.
            state.loaded = false;
            state.queue.clear();
            pause_misp(after_own_fault, "the database could not be written");
          });
}

misp_status misp_poller::status() const {
  misp_status out;
  out.server = config_.name;
  out.reached = state.reached;
  out.queued = state.queue.size();
  auto now = env_.time.steady_now();
  out.idle = state.loaded && !state.busy && !poll_due(now) && !entry_due(now);
  out.trouble = state.trouble;
  return out;
}

} // namespace isacbot::actors
