#include "storage/kv_store.hpp"

#include <utility>

namespace isacbot::storage {

write_batch& write_batch::put(table t, std::string key, std::string value) {
  constexpr std::size_t usual = 16; // an acceptance has eleven: they need not move while it grows
  if (operations_.capacity() == 0)
    operations_.reserve(usual);
  operations_.push_back({t, std::move(key), std::move(value)});
  return *this;
}

write_batch& write_batch::erase(table t, std::string key) {
  operations_.push_back({t, std::move(key), std::nullopt});
  return *this;
}

write_batch& write_batch::expect(table t, std::string key, std::optional<std::string> expected) {
  preconditions_.push_back({t, std::move(key), std::move(expected)});
  return *this;
}

result<void> kv_store::write(const write_batch& batch, sync s) {
  return write_group({&batch, 1}, s).front();
}

error fail_precondition(table t) {
  return fail(ec::precondition_failed,
              "a row of table " + std::to_string(static_cast<int>(t)) + " has changed meanwhile");
}

} // namespace isacbot::storage
