/// How much stands in a table.
#pragma once

#include "storage/kv_store.hpp"

#include <cstddef>

namespace isacbot::test {

inline std::size_t count_rows(const storage::kv_store& store, storage::table t) {
  std::size_t count = 0;
  store.scan(t, {}, {}, [&](auto, auto) { return ++count > 0; }).value();
  return count;
}

} // namespace isacbot::test
