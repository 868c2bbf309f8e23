#include "actors/rate_limiter.hpp"

#include "actors/exception_log.hpp"

#include <array>
#include <utility>

namespace isacbot::actors {

namespace {

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
  }
  return "user";
}

telemetry::label label_of(const domain::limit_decision& decision) {
  if (decision.granted == 0)
    return "refused";
  if (decision.wait.count() > 0)
    return "delayed";
  return "granted";
}

/// A member's user id is unique within a team only.
std::string user_key(const member& who) {
  return who.team.value + '/' + who.user.value;
}

/// The way from the caller to the root: the leaf first.
struct limit_path {
  explicit limit_path(const acquire_request& request)
      : user(user_key(request.who)),
        keys{{{domain::limit_level::user, user}, {domain::limit_level::credential, request.credential}}} {}
  limit_path(const limit_path&) = delete;

  std::string user;
  std::array<domain::level_key, 2> keys;
};

} // namespace

rate_limiter_state::rate_limiter_state(rate_limiter_config config, environment env)
    : config_(std::move(config)),
      env_(env),
      buckets_(config_.levels, domain::hash_key{random_bits(env.random), random_bits(env.random)}) {}

acquire_answer rate_limiter_state::acquire(const acquire_request& request) {
  limit_path path{request};
  auto longest = request.reserve ? std::chrono::nanoseconds{config_.admission.queue_deadline - request.waited}
                                 : std::chrono::nanoseconds{0};
  auto decision = buckets_.take(path.keys, request.calls, env_.time.steady_now(),
                                std::max(longest, std::chrono::nanoseconds{0}));
  acquire_answer answer;
  answer.granted = decision.granted;
  answer.admission = domain::admit(decision.wait, request.waited, config_.admission);
  if (decision.granted == 0)
    answer.admission.step = domain::admission_step::stop;

  telemetry::label level = label_of(decision.limiting.value_or(domain::limit_level::user));
  env_.metrics.rate_limit_decision(level, label_of(decision));
  if (decision.granted > 0 && decision.wait.count() > 0)
    env_.metrics.rate_limit_wait(level, decision.wait);
  for (auto l : {domain::limit_level::user, domain::limit_level::credential})
    if (decision.near.contains(l))
      env_.metrics.rate_limit_near(label_of(l));
  return answer;
}

standings rate_limiter_state::standing(const acquire_request& request) {
  limit_path path{request};
  return buckets_.standing(path.keys, env_.time.steady_now());
}

void rate_limiter_state::hold(const std::string& credential, milliseconds duration) {
  buckets_.hold({domain::limit_level::credential, credential}, duration, env_.time.steady_now());
}

rate_limiter_actor::behavior_type rate_limiter(rate_limiter_actor::pointer self,
                                               std::shared_ptr<rate_limiter_state> state,
                                               telemetry::logger log) {
  log_exceptions(*self, std::move(log), "rate_limiter");
  return {
      [state](atom::acquire, const acquire_request& request) { return state->acquire(request); },
      [state](atom::status, const acquire_request& request) { return state->standing(request); },
      [state](atom::hold, const std::string& credential, std::int64_t ms) {
        state->hold(credential, milliseconds{ms});
      },
  };
}

} // namespace isacbot::actors
