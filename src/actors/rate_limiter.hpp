/// The RATE LIMITER: one set of token buckets for the whole bot, because Station counts the whole bot.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "domain/admission.hpp"
#include "domain/bucket_table.hpp"

#include <memory>

namespace isacbot::actors {

struct rate_limiter_config {
  domain::bucket_table::settings levels;
  domain::admission_policy admission;
};

/// Decides; knows nothing of actors.
class rate_limiter_state {
 public:
  rate_limiter_state(rate_limiter_config config, environment env);

  acquire_answer acquire(const acquire_request& request);
  standings standing(const acquire_request& request);
  void hold(const std::string& credential, milliseconds duration);

 private:
  rate_limiter_config config_;
  environment env_;
  domain::bucket_table buckets_;
};

/// @param state  outlives the actor, so that a restart forgets nothing that was taken
rate_limiter_actor::behavior_type rate_limiter(rate_limiter_actor::pointer self,
                                               std::shared_ptr<rate_limiter_state> state,
                                               telemetry::logger log);

} // namespace isacbot::actors
