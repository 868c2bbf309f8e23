#include "domain/day_counter.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::int64_t day_length = 86'400'000;
constexpr std::size_t most_companies = 4'096;

/// A lease: a thirty-second of the day, so that a crash costs little of it.
std::uint64_t lease_of(std::uint64_t limit) noexcept {
  return std::clamp<std::uint64_t>(limit / 32, 1, 256);
}

} // namespace

day_number day_of(sys_time t) noexcept {
  const std::int64_t ms = to_epoch_ms(t);
  return ms >= 0 ? ms / day_length : -((-ms + day_length - 1) / day_length);
}

sys_time start_of(day_number day) noexcept {
  return from_epoch_ms(day * day_length);
}

company_index day_counter::index_of(std::string_view company_name) {
  for (std::size_t i = 0; i < companies_.size(); ++i)
    if (companies_[i].name == company_name)
      return static_cast<company_index>(i);
  if (companies_.size() >= most_companies)
    return 0;
  companies_.emplace_back().name = company_name;
  return static_cast<company_index>(companies_.size() - 1);
}

std::uint64_t day_counter::limit_of(const company& c) const noexcept {
  if (!c.told_limit)
    return calls_;
  return calls_ == 0 ? *c.told_limit : std::min(calls_, *c.told_limit);
}

day_counter::day_count& day_counter::count_of(company& c, day_number day) {
  for (day_count& d : c.days)
    if (d.day == day)
      return d;
  day_count& older = c.days[0].day <= c.days[1].day ? c.days[0] : c.days[1];
  older = {day, 0, 0, 0};
  return older;
}

/// Asks for the next lease when less than half of one is left beyond `used`.
void day_counter::lease(const company& c, day_count& d, std::uint64_t limit, std::uint64_t used) {
  const std::uint64_t step = lease_of(limit);
  if (!kept_ || used + step / 2 < d.asked_for || d.asked_for >= limit)
    return;
  d.asked_for = std::min(std::max(used, d.asked_for) + step, limit);
  wanted_.push_back({c.name, d.day, d.asked_for});
}

day_counter::decision day_counter::check(company_index which, std::uint64_t n, sys_time at) {
  company& c = companies_[which < companies_.size() ? which : 0];
  const std::uint64_t limit = limit_of(c);
  const day_number day = day_of(at);
  decision out;
  if (c.exhausted == day)
    return out;
  if (limit == 0) {
    out.granted = true;
    return out;
  }
  day_count& d = count_of(c, day);
  if (d.used > limit || n > limit - d.used)
    return out;
  lease(c, d, limit, d.used + n);
  if (kept_ && d.used + n > d.on_disk) {
    out.unsaved = true;
    return out;
  }
  out.granted = true;
  out.near = limit - d.used - n <= limit / 5;
  return out;
}

void day_counter::count(company_index which, std::uint64_t n, sys_time at) {
  company& c = companies_[which < companies_.size() ? which : 0];
  if (limit_of(c) == 0)
    return;
  day_count& d = count_of(c, day_of(at));
  d.used += n;
  lease(c, d, limit_of(c), d.used);
}

void day_counter::correct(company_index which, std::uint64_t limit, std::uint64_t used, sys_time now) {
  company& c = companies_[which < companies_.size() ? which : 0];
  day_count& d = count_of(c, day_of(now));
  const std::uint64_t unseen =
      c.told_limit && c.told_day == d.day && d.used > c.used_when_told ? d.used - c.used_when_told : d.used;
  c.told_limit = limit;
  c.told_day = d.day;
  used = std::min(used, limit);
  // The first time all of ours may be new to it or all may be in its count: the larger one is safe.
  const std::uint64_t corrected = unseen == d.used ? std::max(used, d.used) : used + unseen;
  d.used = std::min(corrected, std::max(limit, d.used));
  c.used_when_told = d.used;
  if (d.used < limit && c.exhausted == d.day)
    c.exhausted.reset();
  lease(c, d, limit_of(c), d.used);
}

void day_counter::exhaust(company_index which, sys_time now) {
  companies_[which < companies_.size() ? which : 0].exhausted = day_of(now);
}

day_standing day_counter::standing(company_index which, sys_time now) const {
  const company& c = companies_[which < companies_.size() ? which : 0];
  const day_number today = day_of(now);
  day_standing out;
  out.limit = limit_of(c);
  for (const day_count& d : c.days)
    if (d.day == today)
      out.used = d.used;
  if (c.exhausted == today)
    out.used = std::max(out.used, out.limit);
  out.resets_in = start_of(today + 1) - now;
  return out;
}

std::vector<day_lease> day_counter::take_wanted() {
  return std::exchange(wanted_, {});
}

void day_counter::written(const std::vector<day_lease>& leases) {
  for (const day_lease& x : leases)
    for (company& c : companies_)
      if (c.name == x.company)
        for (day_count& d : c.days)
          if (d.day == x.day)
            d.on_disk = std::max(d.on_disk, x.calls);
}

void day_counter::failed(const std::vector<day_lease>& leases) {
  for (const day_lease& x : leases)
    for (company& c : companies_)
      if (c.name == x.company)
        for (day_count& d : c.days)
          if (d.day == x.day)
            d.asked_for = d.on_disk;
}

void day_counter::restore(const day_lease& lease) {
  company& c = companies_[index_of(lease.company)];
  day_count& d = count_of(c, lease.day);
  d = {lease.day, lease.calls, lease.calls, lease.calls};
}

} // namespace isacbot::domain
