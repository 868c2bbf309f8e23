/// One batch of indexing: what waits becomes rows of indicators, correlations and search indexes. Maintained
/// by difference: a change of a report touches what it changes.
#pragma once

#include "core/error.hpp"
#include "station/enclave_update.hpp"
#include "station/index_queue.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace isacbot::station {

/// Not thread-safe. Everything that was read is a condition of the batch. Errors of all members:
/// ec::io_failure, ec::corrupted, ec::too_large when an enclave is full.
class index_batch {
 public:
  explicit index_batch(const storage::kv_store& store) : store_(store) {}

  /// Adds the rows of a submission. @param key, bytes  as they stand in the queue
  result<void> add_submission(std::string_view key, std::string_view bytes);
  /// Makes the indexes say what the report says now. @param key, bytes  as they stand in the queue
  /// @error also ec::precondition_failed: it has changed again
  result<void> add_report(std::string_view key, std::string_view bytes);

  /// How much text of reports was added: what the batch costs most for.
  [[nodiscard]] std::size_t text_bytes() const noexcept { return text_bytes_; }

  /// @returns what to write, once. It is refused (ec::precondition_failed) when anything has changed since.
  result<storage::write_batch> take();

 private:
  result<enclave_update*> enclave_of(const enclave& where);
  result<std::optional<indexed_report>> read_indexed(const pending_report& mark);
  result<std::optional<indexed_report>> read_present(const pending_report& mark, std::string& folded);
  void move_mentions(std::string_view id, const std::optional<indexed_report>& before,
                     const std::optional<indexed_report>& after);
  result<void> count(std::string_view id, const std::optional<indexed_report>& before,
                     const std::optional<indexed_report>& after);
  result<void> number(std::string_view id, const std::optional<indexed_report>& before,
                      std::optional<indexed_report>& after, std::string_view folded);

  const storage::kv_store& store_;
  storage::write_batch batch_;
  std::size_t text_bytes_ = 0;
  std::map<std::uint32_t, enclave_update> enclaves_; ///< by number
};

} // namespace isacbot::station
