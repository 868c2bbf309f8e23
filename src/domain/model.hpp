/// What the business calls a submission, its rows, its parts and its receipt. Plain values; nothing here does
/// anything.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::domain {

enum class submission_kind : std::uint8_t { indicators, report };

/// One indicator on its way to Station. `type` is the observable type's name ("IP", "URL", ...).
struct indicator_row {
  std::uint32_t line =
      0; ///< 1-based line of the text it was handed in with; of its first appearance when merged
  std::string type;
  std::string value; ///< normal form
  std::string source;
  std::string notes;
  std::vector<std::string> tags;      ///< empty: the submission's tags apply
  std::optional<sys_time> first_seen; ///< nullopt: Station takes the time of submission
  std::optional<sys_time> last_seen;
  std::uint32_t sightings = 1;
  bool known = false; ///< accepted into this enclave before: sent all the same, but counted as merged

  friend bool operator==(const indicator_row&, const indicator_row&) = default;
};

/// Why something was withheld or refused: a stable code for programs and metrics; texts are made where shown.
enum class line_reason : std::uint8_t {
  not_understood,     ///< refused: no observable in the line
  special_address,    ///< withheld: private, loopback or reserved address; the member may override
  safelisted,         ///< withheld: on the company whitelist; the member may override
  no_wire_type,       ///< withheld: a type that TruSTAR 1.3 cannot carry
  refused_by_station, ///< refused: Station took the batch but not this value
  too_long,           ///< refused: line or value over the limit
  context_only,       ///< withheld: whoever made the list says that it is no indicator (MISP's to_ids, a STIX
                      ///< comparison that excludes, a revoked object)
};

inline constexpr std::size_t line_reason_count = 7;

/// Withheld or refused: nothing is both.
constexpr bool is_withheld(line_reason reason) noexcept {
  return reason == line_reason::special_address || reason == line_reason::safelisted ||
         reason == line_reason::no_wire_type || reason == line_reason::context_only;
}

/// Withheld by a rule of `submit.withhold`.
constexpr bool may_be_overridden(line_reason reason) noexcept {
  return reason == line_reason::special_address || reason == line_reason::safelisted;
}

/// A line or value that will not be sent.
struct line_report {
  std::uint32_t line = 0;
  std::string text; ///< what stood there, cut to 200 bytes at a character border
  line_reason reason = line_reason::not_understood;

  friend bool operator==(const line_report&, const line_report&) = default;
};

/// How many items one reason, or one type, stands for.
struct reason_count {
  line_reason reason = line_reason::not_understood;
  std::uint64_t count = 0;

  friend bool operator==(const reason_count&, const reason_count&) = default;
};
struct type_count {
  std::string type; ///< "IP", "URL", ...
  std::uint64_t count = 0;

  friend bool operator==(const type_count&, const type_count&) = default;
};

/// Adds up: handed_in == accepted + merged + withheld + refused.
struct counts {
  std::uint64_t handed_in = 0;
  std::uint64_t accepted = 0;
  std::uint64_t merged = 0;
  std::uint64_t withheld = 0;
  std::uint64_t refused = 0;

  [[nodiscard]] bool add_up() const noexcept { return handed_in == accepted + merged + withheld + refused; }
  friend bool operator==(const counts&, const counts&) = default;
};

/// Who submits what where. Rows are kept apart, in parts.
struct submission {
  submission_id id;
  submission_kind kind = submission_kind::indicators;
  member who;
  enclave_id enclave;
  std::string enclave_name;
  std::vector<std::string> tags;
  sys_time created{};
  std::string request_key; ///< identity of the Slack request (view id); the same again is the same submission
  std::string
      content_key; ///< hash over member, enclave, tags and rows; the same within 10 minutes asks first

  friend bool operator==(const submission&, const submission&) = default;
};

/// Where a part stands. A part is one call to Station: at most max_indicators_per_call rows under one
/// idempotency key.
enum class part_state : std::uint8_t {
  queued,  ///< never sent, or certain not to have been applied
  sent,    ///< sent at least once without a certain outcome: only the same key and the same body may follow
  settled, ///< applied (or replayed); its rows are gone from the queue
  buried,  ///< refused for good, or given up: a dead letter, kept for the operator
  parked,  ///< waits for its owner to mend the credentials
  held,    ///< without a certain outcome for so long that Station may have forgotten its key: sent on request
           ///< only
};

struct part {
  submission_id submission;
  std::string number; ///< "1", "2", ...; halves of "1" are "1.1" and "1.2"
  part_state state = part_state::queued;
  std::uint32_t rows = 0;
  /// Sends that failed or are under way, since it was queued or last resumed; those that a rate limit or an
  /// old token turned away don't count.
  std::uint32_t attempts = 0;
  /// First send that may have been applied: written before it, taken back when it certainly was not. An
  /// ambiguous part over 6 days old waits for a person.
  std::optional<sys_time> first_attempt;
  std::string station_submission_id; ///< Station's `Submission-Id`, when it gave one
  std::string last_error;            ///< cause of the last failure, fit to be shown

  /// "<submission>/<part>", the Idempotency-Key header.
  [[nodiscard]] std::string idempotency_key() const { return submission.value + "/" + number; }
  friend bool operator==(const part&, const part&) = default;
};

/// What the submitter is told, and what `isacbot submissions show` prints.
struct receipt {
  domain::submission submission;
  domain::counts counts;
  std::vector<line_report> withheld; ///< the first 20
  std::vector<line_report> refused;  ///< the first 20
  std::vector<reason_count> reasons; ///< of everything withheld and refused, in order of the enumeration
  std::vector<type_count> types;     ///< of the rows to be sent, in order of first appearance
  std::vector<part> parts;
  std::optional<sys_time> delivered; ///< every part settled or buried
  std::optional<sys_time> processed; ///< Station has indexed it and the submitter was told

  friend bool operator==(const receipt&, const receipt&) = default;
};

} // namespace isacbot::domain
