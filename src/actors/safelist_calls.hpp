/// The company's whitelist at Station, page by page.
#pragma once

#include "actors/account_name.hpp"
#include "actors/messages.hpp"
#include "core/clock.hpp"
#include "domain/safelist.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace isacbot::actors {

using safelist_ptr = std::shared_ptr<const domain::safelist>;

/// A safelist of more pages (of 1,000 values) than this counts as one that cannot be read.
inline constexpr std::uint32_t max_safelist_pages = 100;

/// @param page  from 0
trustar_call safelist_call(const domain::api_credentials& account, std::uint32_t page, milliseconds deadline);

/// Adds the values of a page. @returns whether there are more
result<bool> add_safelist_page(domain::safelist& to, const http::response& response);

/// Safelists by account, for ten minutes. Thread-safe.
class safelist_cache {
 public:
  explicit safelist_cache(account_names names) : name_of_(std::move(names)) {}

  /// @returns null when it has to be read
  safelist_ptr find(const domain::api_credentials& account, steady_time now) {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(name_of_(account));
    return found == entries_.end() || found->second.ends < now ? nullptr : found->second.values;
  }

  void put(const domain::api_credentials& account, safelist_ptr values, steady_time now) {
    std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& item) { return item.second.ends < now; });
    if (entries_.size() < capacity)
      entries_[name_of_(account)] = {std::move(values), now + lifetime};
  }

 private:
  static constexpr std::chrono::minutes lifetime{10};
  static constexpr std::size_t capacity = 256;

  struct entry {
    safelist_ptr values;
    steady_time ends;
  };

  account_names name_of_;
  std::mutex mutex_;
  std::map<std::string, entry> entries_;
};

} // namespace isacbot::actors
