/// Which values this bot has had accepted into an enclave, and when last: packed, so that a million of them
/// are accepted with one small synced write. docs/adr/0009 says why.
///
/// A submission adds a *run*: prints (domain/value_set.hpp) in their order. A small one is one row:
///   accepted_runs        version 1 | kind 0 | time (8) | prints (12 each)
/// a large one has its prints in pages, which are there before the run is: only the run's row, written with
/// the receipt, makes them count:
///   accepted_runs        version 1 | kind 1 | time (8)
///   accepted_run_pages   version 1 | prints
/// The HOUSEKEEPER merges runs into the enclave's *pages*, each of which holds what lies between its key and
/// the next page's:
///   accepted_pages       version 1 | print and time (6), ...
/// A value is in a run, or in a page, or for a moment in both. What layout 1 kept (a row for each value) is
/// still read, and ends by itself.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "domain/model.hpp"
#include "domain/value_set.hpp"
#include "storage/keys.hpp"
#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::storage {

/// Prints of one row of a run, and of one page of an enclave after it was rewritten.
inline constexpr std::size_t prints_per_page = 512;

struct timed_print {
  domain::value_print print;
  sys_time last{};

  friend auto operator<=>(const timed_print&, const timed_print&) = default;
};

/// Readers read the store; writers add to a batch, which the caller commits. All fail with ec::corrupted or
/// ec::io_failure when stored bytes cannot be read.
class accepted_values {
 public:
  /// Both outlive the table.
  accepted_values(const kv_store& store, const vault& sealer);

  /// For domain::value_printer and domain::list_intake: secret, and the same for the life of the database.
  [[nodiscard]] const domain::hash_key& key() const noexcept { return key_; }

  /// Adds the run of a submission: in one row, or with all its pages.
  /// @param prints  in any order, each as often as may be
  static void add_run(write_batch& batch, const enclave_id& enclave, const submission_id& id, sys_time when,
                      std::vector<domain::value_print> prints);
  /// Adds one page of a run that does not count yet. @pre prints sorted, 1 to prints_per_page, behind those
  /// of the page before
  static void add_page(write_batch& batch, const enclave_id& enclave, const submission_id& id,
                       std::span<const domain::value_print> prints);
  /// Makes the pages count.
  static void publish_pages(write_batch& batch, const enclave_id& enclave, const submission_id& id,
                            sys_time when);
  /// Adds the removal of up to `limit` pages. @returns how many
  [[nodiscard]] result<std::size_t> erase_pages(write_batch& batch, const enclave_id& enclave,
                                                const submission_id& id, std::size_t limit) const;

  /// Which of the values were accepted at or after `since`, by their numbers. Reads each page once.
  /// @param values  sorted by this call
  [[nodiscard]] result<std::vector<bool>> find(const enclave_id& enclave, sys_time since,
                                               domain::value_set& values) const;

  /// Whether layout 1 has left values of this enclave.
  [[nodiscard]] result<bool> has_old_rows(const enclave_id& enclave) const;
  /// What layout 1 says about a value.
  [[nodiscard]] result<bool> find_old_row(const enclave_id& enclave, std::string_view type,
                                          std::string_view value, sys_time since) const;

 private:
  const kv_store* store_;
  const vault* vault_;
  domain::hash_key key_;
};

/// Merges runs into pages, step by step: each step is one batch, after each everything is found as before.
/// What is lost when a merge is given up half way is only the work.
class accepted_merge {
 public:
  /// Runs of few values stay as they are until an enclave has so many of them, or of their prints.
  static constexpr std::size_t many_runs = 256;
  static constexpr std::size_t many_prints = 2'048;

  explicit accepted_merge(const kv_store& store) : store_(&store) {}

  /// Adds the next step. Call again when its batch is written; `reset` when it was not.
  /// @param since  what was accepted before is dropped on the way
  /// @returns whether there is more to do
  result<bool> step(write_batch& batch, sys_time since);
  void reset() { *this = accepted_merge(*store_); }

 private:
  result<bool> pick(sys_time since);
  result<void> merge_some(write_batch& batch, sys_time since);

  const kv_store* store_;
  std::string enclave_;                                ///< key prefix of the one that is being merged
  std::vector<timed_print> incoming_;                  ///< sorted
  std::size_t merged_ = 0;                             ///< of them
  std::vector<std::pair<table, std::string>> sources_; ///< erased with the last of them
};

/// Adds the removal of what was accepted before `since`, of up to `limit` rows beginning at `cursor`, which
/// moves on and is empty at the end of a round.
/// @error ec::io_failure, ec::corrupted
result<void> expire_accepted(const kv_store& store, write_batch& batch, sys_time since, std::string& cursor,
                             std::size_t limit);

} // namespace isacbot::storage
