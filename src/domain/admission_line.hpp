/// Who may call Station now, who waits and for how long about, who waits in vain. Commands and bulk work that
/// cannot go at once stand in a fair line before the limits; whoever is first in it goes as soon as every
/// limit on his way allows. Nobody behind takes what the first one waits for; whoever waits for something
/// else passes. Pure: time is an argument; belongs to one actor.
#pragma once

#include "domain/fair_queue.hpp"
#include "domain/limit_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::domain {

struct admission_line_settings {
  milliseconds wait_out{3'000};         ///< a wait of this length is booked ahead and told to nobody
  milliseconds queue_deadline{120'000}; ///< `limits.queue_deadline`: longer, and a command is refused at once
  milliseconds bulk_patience{30'000};   ///< bulk work stands in line for so long, then asks again
  milliseconds lease_patience{2'000};   ///< who may not wait waits so long for a lease to be on disk
  fair_queue_settings queue{.max_items = 1'024};
};

/// A wish for calls.
struct call_wish {
  std::string user; ///< as in caller
  std::string credential;
  std::string workspace;
  std::uint64_t calls = 1; ///< more than the smallest burst: granted in portions
  bool counted = true;     ///< on the company's day
  bool bulk = false;       ///< goes after people, leaves most of every burst to them, never books ahead
  bool brief = false;      ///< of bulk work: a few calls in all, which take of a burst what people leave
  bool may_wait = true;    ///< false: now or not at all, but for a lease to be written
  nanoseconds waited{0};   ///< already, before this wish: the deadline counts from the command's arrival
};

using ticket_number = std::uint64_t;

struct call_verdict {
  enum class kind : std::uint8_t { granted, waiting, refused };
  kind what = kind::refused;
  std::uint64_t granted = 0;
  /// Granted: the calls may be made after this time, at most `wait_out`. Waiting: the expected time of
  /// service. Refused: asking again before is in vain.
  nanoseconds wait{0};
  ticket_number ticket = 0; ///< waiting: names the place in line
  std::optional<limit_level> limiting;
  bool crowded = false; ///< refused because too many wait, not by a limit
  bool unsaved = false; ///< waiting for no more than a lease on disk, which takes milliseconds
  level_set would_refuse;
  level_set near;
};

/// What became of a place in line.
struct line_event {
  ticket_number ticket = 0;
  std::uint64_t granted = 0; ///< 0: its time is over
  nanoseconds wait{0};       ///< with 0: asking again before is in vain
  nanoseconds stood{0};      ///< how long it has stood in line
  bool bulk = false;
  std::optional<limit_level> limiting; ///< what it waited for last
  level_set near;
};

class admission_line {
 public:
  admission_line(admission_line_settings settings, limit_tree tree);

  /// Others in line may get theirs on the way: see `take_events`.
  call_verdict ask(call_wish wish, moment now);
  /// Looks at everybody in line: grants what can be granted, and gives up whose time is over or would be.
  void advance(moment now);
  /// What has become of places in line since the last call.
  std::vector<line_event> take_events() { return std::exchange(events_, {}); }
  /// The caller doesn't want it any more. Unknown tickets don't matter.
  void cancel(ticket_number ticket);
  /// Nobody waits any more.
  void forget_waiting();
  [[nodiscard]] bool holds(ticket_number ticket) const;

  /// When `advance` may have something to do next; nullopt: not before something else happens.
  [[nodiscard]] std::optional<steady_time> next_look() const noexcept { return next_look_; }
  [[nodiscard]] bool empty() const noexcept { return line_.empty(); }
  [[nodiscard]] std::size_t waiting(service_class work) const noexcept { return line_.size(work); }

  [[nodiscard]] limit_tree& tree() noexcept { return tree_; }
  void configure(const admission_line_settings& settings);

 private:
  struct place {
    call_wish wish;
    ticket_number ticket = 0;
    steady_time since{};
    steady_time until{};
    mutable std::optional<limit_level> limiting; ///< what it was found to wait for
  };
  /// A bucket that somebody further ahead waits for.
  struct claim {
    limit_level level;
    std::string key;
  };

  call_verdict take_at_once(const call_wish& wish, moment now);
  /// Bulk work leaves something to people; not what is brief, and not what is owed its share.
  [[nodiscard]] spare left_to_people(const call_wish& wish, bool owed) const noexcept;
  call_verdict stand_in_line(call_wish wish, moment now);
  void give_up(const place& p, nanoseconds wait, moment now);
  void expire(moment now);
  /// Whether the place can be served; charges it then. @param owed  see fair_queue::pop
  bool serve(const place& p, bool owed, moment now);
  [[nodiscard]] std::optional<limit_level> claimed(const call_wish& wish) const noexcept;
  [[nodiscard]] nanoseconds expected(const call_wish& wish, std::optional<limit_level> limiting, moment now);
  void look_at(steady_time when) noexcept;

  admission_line_settings settings_;
  limit_tree tree_;
  fair_queue<place> line_;
  std::vector<claim> claims_;
  std::vector<std::pair<ticket_number, nanoseconds>> in_vain_; ///< places that cannot be served in time
  limit_decision last_;                                        ///< of the place that was served
  std::vector<line_event> events_;
  std::optional<steady_time> next_look_;
  ticket_number last_ticket_ = 0;
};

} // namespace isacbot::domain
