/// The TRUSTAR POOL: a bounded fair queue in front of workers that pull. Lookups of people go before bulk
/// work, which keeps its share; workspaces and users take turns.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/trustar_worker.hpp"
#include "domain/fair_queue.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace isacbot::actors {

struct trustar_pool_config {
  trustar_worker_config worker;
  rate_limiter_actor limiter; ///< told what Station says about an account's limits
  std::size_t workers = 8;
  domain::fair_queue_settings queue{.max_items = 256}; ///< per class; beyond: ec::overloaded at once
  /// How often Station is asked what an account in use has left of its company's day; 0: never.
  milliseconds quota_interval{0};
};

struct trustar_pool_state {
  struct job {
    trustar_call call;
    caf::typed_response_promise<http_response_ptr> promise; ///< none: the pool itself asks for quotas
    steady_time arrived{};
  };
  domain::fair_queue<job> waiting;
  /// A call that a worker has in hand.
  struct running_call {
    std::string account;
    bool bulk = false;
    bool asks_quotas = false;
    caf::typed_response_promise<http_response_ptr> promise;
  };
  std::vector<trustar_worker_actor> workers; ///< all of them
  std::vector<trustar_worker_actor> idle;
  std::map<caf::actor_addr, running_call> running;
  std::map<std::string, steady_time> next_quota; ///< by account in use
  static inline const char* name = "trustar_pool";
};

class trustar_pool : public trustar_pool_actor::stateful_base<trustar_pool_state> {
 public:
  using super = trustar_pool_actor::stateful_base<trustar_pool_state>;

  trustar_pool(caf::actor_config& cfg, trustar_pool_config config, environment env);

  behavior_type make_behavior() override;

 private:
  /// @returns false when there is no room
  bool line_up(trustar_pool_state::job next);
  /// Gives waiting jobs to idle workers; jobs whose time is over are answered instead.
  void assign();
  [[nodiscard]] bool may_start(const trustar_pool_state::job& next, bool owed) const;
  void run(trustar_worker_actor worker, trustar_pool_state::job next);
  void hire();
  /// A worker failed: its call is answered, and another one takes its place.
  void on_worker_down(const caf::down_msg& down);
  void report();

  // Station knows better than our own count what is left of an account (trustar_pool_limits.cpp).
  void learn(const std::string& account, const http::response& answer);
  void learn(const std::string& account, const error& e);
  void learn_quota(const std::string& account, const http::response& answer);
  /// Now and then, while the account is in use.
  void ask_for_quota(const std::string& account, const member& who,
                     const domain::api_credentials& credentials);

  trustar_pool_config config_;
  environment env_;
};

} // namespace isacbot::actors
