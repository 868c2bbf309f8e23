/// A list on its way in, larger than memory: staged while it is read, and accepted with one small write.
///
/// What is written while items come has no effect yet: sealed rows without a part (part_rows), what later
/// items of the same value bring (late_additions), and prints (accepted_run_pages), all under the id that the
/// submission will have, none of it synced. `accept` adds what makes it count to the batch of the receipt:
/// the parts, their index entries, the run of prints, and the end of the stage. The log of the database keeps
/// its order, so that one synced write makes everything before it safe. A stage that is never accepted is
/// swept (sweep_stages): nobody can see it meanwhile.
///
/// Values that a rule withholds, but that their owner may send all the same (domain/overrides.hpp), are
/// staged as well, in lanes of their own: rows, chunks and prints of a lane count together or not at all.
/// What is not sent in the end is erased by the batch that accepts the rest.
///
/// What later lines bring to rows that are packed already is few bytes mostly: it goes into the header of
/// their part and is joined to them when they are read. Only where it is much, or might make the call too
/// large, are the rows written again.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "domain/list_intake.hpp"
#include "domain/overrides.hpp"
#include "storage/accepted_values.hpp"
#include "storage/kv_store.hpp"
#include "storage/stage_lane.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace isacbot::storage {

/// One owner. Use: `add` for every item; then `close_some` until it says so; then `accept`, as often as the
/// acceptance is tried. Before `close_some` and `accept` everything that the writer has taken is on disk.
class list_stage {
 public:
  /// Everything by reference outlives the stage.
  /// @param id      that the submission will have
  /// @param opened  now
  /// @param since   values accepted at or after this moment count as known
  list_stage(const kv_store& store, const vault& sealer, const accepted_values& known_values,
             submission_id id, enclave_id enclave, sys_time opened, sys_time since,
             const stage_options& options, stage_writer write);

  /// @error what the writer says; ec::too_large; errors of the store. Afterwards it can only be abandoned.
  result<void> add(domain::list_item&& item) { return add(std::span(&item, 1)); }
  /// As one after another, but quicker. Takes what is in the items. A row that is
  /// kept stays in a lane of its own.
  result<void> add(std::span<domain::list_item> items);

  /// A bounded piece of the work after the last item: late additions into their rows, which values are known,
  /// prints. @returns whether it was the last one
  /// @error as add
  result<bool> close_some();

  /// Everything about the list but who handed it in, when its owner overrides these rules. @pre closed
  [[nodiscard]] domain::intake_totals totals(const domain::overrides& given = {}) const;
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] const submission_id& id() const noexcept { return context_.id; }
  [[nodiscard]] const enclave_id& enclave() const noexcept { return context_.enclave; }

  /// Adds what makes the staged rows count, beside the receipt: all parts, in state queued, in the order of
  /// their numbers. The batch is refused when the stage has been abandoned or accepted meanwhile.
  /// @param when  of the acceptance
  /// @pre closed
  /// @error ec::io_failure, ec::corrupted
  [[nodiscard]] result<std::vector<stored_part>> accept(write_batch& batch, sys_time when,
                                                        const domain::overrides& given = {}) const;

  /// The first rows of the list. @pre closed
  [[nodiscard]] result<std::vector<domain::indicator_row>>
  first_rows(std::size_t limit, const domain::overrides& given = {}) const;

  /// Adds the beginning of the end of a stage; sweep_stages does the rest.
  void abandon(write_batch& batch) const;

 private:
  /// Of what is withheld, in the order in which it was handed in: the first lines of each lane.
  struct withheld_line {
    std::size_t lane = 0;
    domain::line_report line;
  };

  stage_lane& lane(std::size_t number);
  void keep_lines(std::size_t lane, std::span<domain::list_item> items);

  stage_context context_;
  std::array<std::unique_ptr<stage_lane>, lane_count> lanes_; ///< 0 at once, others from their first item on
  std::vector<withheld_line> withheld_;
  std::array<std::size_t, lane_count> lines_kept_{};
  bool closed_ = false;
};

/// Adds the removal of what stages have left that nobody will accept: abandoned ones, and those opened before
/// `opened_before`. At most `limit` rows; call again at once when it returns `limit` or more.
/// @returns how many rows it dealt with
/// @error ec::io_failure, ec::corrupted
result<std::size_t> sweep_stages(const kv_store& store, write_batch& batch, sys_time opened_before,
                                 std::size_t limit);

} // namespace isacbot::storage
