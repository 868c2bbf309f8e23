/// Whose allowance a call uses up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace isacbot::domain {

/// From the leaf to the root. The last one is no bucket but a plain count of the UTC day (day_counter).
enum class limit_level : std::uint8_t { user, credential, workspace, address, company_day };

inline constexpr std::size_t limit_level_count = 5;
inline constexpr std::size_t bucket_level_count = 4;

/// The name in configuration and metrics.
std::string_view to_string(limit_level level) noexcept;

/// A set of levels, one bit each.
class level_set {
 public:
  void insert(limit_level level) noexcept { bits_ |= 1U << static_cast<unsigned>(level); }
  [[nodiscard]] bool contains(limit_level level) const noexcept {
    return (bits_ >> static_cast<unsigned>(level) & 1U) != 0;
  }
  [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }
  friend bool operator==(level_set, level_set) = default;

 private:
  unsigned bits_ = 0;
};

} // namespace isacbot::domain
