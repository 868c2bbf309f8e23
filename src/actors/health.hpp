/// Which parts of the service are usable, for `/readyz`. Written by actors, read by the admin listener.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace isacbot::actors {

/// Thread-safe.
class health_board {
 public:
  struct entry {
    std::string part;
    bool usable = false;
    std::string reason; ///< empty when usable
  };

  /// @param reason why the part is not usable and what to do; pass "" when it is
  void report(const std::string& part, const std::string& reason) {
    std::lock_guard lock(mutex_);
    parts_[part] = reason;
  }

  [[nodiscard]] std::vector<entry> entries() const {
    std::lock_guard lock(mutex_);
    std::vector<entry> list;
    for (const auto& [part, reason] : parts_)
      list.push_back({part, reason.empty(), reason});
    return list;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> parts_;
};

} // namespace isacbot::actors
