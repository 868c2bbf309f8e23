/// A list on its way in, larger than memory: staged while it is read, and accepted with one small write.
///
/// What is written while items come has no effect yet: sealed rows without a part (part_rows), what later
/// items of the same value bring (late_additions), and prints (accepted_run_pages), all under the id that the
/// submission will have, none of it synced. `accept` adds what makes it count to the batch of the receipt:
/// the parts, their index entries, the run of prints, and the end of the stage. The log of the database keeps
/// its order, so that one synced write makes everything before it safe. A stage that is never accepted is
/// swept (sweep_stages): nobody can see it meanwhile.
///
/// What later lines bring to rows that are packed already is few bytes mostly: it goes into the header of
/// their part and is joined to them when they are read. Only where it is much, or might make the call too
/// large, are the rows written again.
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
  std::size_t late_bytes = 2U << 20U; ///< late additions kept in memory before they are staged, about
};

/// Takes what is to be written, unsynced, in this order.
using stage_writer = std::function<result<void>(write_batch&&)>;

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
  /// As one after another, but quicker. Takes what is in the items.
  result<void> add(std::span<domain::list_item> items);

  /// A bounded piece of the work after the last item: late additions into their rows, which values are known,
  /// prints. @returns whether it was the last one
  /// @error as add
  result<bool> close_some();

  /// Everything about the list but who handed it in. @pre closed
  [[nodiscard]] const domain::intake_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] bool closed() const noexcept { return phase_ == phase::closed; }
  [[nodiscard]] const domain::counts& counts() const noexcept {
    return closed() ? totals_.counts : intake_.counts();
  }
  [[nodiscard]] const submission_id& id() const noexcept { return id_; }
  [[nodiscard]] const enclave_id& enclave() const noexcept { return enclave_; }

  /// Adds what makes the staged rows count, beside the receipt: all parts, in state queued.
  /// The batch is refused when the stage has been abandoned or accepted meanwhile.
  /// @param when  of the acceptance
  /// @pre closed
  [[nodiscard]] std::vector<stored_part> accept(write_batch& batch, sys_time when) const;

  /// The first rows of the list. @pre closed
  [[nodiscard]] result<std::vector<domain::indicator_row>> first_rows(std::size_t limit) const;

  /// Adds the beginning of the end of a stage; sweep_stages does the rest.
  void abandon(write_batch& batch) const;

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
    std::vector<staged_part> parts; ///< one, but where late additions were too much for a call
    std::size_t body_bytes = 0;     ///< of a call with everything joined, at most
    std::string late;               ///< late additions not staged
    std::size_t late_bytes = 0;     ///< all of them
    std::uint32_t late_rows = 0;    ///< rows of them that are staged
  };

  result<void> take_chunk(domain::intake_chunk&& chunk);
  result<void> take_late(domain::late_addition&& late);
  result<void> stage_late();
  result<bool> join_late();
  result<void> keep_late_beside(std::uint32_t number);
  result<void> add_late_to_rows(std::uint32_t number);
  result<void> read_late(std::uint32_t number, write_batch& batch,
                         const std::function<bool(std::string_view)>& take) const;
  [[nodiscard]] result<std::vector<domain::indicator_row>> read_rows(const std::string& key) const;
  result<void> put_pieces(write_batch& batch, staged_chunk& chunk, domain::planned_part whole);
  void put_rows(write_batch& batch, const std::string& number,
                std::span<const domain::indicator_row> rows) const;
  result<void> find_known();
  result<bool> stage_prints();
  [[nodiscard]] std::string known_bits(std::uint32_t first, std::uint32_t rows) const;

  const kv_store* store_;
  const vault* vault_;
  const accepted_values* known_values_;
  submission_id id_;
  enclave_id enclave_;
  sys_time since_;
  std::string marker_; ///< value of the staging row
  stage_options options_;
  stage_writer write_;
  domain::list_intake intake_;
  domain::intake_totals totals_;
  phase phase_ = phase::open;
  bool marked_ = false; ///< the staging row is written
  bool check_old_rows_ = false;
  std::vector<bool> known_;          ///< by the number of the value
  std::vector<staged_chunk> chunks_; ///< number 1 first
  std::size_t late_size_ = 0;        ///< of what is not staged
  std::uint32_t next_chunk_ = 1;     ///< of those that get late additions
  std::optional<domain::value_set::cursor> next_print_;
};

/// Adds the removal of what stages have left that nobody will accept: abandoned ones, and those opened before
/// `opened_before`. At most `limit` rows; call again at once when it returns `limit` or more.
/// @returns how many rows it dealt with
/// @error ec::io_failure, ec::corrupted
result<std::size_t> sweep_stages(const kv_store& store, write_batch& batch, sys_time opened_before,
                                 std::size_t limit);

} // namespace isacbot::storage
