/// Bulk exports that were asked for. Only the question is kept, in memory: the answer is read when it is
/// fetched, with the rights of that moment. After a restart a client asks again.
#pragma once

#include "core/clock.hpp"
#include "protocol/trustar/model.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace isacbot::station {

/// Thread-safe.
class export_list {
 public:
  static constexpr std::size_t max_exports = 1'000; ///< the oldest goes
  static constexpr std::chrono::hours life{24};

  struct entry {
    std::string user_key;
    trustar::search what;
    sys_time asked{};
  };

  void add(std::string guid, entry what) {
    std::lock_guard lock(mutex_);
    entries_.emplace_back(std::move(guid), std::move(what));
    if (entries_.size() > max_exports)
      entries_.pop_front();
  }

  /// @returns nullopt unless this user asked for it within the last day
  [[nodiscard]] std::optional<entry> find(const std::string& guid, const std::string& user_key,
                                          sys_time now) const {
    std::lock_guard lock(mutex_);
    for (const auto& [id, what] : entries_)
      if (id == guid && what.user_key == user_key && now < what.asked + life)
        return what;
    return std::nullopt;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::pair<std::string, entry>> entries_;
};

} // namespace isacbot::station
