/// Submissions from acceptance to the last word: receipts, parts on their way to Station, the rows they
/// carry, and the keys by which repeats are recognised. Layouts in keys.hpp, bytes in stored_values.hpp.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/random.hpp"
#include "domain/batch_planner.hpp"
#include "domain/model.hpp"
#include "domain/report_split.hpp"
#include "storage/accepted_values.hpp"
#include "storage/audit_table.hpp"
#include "storage/keys.hpp"
#include "storage/kv_store.hpp"
#include "storage/list_stage.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage {

/// How long a Slack request is recognised, and the same content asks "send again?".
inline constexpr milliseconds request_memory = std::chrono::hours{24};
inline constexpr milliseconds content_memory = std::chrono::minutes{10};

/// How many parts wait, for metrics and `submissions list`.
struct outbox_depth {
  std::uint64_t due = 0;
  std::uint64_t parked = 0;
  std::uint64_t held = 0;
  std::uint64_t buried = 0;
};

/// Readers read the store. Writers add everything that belongs together to ONE batch, which the caller
/// commits: `append` before "accepted" is said, a part's `sent` state before it is sent, both synced. One
/// write per part at a time: a batch made from a part that has changed meanwhile is refused with
/// ec::precondition_failed.
///
/// All of them fail with ec::corrupted, ec::wrong_key or ec::io_failure when stored bytes cannot be read;
/// further errors are named where they can occur.
class outbox_table {
 public:
  /// All three outlive the table.
  outbox_table(const kv_store& store, const vault& sealer, random_source& random)
      : store_(&store),
        vault_(&sealer),
        accepted_(store, sealer),
        audit_(store, sealer, random) {}

  // -- acceptance ------------------------------------------------------------------------------------------

  /// Adds a submission: receipt, parts with their rows, request and content key, when each value was
  /// accepted, an audit event. `receipt.parts`, `delivered` and `processed` are ignored: the parts are those
  /// of `parts`, all queued.
  /// @error ec::invalid_argument: counts that do not add up, parts of another submission or with another
  /// number
  ///        of rows than their header says; ec::conflict: the request key is known already (find_by_request)
  [[nodiscard]] result<void> append(write_batch& batch, const domain::receipt& receipt,
                                    std::span<const domain::planned_part> parts) const;

  /// A stage for a list that is larger than memory (list_stage.hpp), for `append` below.
  /// @param since  values accepted at or after this moment count as known
  /// @param write  takes what has to be on disk before `append`
  [[nodiscard]] std::unique_ptr<list_stage> open_stage(submission_id id, enclave_id enclave, sys_time opened,
                                                       sys_time since, const stage_options& options,
                                                       stage_writer write) const;
  /// Adds a submission whose rows are staged: as `append`; the batch stays small. What the receipt says of
  /// the list is the stage's totals under the same overrides.
  /// @param given  rules that the list's owner overrides
  /// @pre stage.closed() and everything it wrote is on disk
  /// @returns the parts
  /// @error as append; the batch is refused (ec::precondition_failed) when the stage is gone
  [[nodiscard]] result<std::vector<domain::part>> append(write_batch& batch, const domain::receipt& receipt,
                                                         const list_stage& stage,
                                                         const domain::overrides& given = {}) const;

  /// Adds a report: as `append`, with parts "1", "2", ... that carry its contents, at least one.
  /// @returns the parts
  /// @error as append
  [[nodiscard]] result<std::vector<domain::part>>
  append_report(write_batch& batch, const domain::receipt& receipt,
                std::span<const domain::report_content> contents) const;

  [[nodiscard]] result<std::optional<submission_id>> find_by_request(std::string_view request_key,
                                                                     sys_time now) const;
  /// The last submission of this content within `content_memory`.
  [[nodiscard]] result<std::optional<submission_id>> find_by_content(std::string_view content_key,
                                                                     sys_time now) const;
  /// Marks the rows whose values were accepted into the enclave at or after `since`, and moves them from
  /// accepted to merged (domain::mark_known).
  [[nodiscard]] result<void> mark_known(const enclave_id& enclave, sys_time since,
                                        std::span<domain::indicator_row> rows, domain::counts& totals) const;
  /// Whether one value was.
  [[nodiscard]] result<bool> accepted_before(const enclave_id& enclave, std::string_view type,
                                             std::string_view value, sys_time since) const;
  /// For domain::list_intake, so that equal values are found alike everywhere.
  [[nodiscard]] const domain::hash_key& value_key() const noexcept { return accepted_.key(); }

  // -- receipts --------------------------------------------------------------------------------------------

  /// The receipt as things stand now, with what Station refused moved from accepted or merged to refused.
  [[nodiscard]] result<std::optional<domain::receipt>> find(const submission_id& id) const;
  /// Who, where and when, without the parts.
  [[nodiscard]] result<std::optional<domain::submission>> find_submission(const submission_id& id) const;
  /// Newest first.
  [[nodiscard]] result<std::vector<submission_id>> recent(std::size_t limit) const;
  /// Submissions whose submitter has not been told "processed", oldest first.
  [[nodiscard]] result<std::vector<submission_id>> unprocessed(std::size_t limit) const;
  /// @error ec::not_found
  [[nodiscard]] result<void> mark_processed(write_batch& batch, const submission_id& id, sys_time now) const;

  // -- delivery --------------------------------------------------------------------------------------------

  /// Parts queued or sent, in the order of their submissions.
  /// @param after  go on behind this one (it need not be due any more)
  [[nodiscard]] result<std::vector<domain::part>> due(std::size_t limit,
                                                      const domain::part* after = nullptr) const;
  [[nodiscard]] result<std::vector<domain::part>> parked(const member& owner, std::size_t limit) const;
  [[nodiscard]] result<std::vector<domain::part>> held(std::size_t limit) const;
  [[nodiscard]] result<std::vector<domain::part>> buried(std::size_t limit) const;
  [[nodiscard]] result<outbox_depth> depth() const;
  /// How many due parts stand before the submission's in the queue: its position. Submissions go side by
  /// side, so that it may be overtaken.
  [[nodiscard]] result<std::uint64_t> due_before(const submission_id& id) const;

  /// @error ec::not_found
  [[nodiscard]] result<domain::part> part(const submission_id& id, std::string_view number) const;
  /// @error ec::not_found: settled, replaced or never there
  [[nodiscard]] result<std::vector<domain::indicator_row>> rows(const domain::part& part) const;

  /// Content of a report's part.
  /// @error as rows
  [[nodiscard]] result<domain::report_content> report(const domain::part& part) const;

  /// Writes a part as it now is: queued, sent, parked, held or buried; its rows stay.
  /// @error ec::not_found; ec::conflict: it is settled on disk; ec::invalid_argument: `part` is settled (use
  ///        settle or refuse)
  [[nodiscard]] result<void> save(write_batch& batch, const domain::part& part, sys_time now) const;

  /// Station has it: erases the rows, writes part and audit event.
  /// @error ec::not_found; ec::conflict: settled on disk already
  [[nodiscard]] result<void> settle(write_batch& batch, const domain::part& part, sys_time now) const;

  /// Station will never take these rows: as settle, but they count as refused for `reason`.
  /// @error as settle
  [[nodiscard]] result<void> refuse(write_batch& batch, const domain::part& part, domain::line_reason reason,
                                    sys_time now) const;

  /// Whether what a part carries is still there: not of a settled one, nor of a dead letter that has expired.
  [[nodiscard]] result<bool> has_load(const domain::part& part) const;

  // -- retention (outbox_table_retention.cpp) --------------------------------------------------------------
  // Each looks at up to `limit` rows behind `cursor`, which moves on and is empty at the end of a round.

  /// Adds the removal of receipts with all their parts, where nothing has happened since `before` and nothing
  /// is left to happen.
  [[nodiscard]] result<void> expire_receipts(write_batch& batch, sys_time before, std::string& cursor,
                                             std::size_t limit) const;
  /// Adds the removal of what dead letters carry that were buried before `before`. The receipt still tells of
  /// them, and that it is too late.
  [[nodiscard]] result<void> expire_dead_letters(write_batch& batch, sys_time before, sys_time now,
                                                 std::string& cursor, std::size_t limit) const;

  /// Ends a part and puts the pieces, which together hold its rows, in its place.
  /// @error as settle; ec::invalid_argument: the pieces do not add up to the part's rows
  [[nodiscard]] result<void> replace(write_batch& batch, const domain::part& whole,
                                     std::span<const domain::planned_part> pieces, sys_time now) const;
  /// The same for a part of a report, whose pieces are reports.
  /// @error as settle; ec::invalid_argument: a part of a list
  [[nodiscard]] result<void> replace_report(write_batch& batch, const domain::part& whole,
                                            std::span<const domain::report_piece> pieces, sys_time now) const;

 private:
  /// A part as read, for the next change of it.
  struct current_part {
    std::string key;
    std::string stored;
    stored_part value;
    domain::submission submission;
  };
  enum class outcome : bool { taken, refused };
  /// A part to come, and what it carries, encoded.
  struct new_part {
    domain::part header;
    secret load;
  };

  [[nodiscard]] result<std::optional<submission_header>> header(const submission_id& id) const;
  [[nodiscard]] result<stored_part> open_part(std::string_view key, std::string_view sealed) const;
  [[nodiscard]] result<current_part> current(const domain::part& part) const;
  [[nodiscard]] result<void> put_submission(write_batch& batch, const domain::receipt& receipt) const;
  /// What a part carries, opened.
  [[nodiscard]] result<secret> load_at(std::string_view part_key) const;
  [[nodiscard]] result<std::vector<domain::indicator_row>> rows_at(std::string_view part_key) const;
  [[nodiscard]] result<std::vector<domain::part>> indexed(const std::string& prefix, std::string_view first,
                                                          std::size_t limit) const;
  [[nodiscard]] result<std::optional<submission_id>> find_by_key(table t, std::string_view purpose,
                                                                 std::string_view key, sys_time now) const;
  [[nodiscard]] result<void> finish(write_batch& batch, const domain::part& part, outcome how,
                                    domain::line_reason reason, sys_time now) const;
  [[nodiscard]] result<void> put_new_part(write_batch& batch, const domain::planned_part& part) const;
  [[nodiscard]] result<void> put_new_part(write_batch& batch, const domain::part& header,
                                          const secret& load) const;
  [[nodiscard]] result<void> put_pieces(write_batch& batch, const current_part& whole,
                                        std::span<const new_part> pieces, sys_time now) const;
  void put_part(write_batch& batch, const std::string& key, const stored_part& value) const;
  /// Moves the index entry and guards the batch against a change since `before` was read.
  void begin_change(write_batch& batch, const current_part& before) const;
  void put_index(write_batch& batch, const member& owner, const std::string& part_key,
                 domain::part_state state) const;
  void note(write_batch& batch, const domain::submission& about, std::string action, std::string subject,
            std::string detail, sys_time now) const;

  const kv_store* store_;
  const vault* vault_;
  accepted_values accepted_;
  audit_table audit_;
};

} // namespace isacbot::storage
