// The OUTBOX, for lists and reports alike: allowance, writes, waits, and what its owner is told.
#include "actors/caf_error.hpp"
#include "actors/outbox.hpp"
#include "domain/answers.hpp"
#include "domain/operator_member.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr std::chrono::seconds limiter_patience{40}; // it answers after half a minute in vain
constexpr std::chrono::seconds messenger_patience{120};
constexpr std::chrono::milliseconds short_wait{250};
constexpr std::size_t most_in_line = 16; // each holds its rows in memory
// Named, because clang 14 crashes on a label made inside a conditional expression.
constexpr telemetry::label of_lists{"indicators"};
constexpr telemetry::label of_reports{"report"};

} // namespace

telemetry::label kind_label(const domain::submission& s) noexcept {
  return s.kind == domain::submission_kind::report ? of_reports : of_lists;
}

/// A report, and the beginning of a list, which is mostly all of it: its owner looks at the answer.
bool outbox::is_brief(const outbox_errand& e) {
  return e.submission.kind == domain::submission_kind::report || e.part().number == "1";
}

void outbox::with_allowance(const errand_ptr& e, bool counted,
                            std::function<void(domain::api_credentials)> then,
                            std::function<void()> without_credentials) {
  auto row = parts_.credentials.get(e->submission.who);
  if (!row)
    return pause(e, std::chrono::minutes{1});
  // Nobody is there to sign in: the same as refused credentials, and mended in the same way.
  if (!*row)
    return without_credentials();
  auto account = std::move((*row)->access);
  acquire_request wanted;
  wanted.who = e->submission.who;
  wanted.credential = env_.accounts(account);
  wanted.counted = counted;
  wanted.bulk = true;
  wanted.brief = is_brief(*e);
  e->in_line = env_.time.steady_now();
  request(parts_.limiter, limiter_patience, atom::acquire_v, std::move(wanted))
      .then(
          [this, e, account, then = std::move(then)](const acquire_answer& allowed) {
            e->in_line.reset();
            if (state.draining)
              return release(e);
            if (allowed.granted == 0)
              return pause(e, std::max<std::chrono::nanoseconds>(allowed.admission.wait,
                                                                 std::chrono::milliseconds{50}));
            then(account);
          },
          [this, e](caf::error&) {
            e->in_line.reset();
            pause(e, std::chrono::seconds{1});
          });
  if (state.under_way.size() >= config_.max_in_flight)
    tick_after(short_wait); // by then it may stand in line, and others can go
}

/// Who has stood in line for a while for his owner's allowance keeps nobody else from going.
bool outbox::has_room() const {
  const auto since = env_.time.steady_now() - short_wait;
  const auto waiting = static_cast<std::size_t>(
      std::count_if(state.under_way.begin(), state.under_way.end(), [&](const auto& item) {
        return item.second->in_line && *item.second->in_line <= since;
      }));
  return state.under_way.size() < config_.max_in_flight + std::min(waiting, most_in_line);
}

bool outbox::take_note(const errand_ptr& e, bool applied, const std::string& cause) {
  if (applied) {
    state.budget.on_success();
    return true;
  }
  env_.log.warning("outbox", "a part was not taken",
                   {{"submission", e->submission.id},
                    {"part", e->part().number},
                    {"cause", cause},
                    {"attempt", e->part().attempts}});
  return state.budget.spend();
}

void outbox::record(const errand_ptr& e, result<storage::write_batch> batch, std::function<void()> then) {
  auto failed = [this, e](const error& cause) {
    // What is on disk is the last safe state of the part: it is read again and goes on from there.
    env_.log.error(
        "outbox", "a part's state could not be written",
        {{"submission", e->submission.id}, {"part", e->part().number}, {"error", to_string(cause)}});
    pause(e, std::chrono::seconds{5});
  };
  if (!batch)
    return failed(batch.error());
  if (batch->empty())
    return then();
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(*batch)), storage::sync::yes})
      .then([then = std::move(then)](atom::done) { then(); },
            [failed](caf::error& cause) { failed(from_caf_error(cause)); });
}

void outbox::release(const errand_ptr& e) {
  state.under_way.erase(e->submission.id.value);
  report_depth();
  if (!state.draining)
    return tick();
  finish_drain();
}

/// What stands in line for its allowance has nothing under way.
void outbox::finish_drain() {
  const bool busy = std::any_of(state.under_way.begin(), state.under_way.end(),
                                [](const auto& item) { return !item.second->in_line; });
  if (state.draining && !busy)
    for (auto& promise : std::exchange(state.drained, {}))
      promise.deliver(atom::done_v);
}

void outbox::pause(const errand_ptr& e, std::chrono::nanoseconds how_long) {
  if (state.not_before.size() > 100'000) // forgetting a wait costs one early try
    state.not_before.clear();
  state.not_before[e->part().idempotency_key()] = env_.time.steady_now() + how_long;
  release(e);
}

void outbox::check_delivered(const errand_ptr& e) {
  state.not_before.erase(e->part().idempotency_key());
  auto receipt = parts_.table.find(e->submission.id);
  if (receipt && *receipt && (*receipt)->delivered) {
    env_.metrics.submission(kind_label(e->submission), "delivered");
    std::erase_if(state.bisections,
                  [&](const auto& item) { return item.first.starts_with(e->submission.id.value + '/'); });
    send(parts_.follower, atom::follow_v, std::move(**receipt));
  }
  release(e);
}

void outbox::tell_owner(const errand_ptr& e, slack::message content) {
  if (domain::is_operator(e->submission.who)) // reads the log and `submissions show`
    return;
  slack_delivery delivery;
  delivery.target.who = e->submission.who;
  delivery.target.request_id = e->submission.id.value;
  delivery.content = std::make_shared<const slack::message>(std::move(content));
  delivery.direct = true;
  request(parts_.messenger, messenger_patience, atom::deliver_v, std::move(delivery))
      .then([](atom::done) {}, [](caf::error&) {}); // the messenger logs it; `/trustar status` tells the same
}

void outbox::tell_parked(const errand_ptr& e) {
  if (state.told_parked.size() > 10'000) // forgetting costs one message more
    state.told_parked.clear();
  if (state.told_parked.insert(e->submission.id.value).second)
    tell_owner(e, domain::answers::delivery_parked(e->submission, e->part()));
}

void outbox::report_depth() {
  auto depth = parts_.table.depth();
  if (!depth)
    return;
  env_.metrics.queue_items("outbox", "due", depth->due);
  env_.metrics.queue_items("outbox", "parked", depth->parked);
  env_.metrics.queue_items("outbox", "held", depth->held);
  env_.metrics.queue_items("outbox", "buried", depth->buried);
}

} // namespace isacbot::actors
