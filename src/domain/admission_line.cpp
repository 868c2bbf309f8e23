#include "domain/admission_line.hpp"

#include <algorithm>
#include <map>

namespace isacbot::domain {

namespace {

/// The key of a wish at a level.
std::string_view key_at(const call_wish& wish, limit_level level) noexcept {
  switch (level) {
  case limit_level::user:
    return wish.user;
  case limit_level::workspace:
    return wish.workspace;
  case limit_level::credential:
  case limit_level::company_day:
    return wish.credential;
  case limit_level::address:
    break;
  }
  return {};
}

service_class class_of(const call_wish& wish) noexcept {
  return wish.bulk ? service_class::bulk : service_class::interactive;
}

take_request request_of(const call_wish& wish, spare leave) noexcept {
  return {{wish.user, wish.credential, wish.workspace}, wish.calls, wish.counted, leave};
}

} // namespace

admission_line::admission_line(admission_line_settings settings, limit_tree tree)
    : settings_(settings),
      tree_(std::move(tree)),
      line_(settings.queue) {}

void admission_line::configure(const admission_line_settings& settings) {
  settings_ = settings;
}

call_verdict admission_line::ask(call_wish wish, moment now) {
  // What is brief has nobody of its own kind to overtake: take_at_once looks after those ahead of it.
  if (line_.empty() || !wish.may_wait || wish.brief) {
    const call_verdict now_or_never = take_at_once(wish, now);
    if (now_or_never.what == call_verdict::kind::granted || !(wish.may_wait || now_or_never.unsaved))
      return now_or_never;
  }
  return stand_in_line(std::move(wish), now);
}

/// Nobody is overtaken: the line is empty, or nobody in it waits for what is taken here.
call_verdict admission_line::take_at_once(const call_wish& wish, moment now) {
  call_verdict out;
  if (!line_.empty()) {
    out.limiting = claimed(wish);
    if (out.limiting) {
      out.wait = expected(wish, out.limiting, now);
      return out;
    }
  }
  const bool books = wish.may_wait && !wish.bulk;
  const limit_decision d = tree_.take(request_of(wish, left_to_people(wish, false)), now,
                                      books ? nanoseconds{settings_.wait_out} : nanoseconds{0});
  if (d.granted > 0)
    out.what = call_verdict::kind::granted;
  out.granted = d.granted;
  out.wait = d.wait;
  out.limiting = d.limiting;
  out.unsaved = d.unsaved;
  out.would_refuse = d.would_refuse;
  out.near = d.near;
  return out;
}

spare admission_line::left_to_people(const call_wish& wish, bool owed) const noexcept {
  return wish.bulk && !wish.brief && !owed && settings_.queue.fair ? spare::most : spare::nothing;
}

call_verdict admission_line::stand_in_line(call_wish wish, moment now) {
  call_verdict out;
  const nanoseconds patience = !wish.may_wait ? nanoseconds{settings_.lease_patience}
                               : wish.bulk    ? nanoseconds{settings_.bulk_patience}
                                           : std::max(settings_.queue_deadline - wish.waited, nanoseconds{0});
  const ticket_number ticket = ++last_ticket_;
  const fair_lane lane{class_of(wish), wish.workspace, wish.user};
  const std::uint64_t cost = wish.calls;
  if (!line_.push(lane, {wish, ticket, now.steady, now.steady + patience, {}}, cost)) {
    out.crowded = true;
    out.wait = std::chrono::seconds{60};
    return out;
  }
  advance(now);
  // The newcomer may have been served, or been found to stand there in vain.
  const auto mine =
      std::find_if(events_.begin(), events_.end(), [&](const line_event& e) { return e.ticket == ticket; });
  if (mine != events_.end()) {
    out.what = mine->granted > 0 ? call_verdict::kind::granted : call_verdict::kind::refused;
    out.granted = mine->granted;
    out.wait = mine->wait;
    out.limiting = mine->limiting;
    out.near = mine->near;
    events_.erase(mine);
    return out;
  }
  line_.for_each([&](const place& p) {
    if (p.ticket == ticket)
      out.limiting = p.limiting;
  });
  out.wait = expected(wish, out.limiting, now);
  if (!wish.bulk && out.wait > patience) {
    cancel(ticket);
    return out;
  }
  out.what = call_verdict::kind::waiting;
  out.ticket = ticket;
  return out;
}

void admission_line::advance(moment now) {
  expire(now);
  for (;;) {
    claims_.clear();
    next_look_.reset();
    in_vain_.clear();
    const auto served = line_.pop([&](const place& p, bool owed) { return serve(p, owed, now); });
    for (const auto& [ticket, wait] : in_vain_)
      line_.remove_if([&, t = ticket, w = wait](const place& p) {
        if (p.ticket == t)
          give_up(p, w, now);
        return p.ticket == t;
      });
    if (!served)
      break;
    line_event e;
    e.ticket = served->ticket;
    e.granted = last_.granted;
    e.stood = now.steady - served->since;
    e.bulk = served->wish.bulk;
    e.limiting = served->limiting;
    e.near = last_.near;
    events_.push_back(e);
  }
  line_.for_each([&](const place& p) { look_at(p.until); });
}

bool admission_line::serve(const place& p, bool owed, moment now) {
  if (const auto level = claimed(p.wish)) {
    p.limiting = level;
    return false;
  }
  const spare leave = left_to_people(p.wish, owed);
  const limit_decision d = tree_.take(request_of(p.wish, leave), now);
  if (d.granted > 0) {
    last_ = d;
    return true;
  }
  p.limiting = d.limiting;
  look_at(now.steady + d.wait);
  if (now.steady + d.wait > p.until || !(p.wish.may_wait || d.unsaved))
    in_vain_.emplace_back(p.ticket, d.wait);
  else if (d.limiting && *d.limiting != limit_level::company_day && leave == spare::nothing)
    claims_.push_back({*d.limiting, std::string(key_at(p.wish, *d.limiting))});
  return false;
}

void admission_line::expire(moment now) {
  line_.remove_if([&](const place& p) {
    if (p.until > now.steady)
      return false;
    give_up(p, expected(p.wish, p.limiting, now), now);
    return true;
  });
}

void admission_line::give_up(const place& p, nanoseconds wait, moment now) {
  line_event e;
  e.ticket = p.ticket;
  e.wait = wait;
  e.stood = now.steady - p.since;
  e.bulk = p.wish.bulk;
  e.limiting = p.limiting;
  events_.push_back(e);
}

void admission_line::cancel(ticket_number ticket) {
  line_.remove_if([&](const place& p) { return p.ticket == ticket; });
}

void admission_line::forget_waiting() {
  line_.remove_if([](const place&) { return true; });
  events_.clear();
}

bool admission_line::holds(ticket_number ticket) const {
  bool found = false;
  line_.for_each([&](const place& p) { found = found || p.ticket == ticket; });
  return found;
}

std::optional<limit_level> admission_line::claimed(const call_wish& wish) const noexcept {
  for (const claim& c : claims_)
    if (c.key == key_at(wish, c.level))
      return c.level;
  return std::nullopt;
}

/// As long as the calls before this one need: those of the same user, and as many of each other one who waits
/// for the same. Bulk work gets its share beside people, and people theirs beside bulk work.
nanoseconds admission_line::expected(const call_wish& wish, std::optional<limit_level> limiting, moment now) {
  const limit_level level = limiting.value_or(limit_level::user);
  std::map<std::string_view, std::uint64_t> ahead; // by user
  bool other_class = false;
  line_.for_each([&](const place& p) {
    if (key_at(p.wish, level) != key_at(wish, level))
      return;
    if (p.wish.bulk != wish.bulk)
      other_class = true;
    else
      ahead[p.wish.user] += p.wish.calls;
  });
  std::uint64_t& own = ahead[wish.user];
  own = std::max(own, wish.calls);
  std::uint64_t calls = 0;
  for (const auto& [user, wanted] : ahead)
    calls += std::min(wanted, own);
  if (other_class && !wish.bulk)
    calls += calls * settings_.queue.bulk_percent / (100 - settings_.queue.bulk_percent) + 1;
  else if (other_class)
    calls *= 100 / settings_.queue.bulk_percent;
  return tree_.wait_for_all({wish.user, wish.credential, wish.workspace}, calls, now);
}

void admission_line::look_at(steady_time when) noexcept {
  if (!next_look_ || when < *next_look_)
    next_look_ = when;
}

} // namespace isacbot::domain
