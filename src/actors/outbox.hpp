/// The OUTBOX: accepts submissions with one synced write, and brings their parts to Station, each exactly
/// once. What happens next to a part is decided by domain/submit_fsm; this actor writes, sends and waits.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "domain/submit_fsm.hpp"
#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/journal_table.hpp"
#include "storage/outbox_table.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace isacbot::actors {

/// Switches that break a promise on purpose, so that the test of that promise can show that it is able to
/// fail.
struct outbox_sabotage {
  bool dequeue_before_send = false; ///< a part is settled on disk before it is sent
  bool no_idempotency_key = false;  ///< batches are sent without their key
};

struct outbox_config {
  domain::batch_limits limits;
  domain::submit_policy policy;
  milliseconds call_deadline{30'000};
  std::size_t max_in_flight = 4; ///< parts of different submissions under way at once
  outbox_sabotage sabotage;
};

/// Handles and tables that the OUTBOX works with.
struct outbox_parts {
  storage_writer_actor writer;
  rate_limiter_actor limiter;
  trustar_pool_actor pool;
  slack_messenger_actor messenger;
  follower_actor follower;
  const storage::outbox_table& table;
  const storage::credentials_table& credentials;
  const storage::drafts_table& drafts;
  const storage::journal_table& journal;
};

/// A part under way: from the moment it is picked until its outcome is on disk.
struct outbox_delivery {
  domain::submit_fsm fsm;
  domain::submission submission;
  std::shared_ptr<const std::vector<domain::indicator_row>> rows;
};

struct outbox_state {
  struct waiting_acceptance {
    acceptance what;
    caf::typed_response_promise<acceptance_outcome> promise;
  };

  std::map<std::string, std::shared_ptr<outbox_delivery>> under_way; ///< by submission: one part at a time
  std::map<std::string, steady_time> not_before;                     ///< by idempotency key
  std::map<std::string, domain::bisection> bisections;               ///< by submission and original part
  std::set<std::string> accepting;        ///< request and content keys whose write has not returned
  std::deque<waiting_acceptance> waiting; ///< same keys as one being accepted: looked at again afterwards
  domain::retry_budget budget;
  bool draining = false;
  std::vector<caf::typed_response_promise<atom::done>> drained;
  static inline const char* name = "outbox";
};

class outbox : public outbox_actor::stateful_base<outbox_state> {
 public:
  using super = outbox_actor::stateful_base<outbox_state>;
  using delivery_ptr = std::shared_ptr<outbox_delivery>;

  outbox(caf::actor_config& cfg, outbox_config config, outbox_parts parts, environment env);

  behavior_type make_behavior() override;

 private:
  // Acceptance (outbox.cpp).
  void accept(acceptance what, caf::typed_response_promise<acceptance_outcome> promise);
  result<std::optional<acceptance_outcome>> seen_before(const acceptance& what, sys_time now) const;
  void accepted(const std::vector<std::string>& keys);

  // Delivery (outbox_delivery.cpp).
  void tick();
  void tick_after(std::chrono::nanoseconds pause);
  void unpark(const member& owner);
  /// @returns false when the part cannot be read; it is tried again later
  bool begin(const domain::part& p);
  void act(const delivery_ptr& d, const domain::submit_action& action);
  void acquire_and_send(const delivery_ptr& d);
  void send_part(const delivery_ptr& d, domain::api_credentials account);
  void on_outcome(const delivery_ptr& d, const domain::submit_outcome& outcome);
  void split(const delivery_ptr& d);
  void record(const delivery_ptr& d, result<storage::write_batch> batch, std::function<void()> then);
  void release(const delivery_ptr& d);
  void pause(const delivery_ptr& d, std::chrono::nanoseconds how_long);
  void check_delivered(const delivery_ptr& d);
  void tell_owner(const delivery_ptr& d, slack::message content);
  void report();

  outbox_config config_;
  outbox_parts parts_;
  environment env_;
};

} // namespace isacbot::actors
