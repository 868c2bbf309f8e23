/// A store that passes reading on to another one; what happens to writes is told by who derives from it.
#pragma once

#include "storage/kv_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace isacbot::test {

class store_in_front : public storage::kv_store {
 public:
  /// @param inner  outlives this one
  explicit store_in_front(storage::kv_store& inner) : inner_(inner) {}

  result<std::optional<std::string>> get(storage::table t, std::string_view key) const override {
    return inner_.get(t, key);
  }
  result<void> scan(storage::table t, std::string_view first, std::string_view last,
                    const visitor& visit) const override {
    return inner_.scan(t, first, last, visit);
  }
  result<void> scan_reverse(storage::table t, std::string_view first, std::string_view last,
                            const visitor& visit) const override {
    return inner_.scan_reverse(t, first, last, visit);
  }

 protected:
  [[nodiscard]] storage::kv_store& inner() const noexcept { return inner_; }

 private:
  storage::kv_store& inner_;
};

} // namespace isacbot::test
