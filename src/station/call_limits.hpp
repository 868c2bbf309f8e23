/// How often a user and a company may call: a sliding minute per user, a UTC day per company.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace isacbot::station {

/// In any 60 seconds a user gets at most the limit. Thread-safe; in memory only.
class minute_limit {
 public:
  /// @param calls  0: no limit
  minute_limit(const clock& time, std::uint32_t calls) : time_(time), calls_(calls) {}

  /// @returns nullopt when the call may go on (it is counted), else how long to wait, at least 1 ms.
  ///          Refused calls are not counted, or an impatient client would never get through.
  std::optional<milliseconds> admit(const std::string& user_key);

  /// What is left of the present minute.
  struct allowance {
    std::uint32_t limit = 0;
    std::uint32_t remaining = 0;
    seconds reset{0}; ///< until all of it is there again
  };
  /// @returns nullopt without a limit
  [[nodiscard]] std::optional<allowance> left(const std::string& user_key) const;

 private:
  const clock& time_;
  std::uint32_t calls_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::deque<steady_time>> granted_;
};

/// A plain counter per company and UTC day. Thread-safe. Kept in the database without sync: a power cut may
/// forget the last calls, never a company's whole day.
class day_limit {
 public:
  /// @param calls  0: nothing is counted
  day_limit(storage::kv_store& store, const clock& time, std::uint64_t calls)
      : store_(store),
        time_(time),
        calls_(calls) {}

  /// As minute_limit::admit. The wait ends at the next midnight, UTC.
  /// @error ec::io_failure, ec::corrupted
  result<std::optional<milliseconds>> admit(std::uint32_t company);

  [[nodiscard]] std::uint64_t limit() const noexcept { return calls_; }
  /// Calls of the present day. @error as admit
  result<std::uint64_t> used(std::uint32_t company);
  [[nodiscard]] sys_time day_began() const;

 private:
  result<std::uint64_t> count_of(std::uint32_t company, std::uint32_t day);

  storage::kv_store& store_;
  const clock& time_;
  std::uint64_t calls_;
  std::mutex mutex_;
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint64_t>> today_; ///< company -> day, count
};

} // namespace isacbot::station
