/// Which limits there are at each level.
#pragma once

#include "domain/limit.hpp"
#include "domain/limit_level.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace isacbot::domain {

struct level_settings {
  std::vector<limit> limits; ///< empty: the level has no limit
  bool enforced = true;      ///< false (shadow mode): refusals are reported, not made
};

using bucket_settings = std::array<level_settings, bucket_level_count>; ///< by limit_level

struct limit_tree_settings {
  bucket_settings levels;
  std::uint64_t company_day = 0; ///< calls per UTC day and company; 0: as many as Station grants
  bool company_day_enforced = true;
};

} // namespace isacbot::domain
