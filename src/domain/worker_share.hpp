/// How many of a pool's workers may be busy with bulk work, whose calls can take long and cannot be
/// interrupted: half of them, so that people always find others that come free soon.
#pragma once

#include <algorithm>
#include <cstddef>

namespace isacbot::domain {

constexpr std::size_t bulk_workers(std::size_t workers) noexcept {
  return std::max<std::size_t>(1, workers / 2);
}

} // namespace isacbot::domain
