/// Decides what happens next to one part on its way to Station. No I/O, no clock: the caller reports, this
/// answers, and says what has to be on disk before the caller acts.
///
///                          on_start / delay over
///   queued ───────────────────────────────────────────────┐      doubtful: some attempt may have been
///     ▲                                                   ▼      applied. Then only the same key and the
///     │ not sent · 429 · token refused               [send] sent  same body may follow; the part stays
///     │ (and not doubtful)                                │      `sent`, whatever is answered, until
///     └──── [wait] or [renew_token] ◄─────────────────────┤      applied, 400 or 413.
///                                                         │
///        applied ................... [settle]  settled ◄──┤
///        timeout, 5xx, cut ......... [wait]    sent    ◄──┤      backoff; the same key, the same body
///        401, 403 .................. [park]    parked  ◄──┤      ── on_mended ──► queued or sent
///        404 enclave ............... [bury]    buried  ◄──┤      ── on_request ─► queued or sent
///        413, 400, many rows ....... [split]   two halves with keys of their own
///        413, 400, one row ......... [refuse]  the row is refused, the part is over (settled without rows)
///        doubtful for over 6 days .. [hold]    held    ◄──┘      ── on_request ─► sent, doubt counts anew
///        shutdown .................. [stop]    as before
///
/// A 400 or 413 means "certainly not applied", also after a doubtful attempt: a server that honours the key
/// would have recognised the batch, and any other judges the same bytes as it did then.
#pragma once

#include "core/error.hpp"
#include "domain/model.hpp"
#include "domain/retry_policy.hpp"

#include <cstdint>
#include <string>

namespace isacbot::domain {

/// What came of one attempt.
enum class submit_outcome_kind : std::uint8_t {
  applied,             ///< success, or recognised as applied before
  rate_limited,        ///< 429: certainly not applied
  not_sent,            ///< no connection: certain that nothing was sent
  ambiguous,           ///< timeout, 5xx, cut connection, unreadable answer: may have been applied
  token_refused,       ///< the access token ran out or is unknown
  credentials_refused, ///< key or secret wrong, or no right to submit here
  too_large,           ///< 413
  rejected,            ///< 400 and other 4xx: something in the batch is not acceptable
  enclave_missing,     ///< 404
  cancelled,           ///< we are stopping; the attempt may have been applied
};

inline constexpr std::size_t submit_outcome_count = 10;

struct submit_outcome {
  submit_outcome_kind kind = submit_outcome_kind::ambiguous;
  std::string cause;                 ///< fit to be shown; empty for applied
  std::optional<milliseconds> wait;  ///< 429: what the other side asked for
  std::string station_submission_id; ///< applied: header Submission-Id, if any
  bool replayed = false;             ///< applied: it had been applied before
};

/// Reads an error that Station's answer to the batch stands for, as the codec tells it (ec::too_large is
/// 413). What is not among the certain ones is ambiguous.
submit_outcome outcome_of_answer(const error& e);

/// Reads an error of the exchange, with no answer to the batch: connection, token, queues of our own. Never
/// blames the batch: here ec::too_large is an answer too large to read, and ec::not_found or
/// ec::upstream_rejected is about the token's address.
submit_outcome outcome_of_failure(const error& e);

enum class submit_step : std::uint8_t {
  send,        ///< write `current()` synced, then send it under its key
  wait,        ///< write `current()`, then call on_start after `delay`
  renew_token, ///< get another access token, then call on_start at once
  settle,      ///< delete the rows and write the receipt, in one batch
  split,       ///< halve; record both halves and the end of this part in one synced batch; start both
  refuse,      ///< its one row is refused with `reason`; in one batch with the receipt
  park,        ///< write `current()`; ask the owner to mend the credentials
  bury,        ///< write `current()`: a dead letter; tell the owner
  hold,        ///< write `current()`; tell owner and operator that a person has to decide
  stop,        ///< do nothing more in this run: what is on disk is right
};

struct submit_action {
  submit_step step = submit_step::stop;
  milliseconds delay{0};
  line_reason reason = line_reason::refused_by_station; ///< with refuse
  bool tell_owner = false; ///< with wait: delivery has become late enough to say so; true once per part
};

/// What became of other pieces of the same original part ("1" of "1.2.1").
struct bisection {
  std::uint32_t rows_refused = 0;
  std::uint32_t parts_settled = 0;
};

struct submit_policy {
  retry_policy retry;
  /// A Station remembers keys for 7 days; after 6, a repeat might be taken for a new batch.
  milliseconds longest_doubt{6LL * 24 * 3'600'000};
  std::uint32_t token_renewals = 2; ///< at once, in a row; then with backoff
  std::uint32_t tell_after = 4;     ///< after so many attempts the owner hears of it
  std::uint32_t hopeless_rows = 8;  ///< so many rows refused one by one and nothing taken: it isn't the rows
};

class submit_fsm {
 public:
  /// @param p  as found on disk. A part found `sent` is doubtful, whatever happened: the program may have
  /// ended
  ///           between sending and recording.
  submit_fsm(part p, submit_policy policy);

  /// The part is due. @returns send, hold, or stop (nothing to do: settled, buried, parked, held)
  submit_action on_start(sys_time now);

  /// What came of the attempt under way. Failures are counted in the part (`attempts`), so that a new machine
  /// for the same part goes on with the waits of the old one.
  /// @param jitter         in [0, 1), drawn by the caller
  /// @param within_budget  false: too many repeats on the way to this Station, wait the longest time
  /// @returns stop when no attempt was under way: an answer that comes twice changes nothing
  submit_action on_outcome(const submit_outcome& outcome, sys_time now, double jitter,
                           bool within_budget = true, const bisection& siblings = {});

  /// The owner has given new credentials. @returns wait without delay for a parked part, else stop
  submit_action on_mended();

  /// A person asks for a buried, parked or held part to be sent again, under the same key. The person has
  /// been told about the doubt and decided, so doubt that is too old counts anew from now: from an attempt
  /// whose key Station will remember. @returns wait without delay, or stop
  submit_action on_request(sys_time now);

  /// A person gives the part up. @returns bury; `current().last_error` says if it may have been applied all
  /// the same.
  ///          stop when an attempt is under way (cancel after its outcome) or the part is over
  submit_action on_cancel();

  /// As it has to be on disk.
  [[nodiscard]] const part& current() const noexcept { return part_; }
  /// Whether some attempt may have been applied.
  [[nodiscard]] bool doubtful() const noexcept { return part_.first_attempt.has_value(); }

 private:
  submit_action send(sys_time now);
  submit_action wait(milliseconds delay);
  submit_action resume();
  submit_action back_off(double jitter, bool within_budget);
  submit_action divide(line_reason reason, const bisection& siblings);
  submit_action bury(std::string cause);
  void not_applied() noexcept;

  part part_;
  submit_policy policy_;
  bool under_way_ = false;       ///< sent, no outcome yet
  bool doubtful_before_ = false; ///< some attempt before the one under way may have been applied
  std::uint32_t renewals_ = 0;   ///< in a row
};

} // namespace isacbot::domain
