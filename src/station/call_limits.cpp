#include "station/call_limits.hpp"

#include "station/account_records.hpp"
#include "station/keys.hpp"

#include <algorithm>

namespace isacbot::station {

namespace {

constexpr std::chrono::minutes window{1};
constexpr std::size_t many_users = 10'000;

std::uint32_t day_of(sys_time t) {
  auto days = std::chrono::floor<std::chrono::days>(t).time_since_epoch().count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, days));
}

} // namespace

std::optional<milliseconds> minute_limit::admit(const std::string& user_key) {
  if (calls_ == 0)
    return std::nullopt;
  std::lock_guard lock(mutex_);
  steady_time now = time_.steady_now();
  if (granted_.size() > many_users) // users come and go; their last minute need not stay for ever
    std::erase_if(granted_,
                  [&](const auto& e) { return e.second.empty() || e.second.back() + window <= now; });
  std::deque<steady_time>& times = granted_[user_key];
  while (!times.empty() && times.front() + window <= now)
    times.pop_front();
  if (times.size() < calls_) {
    times.push_back(now);
    return std::nullopt;
  }
  return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(times.front() + window - now));
}

std::optional<minute_limit::allowance> minute_limit::left(const std::string& user_key) const {
  if (calls_ == 0)
    return std::nullopt;
  std::lock_guard lock(mutex_);
  steady_time now = time_.steady_now();
  allowance out{calls_, calls_, seconds(0)};
  auto found = granted_.find(user_key);
  if (found == granted_.end())
    return out;
  for (steady_time at : found->second)
    if (at + window > now) {
      --out.remaining;
      out.reset = std::chrono::ceil<seconds>(at + window - now);
    }
  return out;
}

result<std::uint64_t> day_limit::count_of(std::uint32_t company, std::uint32_t day) {
  auto known = today_.find(company);
  if (known != today_.end() && known->second.first == day)
    return known->second.second;
  auto stored = store_.get(tables::call_counts, keys::call_count(company, day));
  if (!stored)
    return stored.error();
  std::uint64_t count = 0;
  if (*stored) {
    auto number = decode_number(**stored);
    if (!number)
      return number.error();
    count = *number;
  }
  today_[company] = {day, count};
  return count;
}

result<std::optional<milliseconds>> day_limit::admit(std::uint32_t company) {
  if (calls_ == 0)
    return std::optional<milliseconds>();
  std::lock_guard lock(mutex_);
  sys_time now = time_.now();
  std::uint32_t day = day_of(now);
  auto count = count_of(company, day);
  if (!count)
    return count.error();
  if (*count >= calls_) {
    sys_time midnight = std::chrono::sys_days(std::chrono::days(day + 1));
    return std::optional(std::max(milliseconds(1), milliseconds(midnight - now)));
  }
  storage::write_batch batch;
  batch.put(tables::call_counts, keys::call_count(company, day), encode_number(*count + 1));
  if (*count == 0 && day > 0) // yesterday's row is of no more use
    batch.erase(tables::call_counts, keys::call_count(company, day - 1));
  if (auto written = store_.write(batch, storage::sync::no); !written)
    return written.error();
  today_[company].second = *count + 1;
  return std::optional<milliseconds>();
}

result<std::uint64_t> day_limit::used(std::uint32_t company) {
  std::lock_guard lock(mutex_);
  return count_of(company, day_of(time_.now()));
}

sys_time day_limit::day_began() const {
  return std::chrono::sys_days(std::chrono::days(day_of(time_.now())));
}

} // namespace isacbot::station
