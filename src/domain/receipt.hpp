/// Builds a receipt and keeps its numbers true while its parts come to their ends. The functions change
/// values; whoever calls them writes the receipt in the batch that removes the rows from the queue.
#pragma once

#include "core/error.hpp"
#include "domain/indicator_list.hpp"
#include "domain/model.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace isacbot::domain {

/// How many withheld and refused lines a receipt shows.
inline constexpr std::size_t receipt_lines = 20;

/// @param list   rows marked with mark_known; its lines are cut to the first `receipt_lines`
/// @param parts  that its rows were packed into
receipt make_receipt(const submission& what, const indicator_list& list, std::span<const part> parts);

/// Puts the part in its place, replacing the one of the same number. The receipt is delivered when the last
/// part is settled or buried, at `now`; a part that goes on later (a dead letter sent again) takes that back.
void record_part(receipt& r, const part& p, sys_time now);

/// A part was halved: its pieces take its place.
void record_split(receipt& r, std::string_view whole, const part& first, const part& second);

/// Station refused this one row: it moves from accepted (or merged, if it was known) to refused. The sum
/// stays.
/// @error ec::invalid_argument when no such row is left to be moved: the receipt is not its receipt
result<void> record_refusal(receipt& r, const indicator_row& row, line_reason reason);

/// Rows waiting, under way, settled and given up, over all parts.
struct delivery_progress {
  std::uint64_t waiting = 0; ///< queued or sent
  std::uint64_t settled = 0;
  std::uint64_t stuck = 0; ///< parked, held or buried

  friend bool operator==(const delivery_progress&, const delivery_progress&) = default;
};
delivery_progress progress_of(const receipt& r) noexcept;

} // namespace isacbot::domain
