/// What a member is shown about one limit.
#pragma once

#include "domain/limit.hpp"
#include "domain/limit_level.hpp"

#include <chrono>
#include <cstdint>

namespace isacbot::domain {

struct limit_standing {
  limit_level level = limit_level::user;
  limit rule;                          ///< of the company's day: the number of calls, 24 hours
  std::uint64_t available = 0;         ///< calls that could be made now
  std::chrono::nanoseconds next_in{0}; ///< until one call can be made; 0: now
  std::chrono::nanoseconds full_in{0}; ///< until all of it is there again
};

} // namespace isacbot::domain
