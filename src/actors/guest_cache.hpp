/// Who is a guest of his workspace, as Slack said a moment ago: every click would ask again.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>

namespace isacbot::actors {

/// Thread-safe; shared by the tasks. Who becomes a guest is one here within ten minutes.
class guest_cache {
 public:
  struct answer {
    bool is_guest = false;
    bool fresh = false; ///< false: only good for when Slack cannot be asked
  };

  std::optional<answer> find(const member& who, steady_time now) {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(who);
    if (found == entries_.end())
      return std::nullopt;
    return answer{found->second.is_guest, found->second.asked + lifetime > now};
  }

  void put(const member& who, bool is_guest, steady_time now) {
    std::lock_guard lock(mutex_);
    if (entries_.size() >= capacity)
      std::erase_if(entries_, [&](const auto& item) { return item.second.asked + lifetime <= now; });
    if (entries_.size() < capacity || entries_.contains(who))
      entries_[who] = {is_guest, now};
  }

 private:
  static constexpr std::chrono::minutes lifetime{10};
  static constexpr std::size_t capacity = 20'000;

  struct entry {
    bool is_guest;
    steady_time asked;
  };

  std::mutex mutex_;
  std::map<member, entry> entries_;
};

} // namespace isacbot::actors
