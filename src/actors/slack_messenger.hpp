/// The SLACK MESSENGER: everything that goes to Slack, over one port, with Slack's rules for repeating.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace isacbot::actors {

struct slack_messenger_config {
  slack::api_access access;
  std::vector<std::string> response_url_hosts;
  milliseconds call_deadline{10'000};
  std::size_t max_in_flight = 1'000; ///< calls and deliveries; beyond: ec::overloaded
};

/// One call on its way, until Slack has said yes or a final no.
struct slack_exchange {
  slack_call call;
  std::function<void(result<http_response_ptr>)> then;
  std::uint32_t tries = 0;
};

/// One message on its way to a member. The ways in the order tried:
///
///     response_url --> ephemeral post --> direct message --> nothing left
///
/// A way is left when Slack says that it will not work (used up, not in the channel, ...).
struct slack_delivery_in_flight {
  slack_delivery delivery;
  caf::typed_response_promise<atom::done> promise;
};

struct slack_messenger_state {
  std::map<std::uint64_t, slack_exchange> exchanges;
  std::uint64_t last_ticket = 0;
  static inline const char* name = "slack_messenger";
};

class slack_messenger : public slack_messenger_actor::stateful_base<slack_messenger_state> {
 public:
  using super = slack_messenger_actor::stateful_base<slack_messenger_state>;
  using delivery_ptr = std::shared_ptr<slack_delivery_in_flight>;
  using continuation = std::function<void(result<http_response_ptr>)>;

  slack_messenger(caf::actor_config& cfg, slack_messenger_config config, environment env);

  behavior_type make_behavior() override;

 private:
  void start(slack_call call, continuation then);
  void send_now(std::uint64_t ticket);
  void on_outcome(std::uint64_t ticket, const result<http::response>& outcome);
  /// @returns how long to wait before the call is sent again, or nullopt when it is over
  std::optional<milliseconds> pause_before_repeat(const slack_exchange& x, const error& e,
                                                  slack::next_step next) const;

  void by_response_url(const delivery_ptr& d);
  void by_ephemeral(const delivery_ptr& d);
  void by_direct_message(const delivery_ptr& d);
  void arrived(const delivery_ptr& d, telemetry::answer_route route);
  void lost(const delivery_ptr& d, const error& e);

  slack_messenger_config config_;
  environment env_;
};

} // namespace isacbot::actors
