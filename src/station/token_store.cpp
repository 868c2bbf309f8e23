#include "station/token_store.hpp"

#include "core/bytes.hpp"

#include <utility>

namespace isacbot::station {

namespace {
constexpr std::chrono::hours remember_expired{1};
} // namespace

trustar::access_token token_store::issue(const user& who) {
  std::lock_guard lock(mutex_);
  steady_time now = time_.steady_now();
  forget_old(now);
  auto left = [&](const live_token& t) { return std::chrono::floor<seconds>(t.expires - now); };
  auto known = by_user_.find(who.key);
  // A token of less than a second is of no use to anybody: the next one is made early.
  if (known != by_user_.end() && known->second.secret_hash == who.secret_hash &&
      left(known->second) >= seconds(1))
    return {known->second.token, left(known->second)};
  live_token made{secret(random_uuid(random_)), who.secret_hash, now + life_};
  std::string digest = sha256(made.token.reveal());
  by_digest_[digest] = {who.key, who.secret_hash, made.expires};
  forget_at_.emplace_back(made.expires + remember_expired, std::move(digest));
  by_user_.insert_or_assign(who.key, made);
  return {made.token, left(made)};
}

token_store::finding token_store::find(std::string_view token) const {
  std::string digest = sha256(token);
  std::lock_guard lock(mutex_);
  auto found = by_digest_.find(digest);
  if (found == by_digest_.end())
    return {};
  bool live = time_.steady_now() < found->second.expires;
  return {live ? verdict::live : verdict::expired, found->second.user_key, found->second.secret_hash};
}

void token_store::forget_old(steady_time now) {
  while (!forget_at_.empty() && forget_at_.front().first <= now) {
    auto found = by_digest_.find(forget_at_.front().second);
    if (found != by_digest_.end()) {
      auto user = by_user_.find(found->second.user_key);
      if (user != by_user_.end() && user->second.expires <= now)
        by_user_.erase(user);
      by_digest_.erase(found);
    }
    forget_at_.pop_front();
  }
}

} // namespace isacbot::station
