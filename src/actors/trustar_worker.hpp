/// A TRUSTAR WORKER: one exchange with Station at a time, with a token that it renews by TruSTAR's rule.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/token_cache.hpp"

#include <memory>
#include <string>

namespace isacbot::actors {

struct trustar_worker_config {
  trustar::origin station;
  std::shared_ptr<token_cache> tokens; ///< shared by the workers of one pool
};

/// The exchange under way. One call is: a token unless a live one is cached, then the call itself; on one of
/// the two token faults a new token and the call once more.
struct trustar_worker_state {
  enum class phase { idle, token, call };
  phase now = phase::idle;
  trustar_call call;
  caf::typed_response_promise<http_response_ptr> promise;
  std::uint64_t ticket = 0; ///< of the exchange whose answer is awaited
  bool renewed = false;     ///< the token was renewed for this call already
  secret token;
  steady_time deadline{};
  steady_time sent{};
  static inline const char* name = "trustar_worker";
};

class trustar_worker : public trustar_worker_actor::stateful_base<trustar_worker_state> {
 public:
  using super = trustar_worker_actor::stateful_base<trustar_worker_state>;

  trustar_worker(caf::actor_config& cfg, trustar_worker_config config, environment env);

  behavior_type make_behavior() override;

 private:
  void start();
  void ask_for_token();
  void send_call();
  void on_outcome(const result<http::response>& outcome);
  void on_token(const result<http::response>& outcome);
  void on_answer(const result<http::response>& outcome);
  void exchange(http::request request);
  void finish(result<http_response_ptr> outcome);

  trustar_worker_config config_;
  environment env_;
};

} // namespace isacbot::actors
