#include "station/pages/login_limit.hpp"

#include "core/bytes.hpp"

namespace isacbot::station {

std::optional<seconds> login_limit::admit(const std::string& key) {
  std::string digest = sha256(key); // of fixed size, whatever somebody types
  std::lock_guard lock(mutex_);
  steady_time now = time_.steady_now();
  while (!in_order_.empty() && (in_order_.front().first + window <= now || in_order_.size() >= max_keys)) {
    auto oldest = by_key_.find(in_order_.front().second);
    if (oldest != by_key_.end() && oldest->second.began == in_order_.front().first)
      by_key_.erase(oldest);
    in_order_.pop_front();
  }
  auto [at, fresh] = by_key_.try_emplace(digest, entry{0, now});
  if (fresh)
    in_order_.emplace_back(now, digest);
  if (at->second.attempts >= max_attempts)
    return std::chrono::ceil<seconds>(at->second.began + window - now);
  ++at->second.attempts;
  return std::nullopt;
}

void login_limit::forget(const std::string& key) {
  std::lock_guard lock(mutex_);
  by_key_.erase(sha256(key));
}

} // namespace isacbot::station
