/// Which enclaves an account sees, for a minute: menus ask at every keystroke, and Station counts every call.
#pragma once

#include "actors/account_name.hpp"
#include "core/clock.hpp"
#include "protocol/trustar/model.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::actors {

/// Thread-safe; shared by the tasks. A permission taken away shows after a minute here, and at once in
/// Station, which checks it with every call.
class enclave_cache {
 public:
  explicit enclave_cache(account_names names) : name_of_(std::move(names)) {}

  std::optional<std::vector<trustar::enclave>> find(const domain::api_credentials& account, steady_time now) {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(name_of_(account));
    if (found == entries_.end() || found->second.ends < now)
      return std::nullopt;
    return found->second.enclaves;
  }

  void put(const domain::api_credentials& account, std::vector<trustar::enclave> enclaves, steady_time now) {
    std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& item) { return item.second.ends < now; });
    if (entries_.size() < capacity)
      entries_[name_of_(account)] = {std::move(enclaves), now + lifetime};
  }

 private:
  static constexpr seconds lifetime{60};
  static constexpr std::size_t capacity = 4096;

  struct entry {
    std::vector<trustar::enclave> enclaves;
    steady_time ends;
  };

  account_names name_of_;
  std::mutex mutex_;
  std::map<std::string, entry> entries_;
};

} // namespace isacbot::actors
