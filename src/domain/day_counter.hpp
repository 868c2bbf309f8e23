/// Calls per company and UTC day: a plain count, as Station keeps it. After a crash what was leased on disk
/// counts as taken (compare limit_leases). Belongs to one actor.
#pragma once

#include "core/clock.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// A UTC day: days since 1970-01-01.
using day_number = std::int64_t;

day_number day_of(sys_time t) noexcept;
sys_time start_of(day_number day) noexcept;

/// What is on disk of one company and day.
struct day_lease {
  std::string company;
  day_number day = 0;
  std::uint64_t calls = 0; ///< that count as made after a crash
};

struct day_standing {
  std::uint64_t limit = 0; ///< 0: none
  std::uint64_t used = 0;
  milliseconds resets_in{0};
};

/// Number of a company in the counter; 0 is the one that everybody belongs to of whom nothing is known.
using company_index = std::uint32_t;

class day_counter {
 public:
  /// @param calls  of each company; 0: no limit of our own, only what Station tells
  explicit day_counter(std::uint64_t calls) : calls_(calls), companies_(1) {}

  void configure(std::uint64_t calls) noexcept { calls_ = calls; }

  /// The company's number; made when it is new. When there are too many: 0.
  company_index index_of(std::string_view company);

  struct decision {
    bool granted = false;
    bool unsaved = false; ///< refused only until a lease is on disk
    bool near = false;    ///< a fifth of the day or less is left after it
  };
  /// Whether n calls at `at` stay within that day's number; nothing is counted yet.
  [[nodiscard]] decision check(company_index company, std::uint64_t n, sys_time at);
  /// Counts them. @pre check has granted them
  void count(company_index company, std::uint64_t n, sys_time at);

  /// Station has told its own numbers, which win: its limit holds beside ours, its count replaces ours. Calls
  /// of ours that it cannot have seen when it answered are added: those counted since it was last asked.
  void correct(company_index company, std::uint64_t limit, std::uint64_t used, sys_time now);
  /// Station says that the day is used up.
  void exhaust(company_index company, sys_time now);

  [[nodiscard]] day_standing standing(company_index company, sys_time now) const;

  /// Whether leases have to be kept at all; false: counts live in memory only.
  void keep(bool kept) noexcept { kept_ = kept; }
  /// Leases to be put on disk.
  std::vector<day_lease> take_wanted();
  void written(const std::vector<day_lease>& leases);
  void failed(const std::vector<day_lease>& leases);
  /// Read from the disk.
  void restore(const day_lease& lease);

 private:
  struct day_count {
    day_number day = 0;
    std::uint64_t used = 0;
    std::uint64_t on_disk = 0;
    std::uint64_t asked_for = 0;
  };
  struct company {
    std::string name;
    std::optional<std::uint64_t> told_limit;
    std::uint64_t used_when_told = 0; ///< our count when Station last told its own
    day_number told_day = 0;
    std::optional<day_number> exhausted; ///< Station grants nothing more on this day
    /// Two days, because a clock may be set back over midnight and calls may be granted ahead of it.
    std::array<day_count, 2> days;
  };

  [[nodiscard]] std::uint64_t limit_of(const company& c) const noexcept;
  static day_count& count_of(company& c, day_number day);
  void lease(const company& c, day_count& d, std::uint64_t limit, std::uint64_t used);

  std::uint64_t calls_;
  bool kept_ = false;
  std::vector<company> companies_;
  std::vector<day_lease> wanted_;
};

} // namespace isacbot::domain
