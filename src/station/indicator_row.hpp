/// What is known about one value in one enclave, and how a submission changes it. Pure. Reports change it,
/// too: enclave_update.hpp.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "observables/known_names.hpp"
#include "protocol/trustar/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// Longer values are not stored.
inline constexpr std::size_t max_value_bytes = 4'096;

/// In how many reports of the enclave a value stands, and when. Maintained by report_writer.
struct report_presence {
  std::uint64_t written = 0; ///< reports that hold the value itself
  std::uint64_t derived = 0; ///< reports that only hold a URL or e-mail address of this host
  sys_time first{};          ///< when the first of them was created; nothing without reports
  sys_time last{};           ///< when one of them was changed last

  [[nodiscard]] std::uint64_t count() const noexcept { return written + derived; }
  friend bool operator==(const report_presence&, const report_presence&) = default;
};

struct indicator_row {
  std::uint32_t number = 0; ///< of its enclave, in order of arrival; given while it is listed
  sys_time first_seen{};    ///< by submissions; see earliest()
  sys_time last_seen{};
  std::uint64_t sightings = 0;
  std::uint64_t note_count = 0;   ///< notes ever, also those no longer kept
  std::string source;             ///< of the latest submission that named one
  std::vector<std::string> notes; ///< distinct, oldest first, the last 50
  std::vector<std::string> tags;  ///< names, in order of arrival
  bool submitted = false;         ///< handed in or tagged as such: stays without any report
  report_presence reports;

  /// Whether lists and searches show it. Hosts that only stand in URLs are looked up exactly and never shown.
  [[nodiscard]] bool listed() const noexcept { return submitted || reports.written > 0; }
  /// Whether anything is left to keep.
  [[nodiscard]] bool exists() const noexcept { return submitted || reports.count() > 0; }
  /// First and last time over submissions and reports.
  [[nodiscard]] sys_time earliest() const noexcept;
  [[nodiscard]] sys_time latest() const noexcept;

  friend bool operator==(const indicator_row&, const indicator_row&) = default;
};

std::string encode(const indicator_row& row);
/// @error ec::corrupted
result<indicator_row> decode_indicator_row(std::string_view bytes);

/// A row of a submission whose type is known, in the form of the wire (domains are URL, malware upper case).
struct typed_row {
  std::string type;
  std::string value;
  trustar::submitted_row submitted;
};

/// Rows that can be stored, and those that cannot with the reason.
struct typed_rows {
  std::vector<typed_row> rows;
  std::vector<trustar::skipped_row> skipped;
};

/// Finds the type and normal form of each value. Skipped are values of no known type, of a type that API 1.3
/// has no name for, and those over 4,096 bytes.
typed_rows find_types(const std::vector<trustar::submitted_row>& content,
                      const observables::known_names& names = {});

/// Adds one submitted row.
/// @param known  nullopt: the value is new in this enclave; its number is 0 in the result
/// @param tags   names that apply in this enclave
indicator_row add_sighting(const std::optional<indicator_row>& known, const trustar::submitted_row& submitted,
                           const std::vector<std::string>& tags, sys_time now);

/// Names of the tags that apply to a row in one enclave: its own if it has any, else the submission's; those
/// of other enclaves left out.
std::vector<std::string> tags_in_enclave(const trustar::submitted_row& row,
                                         const std::vector<trustar::tag>& of_submission,
                                         std::string_view enclave_id);

/// The id of an indicator tag: made from enclave and name (RFC 9562 version 8), so that it is always the
/// same.
std::string tag_guid(std::string_view enclave_id, std::string_view name);

} // namespace isacbot::station
