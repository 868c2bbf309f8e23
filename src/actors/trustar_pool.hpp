/// The TRUSTAR POOL: a bounded queue in front of workers that pull. Lookups of people go before bulk work.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/trustar_worker.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace isacbot::actors {

struct trustar_pool_config {
  trustar_worker_config worker;
  rate_limiter_actor limiter; ///< told when Station says "not before"
  std::size_t workers = 8;
  std::size_t max_queued = 256; ///< per class; beyond: ec::overloaded at once
};

struct trustar_pool_state {
  struct job {
    trustar_call call;
    caf::typed_response_promise<http_response_ptr> promise;
    steady_time arrived{};
  };
  std::deque<job> interactive;
  std::deque<job> bulk;
  /// A call that a worker has in hand.
  struct running_call {
    std::string account;
    caf::typed_response_promise<http_response_ptr> promise;
  };
  std::vector<trustar_worker_actor> workers; ///< all of them
  std::vector<trustar_worker_actor> idle;
  std::map<caf::actor_addr, running_call> running;
  static inline const char* name = "trustar_pool";
};

class trustar_pool : public trustar_pool_actor::stateful_base<trustar_pool_state> {
 public:
  using super = trustar_pool_actor::stateful_base<trustar_pool_state>;

  trustar_pool(caf::actor_config& cfg, trustar_pool_config config, environment env);

  behavior_type make_behavior() override;

 private:
  /// Gives waiting jobs to idle workers; jobs whose time is over are answered instead.
  void assign();
  void run(trustar_worker_actor worker, trustar_pool_state::job next);
  void hire();
  /// A worker failed: its call is answered, and another one takes its place.
  void on_worker_down(const caf::down_msg& down);
  /// Station knows better than our own count what is left of an account.
  void correct_limiter(const std::string& account, const error& e);
  void report();

  trustar_pool_config config_;
  environment env_;
};

} // namespace isacbot::actors
