/// What stands inside the sealed values of the bot's tables, and its bytes. Every form starts with a version
/// byte, so that a later release can read what this one wrote. Pure: no store, no keys.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "domain/credentials.hpp"
#include "domain/model.hpp"
#include "domain/report.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage {

/// A member's access to Station.
struct credentials {
  domain::api_credentials access;
  sys_time registered{};

  friend bool operator==(const credentials&, const credentials&) = default;
};

/// A command that was acknowledged and not yet answered.
struct journal_entry {
  std::string id;
  member who;
  channel_id channel;
  secret response_url;
  std::string command; ///< "/trustar-search", ...; "confirm_submission" when a receipt is owed
  std::string text;    ///< with a receipt: the submission
  sys_time accepted{};

  friend bool operator==(const journal_entry&, const journal_entry&) = default;
};

/// A receipt without its parts, which have rows of their own.
struct submission_header {
  domain::submission submission;
  domain::counts counts; ///< as accepted; what Station refuses later stands in the parts
  std::vector<domain::line_report> withheld;
  std::vector<domain::line_report> refused;
  std::vector<domain::reason_count> reasons;
  std::vector<domain::type_count> types;
  std::optional<sys_time> processed;

  friend bool operator==(const submission_header&, const submission_header&) = default;
};

/// A part with what its delivery did to the receipt.
struct stored_part {
  domain::part part;
  std::vector<domain::indicator_row> refused;                           ///< rows that Station will never take
  domain::line_reason reason = domain::line_reason::refused_by_station; ///< why
  std::optional<sys_time> finished;                                     ///< when it was settled or buried
  /// Which rows had been accepted before: row i is bit i % 8 of byte i / 8. Empty: those that say so. Beside
  /// the rows, because it is known only when all of a list has been read and its rows are packed.
  std::string known;
  /// What later lines brought to its rows (late_additions.hpp): joined to them when they are read.
  std::string late;
  std::uint32_t late_note_bytes = 0; ///< notes are joined up to this

  friend bool operator==(const stored_part&, const stored_part&) = default;
};

/// Something that was done, for the audit log. No secret, no content.
struct audit_event {
  sys_time when{};
  std::string actor;   ///< "<team>/<user>", "operator" or "isacbot"
  std::string action;  ///< "submission_accepted", "part_settled", ...
  std::string subject; ///< id of what it was done to
  std::string detail;

  friend bool operator==(const audit_event&, const audit_event&) = default;
};

secret encode(const credentials& x);
secret encode(const journal_entry& x);
secret encode(const submission_header& x);
secret encode(const stored_part& x);
secret encode(const audit_event& x);
secret encode(const std::vector<domain::indicator_row>& rows); ///< packed_rows.hpp
secret encode(const domain::report_content& x);

/// Each accepts exactly what encode gives, byte for byte; decode_rows also what version 1 gave.
/// @error ec::corrupted on anything else
result<credentials> decode_credentials(std::string_view bytes);
result<journal_entry> decode_journal_entry(std::string_view bytes);
result<submission_header> decode_submission_header(std::string_view bytes);
result<stored_part> decode_stored_part(std::string_view bytes);
result<audit_event> decode_audit_event(std::string_view bytes);
result<std::vector<domain::indicator_row>> decode_rows(std::string_view bytes);
result<domain::report_content> decode_report(std::string_view bytes);

} // namespace isacbot::storage
