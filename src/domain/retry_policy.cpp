#include "domain/retry_policy.hpp"

#include <algorithm>

namespace isacbot::domain {

namespace {

constexpr std::uint64_t repeat_price = 10;

} // namespace

milliseconds backoff(const retry_policy& policy, std::uint32_t failures, double jitter) noexcept {
  const std::int64_t longest = std::max<std::int64_t>(policy.longest.count(), 1);
  std::int64_t wait = std::clamp<std::int64_t>(policy.first.count(), 1, longest);
  for (std::uint32_t i = 1; i < failures && wait < longest; ++i)
    wait = wait > longest / 2 ? longest : wait * 2;
  const double part = jitter >= 0.0 && jitter < 1.0 ? jitter : 0.0;
  return milliseconds{wait - static_cast<std::int64_t>(static_cast<double>(wait / 2) * part)};
}

retry_budget::retry_budget(std::uint32_t repeats) noexcept
    : capacity_(std::uint64_t{repeats} * repeat_price),
      tokens_(capacity_) {}

void retry_budget::on_success() noexcept {
  tokens_ = std::min(tokens_ + 1, capacity_);
}

bool retry_budget::spend() noexcept {
  if (tokens_ < repeat_price)
    return false;
  tokens_ -= repeat_price;
  return true;
}

} // namespace isacbot::domain
