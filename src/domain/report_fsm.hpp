/// Decides what happens next to one report on its way to Station. No I/O, no clock: the caller reports, this
/// answers, and says what has to be on disk before the caller acts.
///
///             on_start / delay over
///   queued ──┬─ id known ─────────────────────────────► [update] ───┐
///            ├─ doubt, or whatever is there is replaced ► [look_up]  │      doubt: a creation was sent and
///            │       found in the enclave ──┬─ replace ► [update] ──┤      its outcome is not known.
///            │                              └─ ours ─────────────────┤      Another creation follows only
///            │       not there (any more doubt settled) ─► [create]  │      after a look-up that found
///            └─ no doubt ───────────────► [create] (doubt on disk)  ─┤      nothing, and not too early.
///                    400, 409 on creation ─► [look_up] ─ not there ──┼─► [bury]
///                    413 on creation, and the text can be cut ───────┼─► [split]: two pieces take its place
///                                                                    ▼
///                              body delivered, id on disk ─► [alter_tags] ─► [settle]
///
///   timeout, 5xx, cut, 429, no connection ... [wait], then as from on_start
///   old token .. [renew_token]     401, 403 .. [park] ── on_mended ──► queued or sent
///   413 else, enclave gone, refused for good  [bury] ── on_request ─► queued or sent
///   shutdown ................................ [stop], as before
///
/// States on disk are those of a part: `sent` is a report in doubt, `queued` one that is not.
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "domain/model.hpp"
#include "domain/retry_policy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::domain {

/// What shall be true at Station in the end. Title, body and the rest are the caller's, who sends them.
struct report_goal {
  std::string external_id; ///< unique in the enclave: a report that carries it there is this one
  enclave_id enclave;
  std::vector<std::string> tags;         ///< to be set
  std::vector<std::string> removed_tags; ///< set by us before, not wanted any more
  /// True: a report that is there gets the new content (a feed). False: it is our own earlier creation and
  /// needs nothing (one submission).
  bool replace = false;
};

/// How far it has come: what has to be on disk. A feed that has delivered an earlier version starts with the
/// report's id.
struct report_progress {
  part_state state = part_state::queued; ///< never `held`: a look-up settles every doubt
  std::string report_id;                 ///< Station's id, as soon as it is known
  bool body_delivered = false;           ///< the report there has the content that is wanted
  std::optional<sys_time> created_at;    ///< a creation was sent then, outcome unknown
  std::uint32_t attempts = 0;            ///< failures in a row
  std::string last_error;                ///< fit to be shown

  friend bool operator==(const report_progress&, const report_progress&) = default;
};

/// What came of one step.
enum class report_outcome_kind : std::uint8_t {
  done,                ///< success; of a look-up: a report was found
  missing,             ///< 404: no such report, or, of a creation, no such enclave
  rate_limited,        ///< 429: certainly not applied
  not_sent,            ///< no connection: certain that nothing was sent
  ambiguous,           ///< timeout, 5xx, cut connection, unreadable answer: may have been applied
  token_refused,       ///< the access token ran out or is unknown
  credentials_refused, ///< key or secret wrong, or no right to do this
  too_large,           ///< 413
  duplicate,           ///< 409: the external id is taken
  refused,             ///< 400 and other 4xx; some servers mean a taken external id
  cancelled,           ///< we are stopping; the step may have been applied
};

inline constexpr std::size_t report_outcome_count = 11;

struct report_outcome {
  report_outcome_kind kind = report_outcome_kind::ambiguous;
  std::string cause;                    ///< fit to be shown; empty when done
  std::optional<milliseconds> wait;     ///< 429: what the other side asked for
  std::string report_id;                ///< done, of a creation or a look-up
  std::vector<std::string> enclave_ids; ///< done, of a look-up: where the report is
  bool same_content = false;            ///< done, of a look-up: it has the content that is wanted already
  bool divisible = false;               ///< too_large: what was sent can be cut in two
};

/// Reads the error of an exchange about a report, as the codecs and the connection tell it. What is not
/// certain is ambiguous.
report_outcome report_outcome_of(const error& e);

enum class report_step : std::uint8_t {
  look_up,     ///< read the report by its external id; 404 is `missing`
  create,      ///< POST
  update,      ///< PUT by `current().report_id`
  alter_tags,  ///< set and remove tags, by `current().report_id`
  wait,        ///< call on_start after `delay`
  renew_token, ///< get another access token, then call on_start at once
  settle,      ///< it is done
  split,       ///< cut it in two; record both pieces and the end of this one in one synced batch
  park,        ///< ask the owner to mend the credentials
  bury,        ///< a dead letter; tell the owner `current().last_error`
  stop,        ///< do nothing more in this run: what is on disk is right
};

struct report_action {
  report_step step = report_step::stop;
  milliseconds delay{0};   ///< with wait
  bool save = false;       ///< `current()` has to be on disk, synced, before the step is taken
  bool tell_owner = false; ///< with wait: so many failures in a row that the owner should hear of it
};

struct report_policy {
  retry_policy retry;
  /// Stations need not show a report at once: so long after a creation, "not there" proves nothing.
  milliseconds visible_after{60'000};
  std::uint32_t look_ups_after_duplicate = 3; ///< so often a report that must be there is looked for
  std::uint32_t token_renewals = 2;           ///< at once, in a row; then with backoff
  std::uint32_t tell_after = 4;               ///< after so many failures the owner hears of it
  std::uint32_t patience = 8;                 ///< failures after which what contradicts itself is given up
};

class report_fsm {
 public:
  /// @param progress  as found on disk; one found `sent` is in doubt
  report_fsm(report_goal goal, report_progress progress, report_policy policy);

  /// The report is due. @returns a step to take, or stop (under way, settled, buried, parked)
  report_action on_start(sys_time now);

  /// What came of the step under way.
  /// @param jitter         in [0, 1), drawn by the caller
  /// @param within_budget  false: too many repeats on the way to this Station, wait the longest time
  /// @returns the next step; stop when none was under way: an answer that comes twice changes nothing
  report_action on_outcome(const report_outcome& outcome, sys_time now, double jitter,
                           bool within_budget = true);

  /// The owner has given new credentials. @returns wait without delay for a parked report, else stop
  report_action on_mended();
  /// A person asks for a parked or buried report to be tried again. @returns wait without delay, or stop
  report_action on_request();
  /// A person gives it up. @returns bury; stop when a step is under way or it is over
  report_action on_cancel();

  /// As it has to be on disk.
  [[nodiscard]] const report_progress& current() const noexcept { return progress_; }
  [[nodiscard]] const report_goal& goal() const noexcept { return goal_; }
  /// Whether a creation of unknown outcome has been sent.
  [[nodiscard]] bool doubtful() const noexcept;

 private:
  struct circumstances {
    sys_time now;
    double jitter;
    bool within_budget;
  };

  report_action next(sys_time now);
  report_action begin(report_step step, bool save = false);
  report_action create(sys_time now);
  report_action deliver_tags();
  report_action succeed(report_step step, const report_outcome& outcome, const circumstances& c);
  report_action absent(const circumstances& c);
  report_action missing(report_step step, const report_outcome& outcome, const circumstances& c);
  report_action refused(report_step step, const report_outcome& outcome, const circumstances& c);
  report_action back_off(const circumstances& c);
  report_action bury(std::string cause);
  report_action resume();
  void not_created() noexcept;

  report_goal goal_;
  report_progress progress_;
  report_policy policy_;
  report_step under_way_ = report_step::stop;
  std::uint32_t renewals_ = 0;         ///< in a row
  std::optional<std::string> refusal_; ///< why a creation was refused, while we look if it is there already
  std::uint32_t looks_left_ = 0;       ///< with a refusal
};

/// A report of one submission stands on disk as a part: its state, its doubt and, as soon as it is known,
/// Station's id.
report_progress progress_of(const part& p);
void put_progress(part& p, const report_progress& progress);

} // namespace isacbot::domain
