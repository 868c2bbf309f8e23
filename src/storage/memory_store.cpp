#include "storage/memory_store.hpp"

namespace isacbot::storage {

/// One table as it was at one moment. Taken and given back under the store's mutex, so that a writer can
/// trust the use count.
class memory_store::snapshot {
 public:
  snapshot(const memory_store& store, table t) : store_(store) {
    std::lock_guard lock(store_.mutex_);
    if (auto found = store_.tables_.find(t); found != store_.tables_.end())
      rows_ = found->second;
  }
  snapshot(const snapshot&) = delete;
  snapshot& operator=(const snapshot&) = delete;
  ~snapshot() {
    std::lock_guard lock(store_.mutex_);
    rows_.reset();
  }

  /// Iterators to [first, last); both ends equal when the range is empty.
  [[nodiscard]] std::pair<rows::const_iterator, rows::const_iterator> range(std::string_view first,
                                                                            std::string_view last) const {
    if (!rows_ || (!last.empty() && last <= first))
      return {};
    return {rows_->lower_bound(first), last.empty() ? rows_->end() : rows_->lower_bound(last)};
  }

 private:
  const memory_store& store_;
  std::shared_ptr<rows> rows_;
};

result<std::optional<std::string>> memory_store::get(table t, std::string_view key) const {
  std::lock_guard lock(mutex_);
  auto rows_of = tables_.find(t);
  if (rows_of == tables_.end())
    return std::nullopt;
  auto found = rows_of->second->find(key);
  if (found == rows_of->second->end())
    return std::nullopt;
  return found->second;
}

result<void> memory_store::scan(table t, std::string_view first, std::string_view last,
                                const visitor& visit) const {
  snapshot state(*this, t);
  auto [at, end] = state.range(first, last);
  for (; at != end; ++at)
    if (!visit(at->first, at->second))
      break;
  return {};
}

result<void> memory_store::scan_reverse(table t, std::string_view first, std::string_view last,
                                        const visitor& visit) const {
  snapshot state(*this, t);
  auto [begin, at] = state.range(first, last);
  while (at != begin) {
    --at;
    if (!visit(at->first, at->second))
      break;
  }
  return {};
}

std::vector<result<void>> memory_store::write_group(std::span<const write_batch> batches, sync) {
  std::lock_guard lock(mutex_);
  std::vector<result<void>> results;
  results.reserve(batches.size());
  for (const write_batch& batch : batches)
    results.push_back(apply(batch));
  return results;
}

result<void> memory_store::apply(const write_batch& batch) {
  for (const auto& [where, key, expected] : batch.preconditions()) {
    auto rows_of = tables_.find(where);
    std::optional<std::string_view> found;
    if (rows_of != tables_.end())
      if (auto row = rows_of->second->find(key); row != rows_of->second->end())
        found = row->second;
    bool holds = expected ? found == std::string_view(*expected) : !found;
    if (!holds)
      return fail_precondition(where);
  }
  for (const auto& [where, key, value] : batch.operations()) {
    std::shared_ptr<rows>& target = tables_[where];
    if (!target)
      target = std::make_shared<rows>();
    else if (target.use_count() > 1)
      target = std::make_shared<rows>(*target);
    if (value)
      target->insert_or_assign(key, *value);
    else
      target->erase(key);
  }
  return {};
}

} // namespace isacbot::storage
