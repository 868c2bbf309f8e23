#include "domain/bucket_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t smallest_table = 64;
/// Slots looked at for full buckets: a few with every take, more when room is needed.
constexpr std::size_t sweep_always = 4;
constexpr std::size_t sweep_for_room = 256;
/// Told when the table is full of buckets in use.
constexpr nanoseconds overloaded_wait = std::chrono::seconds{1};

} // namespace

std::string_view to_string(limit_level level) noexcept {
  switch (level) {
  case limit_level::user:
    return "user";
  case limit_level::credential:
    return "credential";
  case limit_level::workspace:
    return "workspace";
  case limit_level::address:
    return "address";
  }
  return "unknown";
}

bucket_table::bucket_table(settings levels, hash_key key, std::size_t max_buckets)
    : key_(key),
      max_buckets_(std::max<std::size_t>(max_buckets, 1)),
      slots_(smallest_table) {
  configure(std::move(levels));
}

void bucket_table::configure(settings levels) {
  for (std::size_t i = 0; i < limit_level_count; ++i) {
    level_rules& to = levels_[i];
    to.limits = std::move(levels[i].limits);
    to.enforced = levels[i].enforced;
    to.rules.clear();
    for (const limit& x : to.limits)
      to.rules.emplace_back(x);
  }
}

fingerprint bucket_table::key_of(level_key where, std::size_t limit_index) const noexcept {
  fingerprint out = keyed_hash(key_, where.key);
  // The same text on another level, or under another limit, is another bucket. An odd factor keeps keys
  // apart.
  out.low ^= (static_cast<std::uint64_t>(where.level) << 8 | (limit_index + 1)) * 0x9e3779b97f4a7c15;
  if (out.empty())
    out.low = 1;
  return out;
}

std::size_t bucket_table::home(const fingerprint& key) const noexcept {
  return static_cast<std::size_t>(key.low) & (slots_.size() - 1);
}

/// The slot of the key, or the free slot where it belongs. One slot in four is always free.
std::size_t bucket_table::find(const fingerprint& key) const noexcept {
  std::size_t i = home(key);
  while (!slots_[i].key.empty() && slots_[i].key != key)
    i = (i + 1) & (slots_.size() - 1);
  return i;
}

void bucket_table::look_up(std::span<const level_key> path) {
  touched_.clear();
  for (const level_key& where : path) {
    const level_rules& level = levels_[static_cast<std::size_t>(where.level)];
    for (std::size_t i = 0; i < level.rules.size(); ++i) {
      const fingerprint key = key_of(where, i);
      __builtin_prefetch(&slots_[home(key)]); // in a large table the wait for memory is most of the work
      touched_.push_back({&level.rules[i], key, bucket_state{}, where.level, level.enforced, true});
    }
  }
  for (touched& t : touched_)
    if (const slot& s = slots_[find(t.key)]; !s.key.empty())
      t.state = s.state;
}

std::uint64_t bucket_table::portion(std::uint64_t n) const noexcept {
  for (const touched& t : touched_)
    if (t.enforced)
      n = std::min(n, t.rule->largest_take());
  return n;
}

limit_decision bucket_table::take(std::span<const level_key> path, std::uint64_t n, steady_time raw_now,
                                  nanoseconds longest_wait) {
  const steady_time now = time_.observe(raw_now);
  sweep(sweep_always, now);
  look_up(path);

  limit_decision out;
  const std::uint64_t calls = portion(n);
  for (touched& t : touched_) {
    const nanoseconds wait = t.rule->wait_for(t.state, calls, now);
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
  for (touched& t : touched_) {
    // A shadow level is charged only what it would have granted, or one storm would fill it for ever.
    if (!t.granted)
      continue;
    t.rule->charge(t.state, calls, at);
    store(t.key, t.state);
    if (t.rule->is_near(t.state, at))
      out.near.insert(t.level);
  }
  out.granted = calls;
  return out;
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
    store(t.key, t.state);
  }
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
    out.push_back({t.level, level.limits[index], t.rule->available(t.state, now), full_in});
  }
  return out;
}

/// Sees to it that `buckets` more fit. The table grows up to its bound; beyond it only full buckets go.
bool bucket_table::make_room(std::size_t buckets, steady_time now) {
  if (used_ + buckets > max_buckets_) {
    std::size_t fresh = 0;
    for (const touched& t : touched_)
      fresh += slots_[find(t.key)].key.empty() ? 1 : 0;
    if (used_ + fresh > max_buckets_)
      sweep(sweep_for_room, now);
    // Swept buckets may be those of this very take: they count as new again.
    fresh = 0;
    for (const touched& t : touched_)
      fresh += slots_[find(t.key)].key.empty() ? 1 : 0;
    if (used_ + fresh > max_buckets_)
      return false;
  }
  while ((used_ + buckets) * 4 > slots_.size() * 3)
    grow();
  return true;
}

void bucket_table::store(const fingerprint& key, const bucket_state& state) {
  slot& s = slots_[find(key)];
  if (s.key.empty()) {
    s.key = key;
    ++used_;
  }
  s.state = state;
}

/// Moves followers back over the hole, so that no search ends early (Knuth, volume 3, 6.4, algorithm R).
void bucket_table::erase(std::size_t hole) noexcept {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = (hole + 1) & mask; !slots_[i].key.empty(); i = (i + 1) & mask)
    if (((i - home(slots_[i].key)) & mask) >= ((i - hole) & mask)) {
      slots_[hole] = slots_[i];
      hole = i;
    }
  slots_[hole] = slot{};
  --used_;
}

void bucket_table::sweep(std::size_t slots, steady_time now) noexcept {
  for (std::size_t n = std::min(slots, slots_.size()); n > 0; --n) {
    cursor_ &= slots_.size() - 1;
    const slot& s = slots_[cursor_];
    if (!s.key.empty() && is_full(s.state, now))
      erase(cursor_); // another may have moved in: look at this slot again
    else
      ++cursor_;
  }
}

void bucket_table::grow() {
  std::vector<slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const slot& s : old)
    if (!s.key.empty())
      slots_[find(s.key)] = s;
  cursor_ = 0;
}

} // namespace isacbot::domain
