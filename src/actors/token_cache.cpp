#include "actors/token_cache.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr seconds margin{10};

std::string account_hash(const domain::api_credentials& account) {
  return hmac_sha256(account.key_secret.reveal(), account.key.reveal());
}

} // namespace

std::optional<secret> token_cache::find(const domain::api_credentials& account, steady_time now) {
  std::lock_guard lock(mutex_);
  auto found = tokens_.find(account_hash(account));
  if (found == tokens_.end() || found->second.ends < now + margin)
    return std::nullopt;
  return found->second.token;
}

void token_cache::put(const domain::api_credentials& account, secret token, steady_time ends,
                      steady_time now) {
  std::lock_guard lock(mutex_);
  if (tokens_.size() >= capacity_) {
    std::erase_if(tokens_, [&](const auto& item) { return item.second.ends < now; });
    auto first = std::min_element(tokens_.begin(), tokens_.end(),
                                  [](const auto& a, const auto& b) { return a.second.ends < b.second.ends; });
    if (tokens_.size() >= capacity_)
      tokens_.erase(first);
  }
  tokens_[account_hash(account)] = entry{std::move(token), ends};
}

void token_cache::drop(const domain::api_credentials& account, const secret& token) {
  std::lock_guard lock(mutex_);
  auto found = tokens_.find(account_hash(account));
  if (found != tokens_.end() && found->second.token == token)
    tokens_.erase(found);
}

} // namespace isacbot::actors
