/// The MISP DELIVERY: makes Station hold what MISP servers publish. It is the single writer of every event's
/// record, whichever server the event came from: two deliveries of one event in one enclave never overlap.
/// What is to be done is decided by domain/misp/poll_delivery and, for each report, domain/report_fsm; this
/// actor writes, sends and waits.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/misp_messages.hpp"
#include "domain/report_fsm.hpp"
#include "storage/misp_table.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::actors {

/// Switches that break a promise on purpose, so that the test of that promise can show that it is able to
/// fail.
struct misp_sabotage {
  bool no_look_up = false;               ///< reports are created without looking for them first
  bool checkpoint_without_queue = false; ///< a listing moves the checkpoint and queues nothing
};

struct misp_delivery_config {
  domain::report_policy policy;
  milliseconds call_deadline{30'000};
  milliseconds longest_wait{15'000}; ///< longer waits are the poller's: meanwhile its queue is free to change
  misp_sabotage sabotage;
};

/// Handles and tables that it works with.
struct misp_delivery_parts {
  storage_writer_actor writer;
  rate_limiter_actor limiter;
  trustar_pool_actor pool;
  const storage::misp_table& table;
};

/// One event on its way to Station.
struct misp_delivery_run {
  misp_delivery_request what;
  caf::typed_response_promise<misp_delivery_outcome> promise;
  std::string key; ///< enclave and event
  domain::delivery_plan plan;
  std::size_t next_job = 0;
  bool intent_written = false;
  std::optional<domain::report_fsm> fsm; ///< of the job under way: put and tag
  std::uint32_t failures = 0;            ///< in a row, of the job under way: mark and remove
};

struct misp_delivery_state {
  struct waiting_request {
    misp_delivery_request what;
    caf::typed_response_promise<misp_delivery_outcome> promise;
  };
  /// By enclave and event: the one under way, and those behind it.
  std::map<std::string, std::deque<waiting_request>> under_way;
  std::map<std::uint64_t, std::function<void()>> waiting; ///< by ticket
  std::uint64_t last_ticket = 0;
  domain::retry_budget budget;
  static inline const char* name = "misp_delivery";
};

class misp_delivery : public misp_delivery_actor::stateful_base<misp_delivery_state> {
 public:
  using super = misp_delivery_actor::stateful_base<misp_delivery_state>;
  using run_ptr = std::shared_ptr<misp_delivery_run>;
  using call_then = std::function<void(result<http_response_ptr>)>;

  misp_delivery(caf::actor_config& cfg, misp_delivery_config config, misp_delivery_parts parts,
                environment env);

  behavior_type make_behavior() override;

 private:
  // misp_delivery.cpp
  void accept(misp_delivery_request what, caf::typed_response_promise<misp_delivery_outcome> promise);
  void begin(const run_ptr& r);
  void next_job(const run_ptr& r);
  void finish(const run_ptr& r);
  void answer(const run_ptr& r, misp_delivery_outcome outcome);
  void postpone(const run_ptr& r, milliseconds wait, std::string cause);
  void write_intent(const run_ptr& r, std::function<void()> then);
  void write(const run_ptr& r, storage::write_batch batch, std::function<void()> then);

  // misp_delivery_calls.cpp: one report
  void start_report(const run_ptr& r);
  void act(const run_ptr& r, const domain::report_action& action);
  void take_step(const run_ptr& r, domain::report_step step);
  void on_outcome(const run_ptr& r, const domain::report_outcome& outcome);
  void report_done(const run_ptr& r);
  void withdraw_report(const run_ptr& r);
  void withdrawn(const run_ptr& r, const domain::report_outcome& outcome);
  /// @returns whether what has to be on disk differs from what is
  bool note_progress(const run_ptr& r);
  void wait(const run_ptr& r, milliseconds delay, const std::string& cause, std::function<void()> then);
  void later(milliseconds delay, std::function<void()> then);
  void call(const run_ptr& r, telemetry::label endpoint, decltype(trustar_call::make) make, call_then then);

  misp_delivery_config config_;
  misp_delivery_parts parts_;
  environment env_;
};

/// Who a MISP server is for the RATE LIMITER.
member misp_member(const std::string& server);

} // namespace isacbot::actors
