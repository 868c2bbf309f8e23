/// The home of kv_store in memory: for tests and for what may be forgotten. Nothing survives the object.
#pragma once

#include "storage/kv_store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace isacbot::storage {

class memory_store final : public kv_store {
 public:
  result<std::optional<std::string>> get(table t, std::string_view key) const override;
  result<void> scan(table t, std::string_view first, std::string_view last,
                    const visitor& visit) const override;
  result<void> scan_reverse(table t, std::string_view first, std::string_view last,
                            const visitor& visit) const override;
  std::vector<result<void>> write_group(std::span<const write_batch> batches, sync s) override;

 private:
  using rows = std::map<std::string, std::string, std::less<>>;

  class snapshot;

  result<void> apply(const write_batch& batch);

  mutable std::mutex mutex_;
  // A scan holds the rows it started on; a write meanwhile copies them first, so that it sees one state.
  mutable std::map<table, std::shared_ptr<rows>> tables_;
};

} // namespace isacbot::storage
