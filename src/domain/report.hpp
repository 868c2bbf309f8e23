/// A report that a member hands in: its content, and what can be found in it before anything is sent.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "domain/model.hpp"
#include "observables/known_names.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace isacbot::domain {

inline constexpr std::size_t max_report_title = 250; ///< characters; TruSTAR documents none

/// What Station gets. Tags follow by a call of their own.
struct report_content {
  std::string title;
  std::string body;
  std::optional<sys_time> time_began; ///< nullopt: the time of submission
  std::string external_url;           ///< where it came from; empty: nowhere that has an address

  friend bool operator==(const report_content&, const report_content&) = default;
};

/// What is in a report: for the preview and for the follow-up. The body itself is sent as it is.
struct report_observables {
  std::vector<indicator_row> rows;    ///< that TruSTAR has a type for, in order of first appearance
  std::vector<type_count> types;      ///< of these
  std::vector<indicator_row> special; ///< private, loopback and reserved addresses: Station passes over them
  std::uint64_t other = 0;            ///< of types that TruSTAR does not have: searchable as words
};
report_observables find_observables(const report_content& content, const observables::known_names& names);

/// @returns a hash over member, enclave, tags and content: `submission::content_key` of a report
std::string make_report_key(const member& who, const enclave_id& enclave, std::span<const std::string> tags,
                            const report_content& content);

} // namespace isacbot::domain
