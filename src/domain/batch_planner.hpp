/// Rows into parts, each small enough for one call to Station, and the keys by which repeats are recognised.
#pragma once

#include "core/error.hpp"
#include "domain/keyed_hash.hpp"
#include "domain/model.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::domain {

/// Bytes that one row adds to the JSON body of the call.
using row_size = std::function<std::size_t(const indicator_row&)>;

/// An upper bound of that, for any JSON writer that escapes no more than it has to.
std::size_t largest_row_size(const indicator_row& row);

struct batch_limits {
  std::size_t max_rows = 10'000;                   ///< `trustar.max_indicators_per_call`
  std::size_t max_body_bytes = 4U * 1024U * 1024U; ///< rows only; what is around them is small
  row_size size_of = largest_row_size;
};

struct planned_part {
  part header;
  std::vector<indicator_row> rows;

  friend bool operator==(const planned_part&, const planned_part&) = default;
};

/// Packs the rows in order into parts "1", "2", ...; a row that is over the bytes alone gets a part of its
/// own. The same rows under the same limits always give the same parts.
std::vector<planned_part> plan_batches(const submission_id& submission, std::vector<indicator_row> rows,
                                       const batch_limits& limits);

/// Cuts a part of at least two rows into "<number>.1" and "<number>.2", which have keys of their own: record
/// both, and the end of the whole, before sending either. Only for a part that was certainly not applied.
/// @error ec::invalid_argument for fewer than two rows
result<std::pair<planned_part, planned_part>> halve(planned_part whole);

/// Orders part numbers as people read them: 1, 1.1, 1.2, 2, 10.
bool part_number_less(std::string_view a, std::string_view b) noexcept;

/// How a Slack request is told from its repeats.
enum class request_origin : std::uint8_t { view, trigger, command_line };

/// @param id  view id, trigger id, or what the caller made up once per run
/// @returns a key for `submission::request_key`: the same request again gives the same key
std::string make_request_key(request_origin origin, const member& who, std::string_view id);

/// @returns a hash over member, enclave, tags and the rows without their lines. The order of tags and rows
///          does not matter: the same list pasted from another sort order is still the same content.
std::string make_content_key(const member& who, const enclave_id& enclave, std::span<const std::string> tags,
                             std::span<const indicator_row> rows);

/// The same for a list that was never in memory as a whole: from the digest of what was handed in
/// (list_intake.hpp).
std::string make_content_key(const member& who, const enclave_id& enclave, std::span<const std::string> tags,
                             const fingerprint& content);

} // namespace isacbot::domain
