/// Pasted text into rows: what a member hands in, item by item, and what becomes of each.
///
/// Lines end with LF, CR LF, CR or form feed; `#` begins a comment at the start of a line or after a blank. A
/// line is one value, several values between commas, semicolons or tabs, a value with a note ("192.0.2.1,
/// seen in mail"), or prose with values in it. Each observable of a line is one item; a line with none is one
/// item that is refused. Every item is counted once, and the counts add up for any bytes.
#pragma once

#include "core/error.hpp"
#include "domain/lists/indicator_list_options.hpp"
#include "domain/model.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// What a text holds.
struct indicator_list {
  std::vector<indicator_row> rows; ///< to be sent, in order of first appearance, each value once
  std::vector<line_report> withheld;
  std::vector<line_report> refused;
  std::vector<reason_count> reasons; ///< of everything withheld and refused, in order of the enumeration
  std::vector<type_count> types;     ///< of `rows`, in order of first appearance
  domain::counts counts;

  friend bool operator==(const indicator_list&, const indicator_list&) = default;
};

/// @error ec::too_large when the text is over `max_bytes`; nothing else fails
result<indicator_list> parse_indicator_list(std::string_view text,
                                            const indicator_list_options& options = {});

/// Whether this bot has had the value accepted into the same enclave before.
using known_predicate = std::function<bool(const indicator_row&)>;

/// Marks the rows that `known` tells: they are sent all the same, as a further sighting, but counted as
/// merged. May be called again; the last call counts.
/// @param totals  the counts of the list that the rows come from
void mark_known(std::span<indicator_row> rows, counts& totals, const known_predicate& known);

} // namespace isacbot::domain
