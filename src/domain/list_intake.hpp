/// Takes a list item by item and makes of it what is sent: values merged, everything counted, rows packed
/// into chunks that become parts. The one place where merging and counting happen, for a pasted line as for a
/// million; memory grows with the number of values (value_set), not with what they carry.
#pragma once

#include "core/error.hpp"
#include "domain/batch_planner.hpp"
#include "domain/keyed_hash.hpp"
#include "domain/list_item.hpp"
#include "domain/model.hpp"
#include "domain/row_merge.hpp"
#include "domain/value_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace isacbot::domain {

/// Withheld and refused lines that are kept, each; all are counted.
inline constexpr std::size_t kept_lines = 20;

struct intake_options {
  hash_key key; ///< for prints and for the content's digest; secret and the same for the database's life
  batch_limits limits;                ///< of a chunk
  std::size_t max_note_bytes = 2'000; ///< notes of merged rows are joined up to this
  std::size_t max_lines = kept_lines;
};

/// Rows that are full as one part. Chunks come in order, numbered from 1.
struct intake_chunk {
  std::uint32_t number = 0;
  std::vector<indicator_row> rows;
  std::size_t bytes = 0; ///< of the rows in the body of a call, at most
};

/// A later row of a value whose chunk has been given away already.
struct late_addition {
  std::uint32_t chunk = 0;
  std::uint32_t row = 0; ///< index in the chunk, from 0
  row_addition what;
};

/// Where chunks and late additions go. A failure ends the intake and becomes its own.
struct intake_sink {
  std::function<result<void>(intake_chunk&&)> chunk;
  std::function<result<void>(late_addition&&)> late;
};

/// What a whole list comes to.
struct intake_totals {
  domain::counts counts;
  std::vector<line_report> withheld;     ///< the first `max_lines`
  std::vector<line_report> refused;      ///< the first `max_lines`
  std::vector<reason_count> reasons;     ///< of everything withheld and refused, in order of the enumeration
  std::vector<type_count> types;         ///< of the rows, in order of first appearance
  std::vector<std::uint32_t> chunk_rows; ///< number of rows of each chunk
  fingerprint content;                   ///< of all rows handed in, whatever their order and lines
};

class list_intake {
 public:
  list_intake(const intake_options& options, intake_sink sink);

  /// @error what the sink says; ec::too_large beyond 4,294,967,294 values
  result<void> add(list_item&& item) { return add(std::span(&item, 1)); }
  /// As one after another, but quicker. Takes what is in the items.
  result<void> add(std::span<list_item> items);

  /// Gives the last chunk away. Call once; add nothing afterwards.
  /// @error what the sink says
  result<intake_totals> finish();

  /// The values, numbered in the order of the rows: chunk by chunk, row by row.
  [[nodiscard]] value_set& values() noexcept { return values_; }
  [[nodiscard]] const domain::counts& counts() const noexcept { return totals_.counts; }

 private:
  void leave_out(list_item&& item);
  result<void> add_row(indicator_row&& row, const fingerprint& value);
  result<void> join(std::uint32_t number, indicator_row&& row);
  result<void> close_chunk();
  void add_to_digest(const indicator_row& row, const fingerprint& value);
  void count_type(const std::string& name);

  intake_options options_;
  intake_sink sink_;
  value_printer print_;
  value_set values_;
  intake_totals totals_;
  std::array<std::uint64_t, line_reason_count> reasons_{};
  std::vector<indicator_row> open_;         ///< the chunk that is being filled
  std::vector<std::uint32_t> first_number_; ///< of each chunk: the number of its first value
  std::size_t open_bytes_ = 0;
  std::string buffer_;
};

} // namespace isacbot::domain
