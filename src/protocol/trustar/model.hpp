/// What travels over TruSTAR's REST API 1.3, as values. Wire names and types; what the business calls these
/// things is in domain/model.hpp.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::trustar {

/// Limits of the service (TruSTAR API 1.3, usage policy and endpoint pages).
inline constexpr std::size_t max_rows_per_submission = 10'000;
inline constexpr std::size_t max_metadata_rows = 1'000;
inline constexpr std::size_t max_summary_values = 100;
inline constexpr std::size_t max_indicator_page = 1'000;
inline constexpr std::size_t max_correlated_values = 25;
inline constexpr std::size_t max_report_page = 100;
inline constexpr std::size_t max_reachable_results = 10'000;
inline constexpr std::size_t max_tag_characters = 90;
inline constexpr std::size_t max_external_url_characters = 500;
inline constexpr std::size_t max_report_bytes = 2U * 1024U * 1024U;
inline constexpr std::size_t min_search_characters = 3;

/// A token as `POST /oauth/token` gives it.
struct access_token {
  secret token;
  seconds expires_in{0}; ///< from the moment of the answer
};

/// An enclave as the caller sees it.
struct enclave {
  std::string id;   ///< usually a UUID, not always
  std::string name; ///< as sent: may have blanks at the end
  std::string type; ///< "INTERNAL", "OPEN", "CLOSED", ...
  bool read = false;
  bool create = false;
  bool update = false;

  friend bool operator==(const enclave&, const enclave&) = default;
};

/// A tag. Tags of indicators have an id and belong to one enclave.
struct tag {
  std::string name;
  std::string enclave_id;
  std::string guid; ///< empty when not known yet

  friend bool operator==(const tag&, const tag&) = default;
};

/// One row of `POST /indicators`.
struct submitted_row {
  std::string value;
  std::optional<sys_time> first_seen;
  std::optional<sys_time> last_seen;
  std::optional<std::uint64_t> sightings; ///< nullopt: the server counts one
  std::string source;                     ///< empty: not sent
  std::string notes;                      ///< empty: not sent
  std::vector<tag> tags;                  ///< not empty: instead of the submission's tags

  friend bool operator==(const submitted_row&, const submitted_row&) = default;
};

struct indicator_submission {
  std::vector<std::string> enclave_ids;
  std::vector<tag> tags;
  std::vector<submitted_row> content;

  friend bool operator==(const indicator_submission&, const indicator_submission&) = default;
};

/// An indicator in answers. Which fields are filled depends on the endpoint.
struct indicator {
  std::string type; ///< wire type: "IP", "URL" (also for domains), ...
  std::string value;
  std::optional<sys_time> first_seen;
  std::optional<sys_time> last_seen;
  std::optional<std::uint64_t> sightings;
  std::optional<std::uint64_t> note_count;
  std::optional<std::uint64_t> correlation_count;
  std::vector<std::string> notes;
  std::string source;
  std::vector<std::string> enclave_ids;
  std::vector<tag> tags;

  friend bool operator==(const indicator&, const indicator&) = default;
};

/// What metadata is asked for.
struct indicator_key {
  std::string value;
  std::string type; ///< wire type; empty: any. If one row of a request has a type, all must.

  friend bool operator==(const indicator_key&, const indicator_key&) = default;
};

/// What a source (a marketplace feed) says about a value.
struct summary {
  std::string value;
  std::string type;
  std::string report_id;
  std::string enclave_id;
  std::string source_key;
  std::string source_name;
  std::string score_name;
  std::string score_value;
  std::optional<int> severity; ///< 0 benign .. 3 high
  std::optional<sys_time> created;
  std::optional<sys_time> updated;
  std::string description;
  std::string attributes; ///< a JSON list of objects as text; empty: none

  friend bool operator==(const summary&, const summary&) = default;
};

/// A report. Search results have no body.
struct report {
  std::string id;
  std::string title;
  std::optional<std::string> body;
  std::optional<sys_time> time_began;
  std::optional<std::string> external_id;
  std::optional<std::string> external_url;
  std::vector<std::string> enclave_ids;
  std::optional<sys_time> created;
  std::optional<sys_time> updated;

  friend bool operator==(const report&, const report&) = default;
};

/// A numbered page of a list.
template <class T>
struct page {
  std::vector<T> items;
  std::uint32_t page_number = 0;
  std::uint32_t page_size = 0;                 ///< the size asked for, not the number of items
  std::optional<std::uint64_t> total_elements; ///< absent in some lists
  bool has_next = false;

  friend bool operator==(const page&, const page&) = default;
};

/// Filters of a search for indicators or reports; empty and nullopt mean "the server's default".
struct search {
  std::string term;
  std::vector<std::string> enclave_ids;
  std::optional<sys_time> from; ///< on the time of the last change
  std::optional<sys_time> to;
  std::vector<std::string> entity_types; ///< wire types; indicators only
  std::vector<std::string> tags;         ///< all must be there
  std::vector<std::string> excluded_tags;
  std::optional<std::uint32_t> page_number;
  std::optional<std::uint32_t> page_size;

  friend bool operator==(const search&, const search&) = default;
};

/// The company's quota per day.
struct request_quota {
  std::string guid;
  std::uint64_t max_requests = 0;
  std::uint64_t used_requests = 0;
  milliseconds time_window{0};
  sys_time last_reset{};
  sys_time next_reset{};

  friend bool operator==(const request_quota&, const request_quota&) = default;
};

enum class processing_state : std::uint8_t { processing, success, failure, unknown };

/// A row that the server did not take.
struct skipped_row {
  std::size_t row = 0; ///< 0-based index into the submission's content
  std::string value;   ///< as handed in, cut to 200 bytes
  std::string reason;

  friend bool operator==(const skipped_row&, const skipped_row&) = default;
};

/// How far a submission has come. `accepted` and `skipped` are an extension of our own Station.
struct submission_status {
  std::string id;
  processing_state state = processing_state::unknown;
  std::string error_message; ///< empty unless failed
  std::optional<std::uint64_t> accepted;
  std::vector<skipped_row> skipped;

  friend bool operator==(const submission_status&, const submission_status&) = default;
};

} // namespace isacbot::trustar
