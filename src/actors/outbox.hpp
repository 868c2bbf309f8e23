/// The OUTBOX: accepts submissions with one synced write, and brings their parts to Station, each exactly
/// once. What happens next to a part is decided by domain/submit_fsm; this actor writes, sends and waits.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/list_receiver.hpp"
#include "domain/report_fsm.hpp"
#include "domain/report_split.hpp"
#include "domain/submit_fsm.hpp"
#include "observables/known_names.hpp"
#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/journal_table.hpp"
#include "storage/outbox_table.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace isacbot::actors {

/// Switches that break a promise on purpose, so that the test of that promise can show that it is able to
/// fail.
struct outbox_sabotage {
  bool dequeue_before_send = false;    ///< a part is settled on disk before it is sent
  bool no_idempotency_key = false;     ///< batches are sent without their key
  bool create_without_look_up = false; ///< a report in doubt is created again without looking for it
  bool overtake = false;               ///< later parts of a submission go before one that waits
  bool split_in_doubt = false;         ///< a report whose creation had no answer is split as after 413
};

/// What its credentials are refused for when a member has none.
inline constexpr const char* no_credentials = "no credentials are registered";

/// What shall be at Station in the end.
domain::report_goal report_goal(const domain::submission& s, const domain::part& p);

/// "<submission>/1" of its part "1.2.1": what was cut.
std::string original_part(const domain::part& p);

/// "indicators" or "report", for metrics.
telemetry::label kind_label(const domain::submission& s) noexcept;

struct outbox_config {
  domain::batch_limits limits;
  domain::submit_policy policy;
  domain::report_policy report_policy;
  observables::known_names names;     ///< no value is cut in two
  std::size_t smallest_report = 4096; ///< bytes: what Station finds too large is not cut below this
  milliseconds call_deadline{30'000};
  std::size_t max_in_flight = 4; ///< parts of different submissions under way at once
  list_receiver_config lists;    ///< its limits are filled in
  std::size_t max_lists = 16;    ///< on their way in at once: each holds up to 64 MiB
  bool detached_lists = true;    ///< false under a test's scheduler, which has no threads
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
struct outbox_errand {
  explicit outbox_errand(domain::submission s) : submission(std::move(s)) {}
  virtual ~outbox_errand() = default;
  /// The part as it has to be on disk.
  [[nodiscard]] virtual const domain::part& part() const = 0;

  domain::submission submission;
  std::optional<steady_time> in_line; ///< since when it waits for its owner's allowance
};

/// A part of a list.
struct outbox_delivery final : outbox_errand {
  outbox_delivery(domain::submission s, domain::submit_fsm machine, std::vector<domain::indicator_row> load)
      : outbox_errand(std::move(s)),
        fsm(std::move(machine)),
        rows(std::make_shared<const std::vector<domain::indicator_row>>(std::move(load))) {}
  [[nodiscard]] const domain::part& part() const override { return fsm.current(); }

  domain::submit_fsm fsm;
  std::shared_ptr<const std::vector<domain::indicator_row>> rows;
};

/// A report, or one part of an oversized one.
struct outbox_report final : outbox_errand {
  outbox_report(domain::submission s, domain::part p, domain::report_fsm machine, domain::report_content load)
      : outbox_errand(std::move(s)),
        current(std::move(p)),
        fsm(std::move(machine)),
        content(std::make_shared<const domain::report_content>(std::move(load))) {}
  [[nodiscard]] const domain::part& part() const override { return current; }

  domain::part current;
  domain::report_fsm fsm;
  std::shared_ptr<const domain::report_content> content;
  std::optional<std::array<domain::report_piece, 2>> halves; ///< of what Station found too large
};

struct outbox_state {
  struct waiting_acceptance {
    acceptance what;
    caf::typed_response_promise<acceptance_outcome> promise;
  };

  std::map<std::string, std::shared_ptr<outbox_errand>> under_way; ///< by submission: one part at a time
  std::map<std::string, steady_time> not_before;                   ///< by idempotency key
  std::map<std::string, domain::bisection> bisections;             ///< by submission and original part
  std::set<std::string> accepting;        ///< request and content keys whose write has not returned
  std::deque<waiting_acceptance> waiting; ///< same keys as one being accepted: looked at again afterwards
  std::map<std::string, list_receiver_actor> lists; ///< on their way in, by the id they will have
  std::set<std::string> told_parked; ///< submissions whose owners were asked for credentials that work
  domain::retry_budget budget;
  bool draining = false;
  std::vector<caf::typed_response_promise<atom::done>> drained;
  static inline const char* name = "outbox";
};

class outbox : public outbox_actor::stateful_base<outbox_state> {
 public:
  using super = outbox_actor::stateful_base<outbox_state>;
  using errand_ptr = std::shared_ptr<outbox_errand>;
  using delivery_ptr = std::shared_ptr<outbox_delivery>;
  using report_ptr = std::shared_ptr<outbox_report>;

  outbox(caf::actor_config& cfg, outbox_config config, outbox_parts parts, environment env);

  behavior_type make_behavior() override;

 private:
  // Acceptance (outbox.cpp).
  void accept(acceptance what, caf::typed_response_promise<acceptance_outcome> promise);
  result<void> add_parts(storage::write_batch& batch, domain::receipt& receipt, acceptance& what) const;
  result<std::optional<acceptance_outcome>> seen_before(const acceptance& what, sys_time now) const;
  void accepted(const std::vector<std::string>& keys);

  // Large lists (outbox_lists.cpp).
  result<std::string> open_list(list_opening what);
  [[nodiscard]] result<list_receiver_actor> find_list(const std::string& id) const;

  // Delivery (outbox_delivery.cpp).
  void tick();
  void tick_after(std::chrono::nanoseconds pause);
  void unpark(const member& owner);
  /// For the operator (outbox_requests.cpp).
  void change(const storage::part_request& request,
              caf::typed_response_promise<storage::part_request_outcome> promise);
  /// @returns false when the part cannot be read; it is tried again later
  bool begin(const domain::part& p);
  result<errand_ptr> load(const domain::part& p) const;
  void start(const errand_ptr& e);
  void act(const delivery_ptr& d, const domain::submit_action& action);
  void acquire_and_send(const delivery_ptr& d);
  void send_part(const delivery_ptr& d, domain::api_credentials account);
  void on_outcome(const delivery_ptr& d, const domain::submit_outcome& outcome);
  void split(const delivery_ptr& d);

  // Reports (outbox_reports.cpp).
  void act(const report_ptr& r, const domain::report_action& action);
  void carry_out(const report_ptr& r, domain::report_step step);
  void send_step(const report_ptr& r, domain::report_step step, domain::api_credentials account);
  void on_answer(const report_ptr& r, domain::report_step step, result<http_response_ptr> response);
  void on_outcome(const report_ptr& r, domain::report_outcome outcome);
  void split(const report_ptr& r);

  // For both (outbox_errands.cpp).
  /// The owner's credentials, and one call from the limits, when its turn has come; the errand pauses when
  /// there is none to be had.
  /// @param counted  on the company's day
  void with_allowance(const errand_ptr& e, bool counted, std::function<void(domain::api_credentials)> then,
                      std::function<void()> without_credentials);
  [[nodiscard]] static bool is_brief(const outbox_errand& e);
  void record(const errand_ptr& e, result<storage::write_batch> batch, std::function<void()> then);
  /// Counts the outcome. @returns whether repeats are still within the budget
  bool take_note(const errand_ptr& e, bool applied, const std::string& cause);
  void release(const errand_ptr& e);
  void finish_drain();
  [[nodiscard]] bool has_room() const;
  void pause(const errand_ptr& e, std::chrono::nanoseconds how_long);
  void check_delivered(const errand_ptr& e);
  void tell_owner(const errand_ptr& e, slack::message content);
  /// Asks its owner to register again: once for a submission, not for each of its parts.
  void tell_parked(const errand_ptr& e);
  void report_depth();

  outbox_config config_;
  outbox_parts parts_;
  environment env_;
};

} // namespace isacbot::actors
