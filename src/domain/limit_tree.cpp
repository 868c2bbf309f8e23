#include "domain/limit_tree.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

/// Credentials come as keyed hashes, of which half says as much.
constexpr std::size_t enough_of_a_hash = 15;
constexpr std::size_t most_told_credentials = 65'536;
/// How far the end of a 429's wait may lie from midnight to be about the day: clocks differ.
constexpr std::chrono::minutes around_midnight{2};
/// Waits of the limit per minute are never longer.
constexpr std::chrono::seconds longest_of_a_minute{61};

std::chrono::milliseconds whole_ms(nanoseconds x) noexcept {
  return std::chrono::ceil<milliseconds>(x);
}

} // namespace

limit_tree::limit_tree(limit_tree_settings settings, hash_key key, std::size_t max_buckets)
    : key_(key),
      address_{limit_level::address, short_hash(key, {})},
      buckets_(std::move(settings.levels), max_buckets),
      days_(settings.company_day),
      day_enforced_(settings.company_day_enforced) {}

void limit_tree::configure(limit_tree_settings settings) {
  buckets_.configure(std::move(settings.levels));
  days_.configure(settings.company_day);
  day_enforced_ = settings.company_day_enforced;
}

limit_tree::way limit_tree::way_of(const caller& who) {
  way out;
  if (!who.user.empty())
    out.keys[out.size++] = {limit_level::user, short_hash(key_, who.user)};
  if (!who.credential.empty()) {
    out.keys[out.size++] = credential_key(who.credential);
    out.credential = out.keys[out.size - 1].hash;
  }
  if (!who.workspace.empty()) {
    if (who.workspace != last_workspace_) {
      last_workspace_ = who.workspace;
      workspace_.hash = short_hash(key_, who.workspace);
    }
    out.keys[out.size++] = workspace_;
  }
  out.keys[out.size++] = address_;
  return out;
}

level_key limit_tree::credential_key(std::string_view credential) const noexcept {
  return {limit_level::credential, short_hash(key_, credential.substr(0, enough_of_a_hash))};
}

/// Of no credential: the company of everybody else.
company_index limit_tree::company_of(std::uint64_t credential) const {
  if (companies_.empty())
    return 0;
  const auto found = companies_.find(credential);
  return found == companies_.end() ? 0 : found->second;
}

limit_decision limit_tree::take(const take_request& request, moment now, nanoseconds longest_wait) {
  const way path = way_of(request.who);
  if (sabotage.charge_inner_first)
    return take_one_by_one(path, request, now);
  const company_index company = request.counted ? company_of(path.credential) : 0;
  bool past_day = false;
  bool near_day = false;
  if (request.counted) {
    const auto day = days_.check(company, request.calls, now.wall);
    if (!day.granted && (day_enforced_ || day.unsaved)) {
      limit_decision refused;
      refused.unsaved = day.unsaved;
      refused.wait = day.unsaved ? nanoseconds{std::chrono::milliseconds{20}}
                                 : nanoseconds{start_of(day_of(now.wall) + 1) - now.wall};
      refused.limiting = limit_level::company_day;
      return refused;
    }
    past_day = !day.granted;
    near_day = day.near;
    // Nothing is booked for the next day: that one has not been asked.
    if (longest_wait > nanoseconds{0} && day_of(now.wall) != day_of(now.wall + whole_ms(longest_wait)))
      longest_wait = nanoseconds{0};
  }
  limit_decision out = buckets_.take(path.path(), request.calls, now.steady, longest_wait, request.leave);
  if (past_day)
    out.would_refuse.insert(limit_level::company_day);
  if (out.granted == 0 || !request.counted || past_day)
    return out;
  days_.count(company, out.granted, now.wall);
  if (near_day)
    out.near.insert(limit_level::company_day);
  return out;
}

/// The fault that other limiters have, for the test that looks for it.
limit_decision limit_tree::take_one_by_one(const way& path, const take_request& request, moment now) {
  limit_decision out;
  for (const level_key& key : path.path()) {
    out = buckets_.take({&key, 1}, request.calls, now.steady);
    if (out.granted == 0)
      return out;
  }
  return out;
}

nanoseconds limit_tree::wait_for_all(const caller& who, std::uint64_t calls, moment now) {
  return buckets_.wait_for_all(way_of(who).path(), calls, now.steady);
}

std::vector<limit_standing> limit_tree::standing(const caller& who, moment now) {
  const way path = way_of(who);
  auto out = buckets_.standing(path.path(), now.steady);
  const day_standing day = days_.standing(company_of(path.credential), now.wall);
  if (day.limit > 0) {
    const std::uint64_t left = day.limit - std::min(day.used, day.limit);
    const nanoseconds reset{day.resets_in};
    out.push_back({limit_level::company_day,
                   {day.limit, std::chrono::hours{24}, day.limit},
                   left,
                   left > 0 ? nanoseconds{0} : reset,
                   reset});
  }
  return out;
}

void limit_tree::hold(std::string_view credential, nanoseconds wait, moment now) {
  const sys_time end = now.wall + whole_ms(wait);
  const level_key key = credential_key(credential);
  const auto to_midnight = std::chrono::abs(end - start_of(day_of(now.wall) + 1));
  if (wait > longest_of_a_minute && to_midnight <= around_midnight)
    days_.exhaust(company_of(key.hash), now.wall);
  else
    buckets_.hold(key, wait, now.steady);
}

void limit_tree::lower(std::string_view credential, std::uint64_t left, moment now) {
  buckets_.lower(credential_key(credential), left, now.steady);
}

void limit_tree::told_quota(std::string_view credential, std::string_view company, std::uint64_t limit,
                            std::uint64_t used, moment now) {
  if (limit == 0)
    return;
  if (companies_.size() >= most_told_credentials)
    companies_.clear(); // they are told again
  const company_index index = days_.index_of(company);
  companies_[credential_key(credential).hash] = index;
  days_.correct(index, limit, used, now.wall);
}

void limit_tree::keep_long_limits(nanoseconds shortest_window) {
  buckets_.keep_long_limits(shortest_window);
  days_.keep(true);
}

limit_tree::changes limit_tree::take_changes(moment now) {
  const steady_time here = buckets_.observe(now.steady);
  auto leases = buckets_.leases().take_changes(here);
  changes out;
  out.buckets = std::move(leases.write);
  out.full = std::move(leases.erase);
  for (const bucket_lease& x : out.buckets)
    out.full_at.push_back(now.wall + whole_ms(x.full_at - here) + milliseconds{1});
  out.days = days_.take_wanted();
  return out;
}

void limit_tree::written(const changes& done) {
  buckets_.leases().written(done.buckets);
  days_.written(done.days);
}

void limit_tree::failed(const changes& lost) {
  buckets_.leases().failed(lost.buckets);
  days_.failed(lost.days);
}

void limit_tree::restore(const bucket_lease& lease, sys_time full_at, moment now) {
  bucket_lease ahead = lease;
  ahead.full_at = steady_time{std::max(nanoseconds{full_at - now.wall}, nanoseconds{0})};
  buckets_.restore(ahead, now.steady);
}

} // namespace isacbot::domain
