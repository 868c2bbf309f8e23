#include "actors/rate_limiter.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr std::chrono::seconds after_failed_write{1};
/// A grant that nobody claims for so long belongs to a command that has ended.
constexpr std::chrono::seconds unclaimed{60};
constexpr std::chrono::milliseconds shortest_timer{1};

constexpr domain::limit_level every_level[] = {domain::limit_level::user, domain::limit_level::credential,
                                               domain::limit_level::workspace, domain::limit_level::address,
                                               domain::limit_level::company_day};

telemetry::label label_of(domain::limit_level level) {
  switch (level) {
  case domain::limit_level::user:
    return "user";
  case domain::limit_level::credential:
    return "credential";
  case domain::limit_level::workspace:
    return "workspace";
  case domain::limit_level::address:
    return "address";
  case domain::limit_level::company_day:
    return "company_day";
  }
  return "user";
}

/// A member's user id is unique within a team only.
std::string user_key(const member& who) {
  return who.team.value + '/' + who.user.value;
}

domain::call_wish wish_of(const acquire_request& request) {
  domain::call_wish wish;
  wish.user = user_key(request.who);
  wish.credential = request.credential;
  wish.workspace = request.who.team.value;
  wish.calls = request.calls;
  wish.counted = request.counted;
  wish.bulk = request.bulk;
  wish.brief = request.brief;
  wish.may_wait = request.may_wait;
  wish.waited = request.waited;
  return wish;
}

domain::admission_line_settings line_of(const rate_limiter_config& config) {
  auto line = config.line;
  line.wait_out = config.admission.wait_out;
  line.queue_deadline = config.admission.queue_deadline;
  return line;
}

domain::hash_key some_key(environment& env) {
  return {random_bits(env.random), random_bits(env.random)};
}

} // namespace

rate_limiter_memory::rate_limiter_memory(const rate_limiter_config& config,
                                         const storage::limits_table* saved, environment& env)
    : admission(config.admission),
      line(line_of(config),
           domain::limit_tree(config.limits, saved != nullptr ? saved->hash_key() : some_key(env))) {
  if (saved == nullptr)
    return;
  kept = true;
  line.tree().keep_long_limits(config.kept_window);
  const domain::moment now{env.time.steady_now(), env.time.now()};
  auto found = saved->load(outdated, now.wall);
  if (!found) {
    env.log.error("limits", "what was taken before the start cannot be read",
                  {{"error", to_string(found.error())}});
    return;
  }
  for (const auto& [lease, full_at] : found->buckets)
    line.tree().restore(lease, full_at, now);
  for (const auto& lease : found->days)
    line.tree().restore(lease);
}

rate_limiter::rate_limiter(caf::actor_config& cfg, rate_limiter_config config,
                           std::shared_ptr<rate_limiter_memory> memory, storage_writer_actor writer,
                           environment env)
    : super(cfg),
      config_(std::move(config)),
      memory_(std::move(memory)),
      writer_(std::move(writer)),
      env_(std::move(env)) {}

rate_limiter::behavior_type rate_limiter::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  memory_->line.forget_waiting(); // whoever waited was told by the failure of the actor before this one
  if (!memory_->outdated.empty() && writer_)
    anon_send(
        writer_, atom::write_v,
        write_request{std::make_shared<const storage::write_batch>(std::exchange(memory_->outdated, {})),
                      storage::sync::no});
  return {
      [this](atom::acquire, const acquire_request& request) { return acquire(request); },
      [this](atom::claim, std::uint64_t ticket) { return claim(ticket); },
      [this](atom::cancel, std::uint64_t ticket) {
        memory_->line.cancel(ticket);
        state.served.erase(ticket);
        state.claims.erase(ticket);
        memory_->line.advance(now());
        settle();
      },
      [this](atom::status, const acquire_request& request) {
        const auto wish = wish_of(request);
        return memory_->line.tree().standing({wish.user, wish.credential, wish.workspace}, now());
      },
      [this](atom::correct, const station_count& told) { correct(told); },
      [this](atom::change, const changed_limits& changed) {
        memory_->admission.queue_deadline = changed.queue_deadline;
        config_.admission = memory_->admission;
        memory_->line.configure(line_of(config_));
        memory_->line.tree().configure(changed.tree);
        memory_->line.advance(now());
        settle();
        return atom::done_v;
      },
      [this](atom::internal, std::uint64_t timer) {
        if (timer != state.timer)
          return;
        state.timer_at.reset();
        memory_->line.advance(now());
        settle();
      },
  };
}

caf::result<acquire_answer> rate_limiter::acquire(const acquire_request& request) {
  const auto verdict = memory_->line.ask(wish_of(request), now());
  count(verdict);
  auto answer = answer_of(verdict, request.waited);
  using kind = domain::call_verdict::kind;
  if (verdict.crowded) {
    settle();
    return to_caf_error(fail(ec::overloaded, "too many wait for their turn", "try again in a minute"));
  }
  if (verdict.what != kind::waiting || (request.may_wait && !request.bulk)) {
    settle();
    return answer;
  }
  auto promise = make_response_promise<acquire_answer>();
  state.claims.emplace(verdict.ticket, promise);
  settle();
  return promise;
}

acquire_answer rate_limiter::answer_of(const domain::call_verdict& verdict, milliseconds waited) const {
  using kind = domain::call_verdict::kind;
  acquire_answer answer;
  answer.granted = verdict.granted;
  answer.ticket = verdict.ticket;
  answer.admission = domain::admit(verdict.wait, waited, memory_->admission);
  if (verdict.what == kind::refused)
    answer.admission.step = domain::admission_step::stop;
  else if (verdict.what == kind::waiting && answer.admission.step == domain::admission_step::go)
    answer.admission.step = domain::admission_step::wait_out;
  else if (answer.admission.step == domain::admission_step::stop)
    answer.admission.step = domain::admission_step::queue;
  return answer;
}

caf::result<acquire_answer> rate_limiter::claim(std::uint64_t ticket) {
  if (auto served = state.served.extract(ticket))
    return std::move(served.mapped().answer);
  if (!memory_->line.holds(ticket))
    return to_caf_error(fail(ec::overloaded, "the place in line is gone", "try again"));
  auto promise = make_response_promise<acquire_answer>();
  state.claims.insert_or_assign(ticket, promise);
  return promise;
}

void rate_limiter::correct(const station_count& told) {
  auto& tree = memory_->line.tree();
  if (told.not_before)
    tree.hold(told.credential, *told.not_before, now());
  if (told.remaining)
    tree.lower(told.credential, *told.remaining, now());
  if (told.quota)
    tree.told_quota(told.credential, told.quota->guid, told.quota->max_requests, told.quota->used_requests,
                    now());
  memory_->line.advance(now());
  settle();
}

void rate_limiter::settle() {
  keep_leases();
  for (const auto& event : memory_->line.take_events())
    deliver(event);
  const auto present = env_.time.steady_now();
  while (!state.served.empty() && state.served.begin()->second.when + unclaimed < present)
    state.served.erase(state.served.begin());
  env_.metrics.queue_items("limits", "interactive",
                           memory_->line.waiting(domain::service_class::interactive));
  env_.metrics.queue_items("limits", "bulk", memory_->line.waiting(domain::service_class::bulk));

  const auto next = memory_->line.next_look();
  if (memory_->line.empty() || !next || (state.timer_at && *state.timer_at <= *next))
    return;
  state.timer_at = *next;
  const auto pause = std::max<std::chrono::nanoseconds>(*next - present, shortest_timer);
  delayed_send(this, pause, atom::internal_v, ++state.timer);
}

void rate_limiter::deliver(const domain::line_event& event) {
  const auto level = label_of(event.limiting.value_or(domain::limit_level::user));
  acquire_answer answer;
  answer.granted = event.granted;
  if (event.granted == 0) {
    answer.admission = {domain::admission_step::stop, event.wait};
    env_.metrics.rate_limit_decision(level, "refused");
  } else {
    env_.metrics.rate_limit_wait(level, event.stood);
    for (const auto l : every_level)
      if (event.near.contains(l))
        env_.metrics.rate_limit_near(label_of(l));
  }
  if (auto waiting = state.claims.extract(event.ticket))
    waiting.mapped().deliver(std::move(answer));
  else
    state.served[event.ticket] = {std::move(answer), env_.time.steady_now()};
}

/// One write at a time; those who wait for a lease go when it is done.
void rate_limiter::keep_leases() {
  if (!memory_->kept || state.writing || !writer_)
    return;
  auto changes = memory_->line.tree().take_changes(now());
  if (changes.empty())
    return;
  storage::write_batch batch;
  for (const auto bucket : changes.full)
    storage::limits_table::erase(batch, bucket);
  for (std::size_t i = 0; i < changes.buckets.size(); ++i)
    storage::limits_table::put(batch, changes.buckets[i], changes.full_at[i]);
  for (const auto& day : changes.days)
    storage::limits_table::put(batch, day);
  state.writing = true;
  const auto sent = std::make_shared<const domain::limit_tree::changes>(std::move(changes));
  request(writer_, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then(
          [this, sent](atom::done) {
            state.writing = false;
            memory_->line.tree().written(*sent);
            memory_->line.advance(now());
            settle();
          },
          [this, sent](caf::error& e) {
            state.writing = false;
            env_.log.error("limits", "what was taken could not be written; calls wait",
                           {{"error", to_string(from_caf_error(e))}});
            memory_->line.tree().failed(*sent);
            state.timer_at.reset();
            delayed_send(this, after_failed_write, atom::internal_v, ++state.timer);
          });
}

void rate_limiter::count(const domain::call_verdict& verdict) {
  using kind = domain::call_verdict::kind;
  const auto level = label_of(verdict.limiting.value_or(domain::limit_level::user));
  if (verdict.what == kind::refused)
    env_.metrics.rate_limit_decision(level, "refused");
  else if (verdict.what == kind::waiting)
    env_.metrics.rate_limit_decision(level, "queued");
  else if (verdict.wait.count() > 0)
    env_.metrics.rate_limit_decision(level, "delayed");
  else
    env_.metrics.rate_limit_decision(level, "granted");
  if (verdict.what == kind::granted && verdict.wait.count() > 0)
    env_.metrics.rate_limit_wait(level, verdict.wait);
  for (const auto l : every_level) {
    if (verdict.near.contains(l))
      env_.metrics.rate_limit_near(label_of(l));
    if (verdict.would_refuse.contains(l))
      env_.metrics.rate_limit_decision(label_of(l), "would_refuse");
  }
}

} // namespace isacbot::actors
