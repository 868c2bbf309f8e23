#include "domain/bucket_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t smallest_table = 64;
constexpr std::size_t large_table = 65'536;
/// Slots looked at for full buckets: one with every take, more for every bucket that is new, more still when
/// room is needed.
constexpr std::size_t sweep_always = 1;
constexpr std::size_t sweep_for_new = 4;
constexpr std::size_t sweep_for_room = 256;
/// Told when the table is full of buckets in use.
constexpr nanoseconds overloaded_wait = std::chrono::seconds{1};
/// Told when a lease is on its way to the disk: about as long as a synced write takes.
constexpr nanoseconds lease_wait = std::chrono::milliseconds{20};

} // namespace

bucket_table::bucket_table(settings levels, std::size_t max_buckets)
    : max_buckets_(std::max<std::size_t>(max_buckets, 1)),
      slots_(smallest_table) {
  configure(std::move(levels));
}

void bucket_table::configure(settings levels) {
  for (std::size_t i = 0; i < bucket_level_count; ++i) {
    level_rules& to = levels_[i];
    to.limits = std::move(levels[i].limits);
    to.enforced = levels[i].enforced;
    to.rules.clear();
    for (const limit& x : to.limits)
      to.rules.emplace_back(x);
  }
}

/// The same text on another level, or under another limit, is another bucket. An odd factor keeps keys apart.
std::uint64_t bucket_table::key_of(limit_level level, std::uint64_t hash, std::size_t limit_index) noexcept {
  const std::uint64_t key =
      hash ^ ((static_cast<std::uint64_t>(level) << 8U | (limit_index + 1)) * 0x9e3779b97f4a7c15);
  return std::max<std::uint64_t>(key, 1);
}

/// Any number of slots, not only powers of two, so that the table can grow by a quarter.
std::size_t bucket_table::home(std::uint64_t key) const noexcept {
  return static_cast<std::size_t>((uint128{key} * slots_.size()) >> 64U);
}

std::size_t bucket_table::next(std::size_t index) const noexcept {
  return index + 1 == slots_.size() ? 0 : index + 1;
}

/// The slot of the key, or the free slot where it belongs. One slot in four is always free.
/// @param from  its home, or where it was found when less was in the table
std::size_t bucket_table::find(std::uint64_t key, std::size_t from) const noexcept {
  std::size_t i = from;
  while (slots_[i].key != 0 && slots_[i].key != key)
    i = next(i);
  return i;
}

void bucket_table::look_up(std::span<const level_key> path) {
  touched_.clear();
  std::size_t buckets = 0;
  for (const level_key& where : path)
    buckets += levels_[static_cast<std::size_t>(where.level)].rules.size();
  reserve(buckets);
  for (const level_key& where : path) {
    const level_rules& level = levels_[static_cast<std::size_t>(where.level)];
    for (std::size_t i = 0; i < level.rules.size(); ++i) {
      const std::uint64_t key = key_of(where.level, where.hash, i);
      const std::size_t first = home(key);
      __builtin_prefetch(&slots_[first]); // in a large table the wait for memory is most of the work
      touched_.push_back({&level.rules[i], key, first, bucket_state{}, where.level, level.enforced, true,
                          level.limits[i].window >= kept_window_});
    }
  }
  for (touched& t : touched_) {
    t.slot = find(t.key, t.slot);
    if (const slot& s = slots_[t.slot]; s.key != 0)
      t.state = s.state;
  }
}

std::uint64_t bucket_table::portion(std::uint64_t n) const noexcept {
  for (const touched& t : touched_)
    if (t.enforced)
      n = std::min(n, t.rule->largest_take());
  return n;
}

limit_decision bucket_table::take(std::span<const level_key> path, std::uint64_t n, steady_time raw_now,
                                  nanoseconds longest_wait, spare leave) {
  const steady_time now = time_.observe(raw_now);
  sweep(sweep_always, now);
  look_up(path);

  limit_decision out;
  const std::uint64_t calls = portion(n);
  for (touched& t : touched_) {
    const std::uint64_t burst = t.rule->largest_take();
    const bool leaves = leave == spare::most && t.enforced && t.level != limit_level::user;
    const std::uint64_t left = leaves ? burst - burst / 4 : 0;
    const nanoseconds wait = t.rule->wait_for(t.state, calls + left, now);
    if (!t.enforced) {
      t.granted = wait <= longest_wait;
      if (!t.granted)
        out.would_refuse.insert(t.level);
    } else if (wait > out.wait) {
      out.wait = wait;
      out.limiting = t.level;
    }
  }
  if (out.wait > longest_wait)
    return out;
  if (!make_room(touched_.size(), now)) {
    out.overloaded = true;
    out.wait = overloaded_wait;
    return out;
  }
  const steady_time at = now + out.wait;
  for (touched& t : touched_)
    // A shadow level is charged only what it would have granted, or one storm would fill it for ever.
    if (t.granted && t.rule->charge(t.state, calls, at))
      out.near.insert(t.level);
  if (!leased(at)) {
    out.near = {};
    out.unsaved = true;
    out.wait = lease_wait;
    return out;
  }
  const std::size_t before = used_;
  for (const touched& t : touched_)
    if (t.granted)
      store(t.key, t.slot, t.state);
  sweep((used_ - before) * sweep_for_new, now);
  out.granted = calls;
  return out;
}

/// Whether what the buckets have come to is on disk, where it has to be. Asks for more in time.
bool bucket_table::leased(steady_time at) {
  bool all = true;
  for (const touched& t : touched_)
    if (t.kept && t.granted && t.enforced) {
      const auto index =
          static_cast<std::size_t>(t.rule - levels_[static_cast<std::size_t>(t.level)].rules.data());
      all = leases_.cover({t.key, t.level, static_cast<std::uint8_t>(index), t.state.full_at},
                          t.rule->lease_end(t.state, at)) &&
            all;
    }
  return all;
}

nanoseconds bucket_table::wait_for_all(std::span<const level_key> path, std::uint64_t n,
                                       steady_time raw_now) {
  const steady_time now = time_.observe(raw_now);
  look_up(path);
  nanoseconds longest{0};
  for (const touched& t : touched_)
    if (t.enforced)
      longest = std::max(longest, t.rule->wait_for_all(t.state, n, now));
  return longest;
}

void bucket_table::hold(level_key where, nanoseconds duration, steady_time raw_now) {
  const steady_time now = time_.observe(raw_now);
  look_up({&where, 1});
  if (!make_room(touched_.size(), now))
    return;
  for (touched& t : touched_) {
    t.rule->hold(t.state, now + std::clamp(duration, nanoseconds{0}, max_limit_window));
    store(t.key, t.slot, t.state);
  }
}

void bucket_table::lower(level_key where, std::uint64_t left, steady_time raw_now) {
  const steady_time now = time_.observe(raw_now);
  look_up({&where, 1});
  if (!make_room(touched_.size(), now))
    return;
  for (touched& t : touched_)
    if (const std::uint64_t ours = t.rule->available(t.state, now); ours > left) {
      t.rule->charge(t.state, ours - left, now);
      store(t.key, t.slot, t.state);
    }
}

void bucket_table::restore(const bucket_lease& lease, steady_time raw_now) {
  const steady_time now = time_.observe(raw_now);
  const auto level = static_cast<std::size_t>(lease.level);
  touched_.clear();
  if (level >= bucket_level_count || lease.index >= levels_[level].rules.size() || lease.key == 0)
    return;
  reserve(1);
  touched_.push_back({&levels_[level].rules[lease.index], lease.key, home(lease.key), bucket_state{},
                      lease.level, levels_[level].enforced, true, true});
  if (!make_room(1, now))
    return;
  const nanoseconds ahead = lease.full_at.time_since_epoch();
  const bucket_state state = levels_[level].rules[lease.index].restored(now + ahead, now);
  if (is_full(state, now))
    return;
  store(lease.key, home(lease.key), state);
  leases_.restored({lease.key, lease.level, lease.index, state.full_at});
}

std::vector<limit_standing> bucket_table::standing(std::span<const level_key> path, steady_time raw_now) {
  const steady_time now = time_.observe(raw_now);
  look_up(path);
  std::vector<limit_standing> out;
  out.reserve(touched_.size());
  for (const touched& t : touched_) {
    const level_rules& level = levels_[static_cast<std::size_t>(t.level)];
    const auto index = static_cast<std::size_t>(t.rule - level.rules.data());
    const nanoseconds full_in = t.state.full_at > now ? nanoseconds{t.state.full_at - now} : nanoseconds{0};
    out.push_back({t.level, level.limits[index], t.rule->available(t.state, now),
                   t.rule->wait_for(t.state, 1, now), full_in});
  }
  return out;
}

/// Sees to it that what is touched fits: beyond the table's bound only full buckets go.
bool bucket_table::make_room(std::size_t buckets, steady_time now) {
  if (used_ + buckets <= max_buckets_)
    return true;
  if (used_ + fresh() > max_buckets_)
    sweep(sweep_for_room, now);
  // Swept buckets may be those of this very take: they count as new again.
  return used_ + fresh() <= max_buckets_;
}

/// Looks for what is touched once more. @returns how much of it the table doesn't know
std::size_t bucket_table::fresh() {
  std::size_t out = 0;
  for (touched& t : touched_) {
    t.slot = find(t.key, home(t.key));
    out += slots_[t.slot].key == 0 ? 1 : 0;
  }
  return out;
}

/// Before a look-up, since buckets move when the table grows.
void bucket_table::reserve(std::size_t buckets) {
  // While it is small, half of the table stays free: that is quicker and costs little.
  while (slots_.size() < large_table ? (used_ + buckets) * 2 > slots_.size()
                                     : (used_ + buckets) * 4 > slots_.size() * 3)
    grow();
}

void bucket_table::store(std::uint64_t key, std::size_t from, const bucket_state& state) noexcept {
  slot& s = slots_[find(key, from)];
  if (s.key == 0) {
    s.key = key;
    ++used_;
  }
  s.state = state;
}

/// Moves followers back over the hole, so that no search ends early (Knuth, volume 3, 6.4, algorithm R).
void bucket_table::erase(std::size_t hole) noexcept {
  const auto distance = [this](std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + slots_.size() - from;
  };
  for (std::size_t i = next(hole); slots_[i].key != 0; i = next(i))
    if (distance(home(slots_[i].key), i) >= distance(hole, i)) {
      slots_[hole] = slots_[i];
      hole = i;
    }
  slots_[hole] = slot{};
  --used_;
}

void bucket_table::sweep(std::size_t slots, steady_time now) noexcept {
  for (std::size_t n = std::min(slots, slots_.size()); n > 0; --n) {
    if (cursor_ >= slots_.size())
      cursor_ = 0;
    const slot& s = slots_[cursor_];
    if (s.key != 0 && is_full(s.state, now))
      erase(cursor_); // another may have moved in: look at this slot again
    else
      ++cursor_;
  }
}

/// A large one by a quarter: three slots in five are in use afterwards, so a bucket costs 40 bytes at most.
void bucket_table::grow() {
  std::vector<slot> old(slots_.size() < large_table ? slots_.size() * 2 : slots_.size() + slots_.size() / 4);
  old.swap(slots_);
  for (const slot& s : old)
    if (s.key != 0)
      slots_[find(s.key, home(s.key))] = s;
  cursor_ = 0;
}

} // namespace isacbot::domain
