/// One lane of a list on its way in (list_stage.hpp): rows that are accepted together or not at all, in
/// chunks and with prints of their own.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "domain/list_intake.hpp"
#include "storage/accepted_values.hpp"
#include "storage/kv_store.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace isacbot::storage {

struct stage_options {
  domain::batch_limits limits;        ///< of a part
  std::size_t max_note_bytes = 2'000; ///< of a merged row
  std::size_t late_bytes = 2U << 20U; ///< late additions of a lane kept in memory before they are staged
};

/// Takes what is to be written, unsynced, in this order.
using stage_writer = std::function<result<void>(write_batch&&)>;

/// What the lanes of a list have in common. References outlive it.
struct stage_context {
  const kv_store& store;
  const vault& sealer;
  const accepted_values& known_values;
  submission_id id;
  enclave_id enclave;
  sys_time since; ///< values accepted at or after this moment count as known
  stage_options options;
  stage_writer write;
  std::string marker;          ///< value of the staging row
  bool marked = false;         ///< the staging row is written
  bool check_old_rows = false; ///< once it is
  std::uint32_t chunks = 0;    ///< of all lanes: a chunk's number is its part's
};

inline constexpr std::size_t lane_count = 3; ///< lane 0 is withheld by no rule
/// Under which the prints of a lane stand: the submission itself for lane 0.
submission_id lane_run(const submission_id& id, std::size_t lane);

class stage_lane {
 public:
  /// @param context  outlives the lane
  /// @param number   below lane_count
  stage_lane(stage_context& context, std::size_t number);
  stage_lane(const stage_lane&) = delete;
  stage_lane& operator=(const stage_lane&) = delete;

  /// Rows; in lane 0 also what is left out for good. @error as list_stage::add
  result<void> add(std::span<domain::list_item> items) { return intake_.add(items); }
  /// A bounded piece of the work after the last item. @returns whether it was the last one
  result<bool> close_some();

  [[nodiscard]] bool closed() const noexcept { return phase_ == phase::closed; }
  /// @pre closed
  [[nodiscard]] const domain::intake_totals& totals() const noexcept { return totals_; }

  /// Adds its parts, in state queued, and what makes its prints count. @pre closed
  void accept(write_batch& batch, sys_time when, std::vector<stored_part>& parts) const;
  /// Adds the removal of everything that it has staged, for a list that is accepted without it. @pre closed
  result<void> discard(write_batch& batch) const;
  /// Appends its first rows, up to `limit` of all. @pre closed
  result<void> read_first(std::size_t limit, std::vector<domain::indicator_row>& rows) const;

 private:
  enum class phase { open, late_rows, known, prints, closed };

  /// A part that its rows have been packed into.
  struct staged_part {
    std::string number;
    std::uint32_t rows = 0;
    std::string late; ///< beside the rows
  };
  /// A chunk of the intake with what has been brought to its rows since.
  struct staged_chunk {
    std::uint32_t number = 0;       ///< among those of all lanes
    std::vector<staged_part> parts; ///< one, but where late additions were too much for a call
    std::size_t body_bytes = 0;     ///< of a call with everything joined, at most
    std::string late;               ///< late additions not staged
    std::size_t late_bytes = 0;     ///< all of them
    std::uint32_t late_rows = 0;    ///< rows of them that are staged
  };

  result<void> mark(write_batch& batch);
  result<void> take_chunk(domain::intake_chunk&& chunk);
  result<void> take_late(domain::late_addition&& late);
  result<void> stage_late();
  result<bool> join_late();
  result<void> keep_late_beside(staged_chunk& chunk);
  result<void> add_late_to_rows(staged_chunk& chunk);
  result<void> read_late(const staged_chunk& chunk, write_batch& batch,
                         const std::function<bool(std::string_view)>& take) const;
  [[nodiscard]] result<std::vector<domain::indicator_row>> read_rows(const std::string& key) const;
  result<void> put_pieces(write_batch& batch, staged_chunk& chunk, domain::planned_part whole);
  void put_rows(write_batch& batch, const std::string& number,
                std::span<const domain::indicator_row> rows) const;
  result<void> find_known();
  result<bool> stage_prints();
  [[nodiscard]] std::string known_bits(std::uint32_t first, std::uint32_t rows) const;

  stage_context& context_;
  submission_id run_; ///< of its prints
  domain::list_intake intake_;
  domain::intake_totals totals_;
  phase phase_ = phase::open;
  std::vector<bool> known_; ///< by the number of the value
  std::vector<staged_chunk> chunks_;
  std::size_t late_size_ = 0;  ///< of what is not staged
  std::size_t next_chunk_ = 0; ///< of those that get late additions
  std::optional<domain::value_set::cursor> next_print_;
};

} // namespace isacbot::storage
