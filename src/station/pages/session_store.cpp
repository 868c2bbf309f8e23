#include "station/pages/session_store.hpp"

#include "core/bytes.hpp"

namespace isacbot::station {

std::string session_store::begin(const user& who) {
  std::string token = random_hex(random_, 32);
  std::string digest = sha256(token);
  std::lock_guard lock(mutex_);
  steady_time now = time_.steady_now();
  while (!in_order_.empty() && (in_order_.front().first <= now || by_digest_.size() >= max_sessions)) {
    by_digest_.erase(in_order_.front().second);
    in_order_.pop_front();
  }
  by_digest_[digest] = {{who.key, who.secret_hash}, now + life};
  in_order_.emplace_back(now + life, std::move(digest));
  return token;
}

std::optional<session_store::finding> session_store::find(std::string_view token) const {
  std::lock_guard lock(mutex_);
  auto found = by_digest_.find(sha256(token));
  if (found == by_digest_.end() || found->second.expires <= time_.steady_now())
    return std::nullopt;
  return found->second.who;
}

void session_store::end(std::string_view token) {
  std::lock_guard lock(mutex_);
  by_digest_.erase(sha256(token)); // its place in the order goes when its time comes
}

} // namespace isacbot::station
