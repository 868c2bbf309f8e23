/// The one interface to durable state: ordered keys and values in numbered tables, atomic batches.
/// Two homes (memory_store, rocksdb_store) and one comparing test; a PostgreSQL home needs nothing of their
/// users.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage {

/// A table's number: fixed for ever once released (storage/keys.hpp and station/keys.hpp list them).
enum class table : std::uint8_t {};

/// Whether a write survives power loss when it returns.
enum class sync : bool { no, yes };

/// Operations applied all or none, in order, if every precondition holds.
class write_batch {
 public:
  struct operation {
    table where;
    std::string key;
    std::optional<std::string> value; ///< nullopt erases
  };
  struct precondition {
    table where;
    std::string key;
    std::optional<std::string> expected; ///< nullopt: the key must be absent
  };

  write_batch& put(table t, std::string key, std::string value);
  write_batch& erase(table t, std::string key);
  /// The batch is refused with ec::precondition_failed unless the key holds `expected` just before it is
  /// applied.
  write_batch& expect(table t, std::string key, std::optional<std::string> expected);

  [[nodiscard]] const std::vector<operation>& operations() const noexcept { return operations_; }
  [[nodiscard]] const std::vector<precondition>& preconditions() const noexcept { return preconditions_; }
  [[nodiscard]] bool empty() const noexcept { return operations_.empty() && preconditions_.empty(); }

 private:
  std::vector<operation> operations_;
  std::vector<precondition> preconditions_;
};

/// Thread-safe. Reads see every write that has returned.
class kv_store {
 public:
  /// Returns false to stop the scan. The views end with the call.
  using visitor = std::function<bool(std::string_view key, std::string_view value)>;

  virtual ~kv_store() = default;

  /// @returns the value, or nullopt when the key is absent: absence is no error, an I/O failure is.
  /// @error ec::io_failure, ec::corrupted
  virtual result<std::optional<std::string>> get(table t, std::string_view key) const = 0;

  /// Visits keys in [first, last) in byte order over one consistent state until `visit` returns false.
  /// An empty `last` means to the end of the table.
  /// @error ec::io_failure, ec::corrupted
  virtual result<void> scan(table t, std::string_view first, std::string_view last,
                            const visitor& visit) const = 0;

  /// As scan, but in descending order.
  virtual result<void> scan_reverse(table t, std::string_view first, std::string_view last,
                                    const visitor& visit) const = 0;

  /// Applies the batches in order, each all or none, with one synced write for all that pass (group commit).
  /// A batch sees the earlier ones of the group. On an I/O failure every batch reports it and none counts as
  /// applied.
  /// @returns one result per batch: success, ec::precondition_failed, ec::io_failure
  virtual std::vector<result<void>> write_group(std::span<const write_batch> batches, sync s) = 0;

  /// One batch of write_group.
  result<void> write(const write_batch& batch, sync s);
};

/// The error of a batch whose precondition does not hold; names the table, never the key or a value.
error fail_precondition(table t);

} // namespace isacbot::storage
