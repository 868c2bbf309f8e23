/// People and bulk work before the real structures that decide who calls when (admission_line, fair_queue),
/// in virtual time with fixed service times. Nothing here decides: it only carries calls from one to the
/// other.
#pragma once

#include "domain/admission_line.hpp"
#include "domain/worker_share.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::test {

using std::chrono::nanoseconds;

struct simulation_settings {
  domain::limit_tree_settings limits;
  bool fair = true;
  std::size_t workers = 8;
  nanoseconds lookup_call = std::chrono::milliseconds{100};
  nanoseconds bulk_call = std::chrono::seconds{2};
};

class call_simulation {
 public:
  explicit call_simulation(simulation_settings settings)
      : settings_(settings),
        line_(line_settings(settings), domain::limit_tree(settings.limits, {3, 4})),
        waiting_calls_({.max_items = 100'000, .fair = settings.fair}),
        idle_(settings.workers) {}

  call_simulation(const call_simulation&) = delete;
  call_simulation& operator=(const call_simulation&) = delete;

  /// A lookup of four calls, one after the other, that arrives at `when`.
  void lookup(nanoseconds when, const std::string& user, const std::string& credential,
              const std::string& workspace = "T1") {
    at(when, [=, this] {
      auto run = std::make_shared<job>(job{user, credential, workspace, 4, 4, false, false, when});
      ask(run);
    });
  }
  /// So many bulk calls from `when` on, at most `at_once` of them under way or in line; the first is brief.
  void bulk(nanoseconds when, const std::string& user, const std::string& credential, std::size_t number,
            std::size_t at_once, const std::string& workspace = "T1") {
    at(when, [=, this] {
      left_[user] = number;
      for (std::size_t i = 0; i < at_once; ++i)
        next_bulk(user, credential, workspace, i == 0);
    });
  }
  void run_until(nanoseconds end) {
    while (!events_.empty() && events_.top().when <= end) {
      now_ = events_.top().when;
      auto what = std::move(events_.top().what);
      events_.pop();
      what();
    }
    now_ = end;
  }

  std::map<std::string, std::vector<nanoseconds>> lookups; ///< how long each took, by user
  std::map<std::string, std::vector<nanoseconds>>
      first_parts;                               ///< how long they waited to be allowed, by user
  std::map<std::string, std::size_t> bulk_calls; ///< done, by user
  std::map<std::string, std::size_t> calls;      ///< allowed, by user
  std::size_t refused = 0;

 private:
  struct job {
    std::string user, credential, workspace;
    std::uint64_t wanted; ///< calls to be allowed yet
    std::uint64_t calls;  ///< calls to be made yet
    bool bulk;
    bool brief;
    nanoseconds since;
  };
  using job_ptr = std::shared_ptr<job>;
  struct event {
    nanoseconds when;
    std::uint64_t order;
    mutable std::function<void()> what;
    bool operator<(const event& other) const {
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };

  static domain::admission_line_settings line_settings(const simulation_settings& s) {
    domain::admission_line_settings out;
    out.queue.fair = s.fair;
    out.queue.max_items = 100'000;
    return out;
  }
  [[nodiscard]] domain::moment moment() const {
    return {steady_time{now_}, from_epoch_ms(20'000LL * 86'400'000 + now_.count() / 1'000'000)};
  }
  void at(nanoseconds when, std::function<void()> what) {
    events_.push({std::max(when, now_), ++order_, std::move(what)});
  }

  void ask(const job_ptr& j) {
    domain::call_wish wish{j->user, j->credential, j->workspace, j->wanted};
    wish.bulk = j->bulk;
    wish.brief = j->brief;
    wish.waited = now_ - j->since;
    const auto verdict = line_.ask(std::move(wish), moment());
    using kind = domain::call_verdict::kind;
    if (verdict.what == kind::granted)
      at(now_ + verdict.wait, [=, this, n = verdict.granted] { allowed(j, n); });
    else if (verdict.what == kind::waiting)
      standing_[verdict.ticket] = j;
    else
      refuse(j, verdict.wait);
    settle();
  }
  void refuse(const job_ptr& j, nanoseconds wait) {
    if (!j->bulk) {
      ++refused;
      return;
    }
    at(now_ + std::max<nanoseconds>(wait, std::chrono::milliseconds{50}), [=, this] { ask(j); });
  }
  void settle() {
    for (const auto& e : line_.take_events()) {
      auto j = standing_.extract(e.ticket).mapped();
      if (e.granted > 0)
        at(now_, [=, this, n = e.granted] { allowed(j, n); });
      else
        refuse(j, e.wait);
    }
    if (const auto next = line_.next_look(); next && next->time_since_epoch() != looking_at_) {
      looking_at_ = next->time_since_epoch();
      at(looking_at_, [this, when = looking_at_] {
        if (looking_at_ != when)
          return; // an earlier look was wanted meanwhile
        looking_at_ = nanoseconds{-1};
        line_.advance(moment());
        settle();
      });
    }
  }
  void allowed(const job_ptr& j, std::uint64_t n) {
    calls[j->user] += n;
    j->wanted -= std::min(n, j->wanted);
    if (j->wanted > 0)
      return ask(j);
    if (j->brief)
      first_parts[j->user].push_back(now_ - j->since);
    j->since = j->bulk ? now_ : j->since;
    call(j);
  }
  void call(const job_ptr& j) {
    const auto work = j->bulk ? domain::service_class::bulk : domain::service_class::interactive;
    waiting_calls_.push({work, j->workspace, j->user}, j);
    assign();
  }
  void assign() {
    while (idle_ > 0) {
      const auto next = waiting_calls_.pop([&](const job_ptr& j, bool) {
        return !settings_.fair || !j->bulk || bulk_running_ < domain::bulk_workers(settings_.workers);
      });
      if (!next)
        return;
      --idle_;
      bulk_running_ += (*next)->bulk ? 1 : 0;
      at(now_ + ((*next)->bulk ? settings_.bulk_call : settings_.lookup_call), [=, this, j = *next] {
        ++idle_;
        bulk_running_ -= j->bulk ? 1 : 0;
        done(j);
        assign();
      });
    }
  }
  void done(const job_ptr& j) {
    if (j->bulk) {
      ++bulk_calls[j->user];
      return next_bulk(j->user, j->credential, j->workspace);
    }
    if (--j->calls > 0)
      return call(j);
    lookups[j->user].push_back(now_ - j->since);
  }
  void next_bulk(const std::string& user, const std::string& credential, const std::string& workspace,
                 bool brief = false) {
    if (left_[user] == 0)
      return;
    --left_[user];
    ask(std::make_shared<job>(job{user, credential, workspace, 1, 1, true, brief, now_}));
  }

  simulation_settings settings_;
  domain::admission_line line_;
  domain::fair_queue<job_ptr> waiting_calls_;
  std::map<domain::ticket_number, job_ptr> standing_;
  std::map<std::string, std::size_t> left_;
  std::priority_queue<event> events_;
  std::uint64_t order_ = 0;
  nanoseconds now_{0};
  nanoseconds looking_at_{-1};
  std::size_t idle_;
  std::size_t bulk_running_ = 0;
};

inline nanoseconds percentile(std::vector<nanoseconds> values, double p) {
  if (values.empty())
    return nanoseconds::max();
  std::sort(values.begin(), values.end());
  const auto index = static_cast<std::size_t>(p * static_cast<double>(values.size() - 1) + 0.5);
  return values[index];
}

/// Jain's index: 1 when all have the same, 1/n when one has everything.
/// @see Jain, Chiu, Hawe, "A quantitative measure of fairness", DEC-TR-301, 1984
inline double jain_index(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (double x : shares) {
    sum += x;
    squares += x * x;
  }
  return squares == 0 ? 0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

} // namespace isacbot::test
