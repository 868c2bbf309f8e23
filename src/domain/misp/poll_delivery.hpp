/// Compares a fetched event with what was made of it before, and says what Station has to be told. Pure: the
/// caller writes `intent` before the first change, makes the jobs, and writes `outcome` after the last.
#pragma once

#include "domain/misp/poll_rows.hpp"
#include "domain/misp/report_mapper.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// What happens to reports of an event that must not be submitted any more.
enum class withdrawal_policy : std::uint8_t {
  keep,   ///< they stay; the log says so
  tag,    ///< they get the tag `withdrawn_tag`
  remove, ///< they are deleted
};

inline constexpr std::string_view withdrawn_tag = "misp-withdrawn";

struct delivery_rules {
  bool replace = true; ///< false: later versions of a delivered event change nothing
  withdrawal_policy withdrawal = withdrawal_policy::keep;
};

enum class delivery_verdict : std::uint8_t {
  deliver,   ///< `jobs` make Station hold this version
  unchanged, ///< it does already
  ignore,    ///< another server's version counts, or updates are off
  withhold,  ///< a rule forbids it; `jobs` withdraw what is there
};

enum class part_task : std::uint8_t {
  put,    ///< create or replace, then set the tags
  tag,    ///< the content is right, the tags may not be
  mark,   ///< withdrawn: tags only, and only if the report is still there
  remove, ///< delete, if it is still there
};

struct part_job {
  part_task task = part_task::put;
  std::string external_id;
  std::size_t index = 0; ///< put and tag: into mapped_report::parts

  friend bool operator==(const part_job&, const part_job&) = default;
};

struct delivery_plan {
  delivery_verdict verdict = delivery_verdict::deliver;
  bool known = false; ///< Station has, or may have, an earlier version
  std::vector<part_job> jobs;
  std::vector<std::string> tags;         ///< for every part
  std::vector<std::string> removed_tags; ///< set by us before, or perhaps, and not wanted any more
  event_record intent;                   ///< on disk, synced, before the first job
  event_record outcome;                  ///< after the last; the caller fills in ids of new reports
};

/// @param before  nullptr: nothing is known about the event in this enclave
/// @param server  from which it was fetched
delivery_plan plan_delivery(const event_record* before, const mapped_report& event, std::string_view server,
                            const event_version& version, const delivery_rules& rules);

/// The part of that external id; nullptr: none.
event_part* find_part(event_record& record, std::string_view external_id);

} // namespace isacbot::domain
