/// One level of a fair_queue: named children that share a service in the proportion of their weights.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

namespace isacbot::domain {

/// Start-time fair queueing. Each child has a virtual time: the service it has had, divided by its weight.
/// The child with the smallest one is next. Who comes back after a pause begins at the present virtual time,
/// so nobody saves up turns; who has run ahead stays remembered until the others have caught up.
template <class Child>
class fair_order {
 public:
  struct entry {
    Child child;
    unsigned rank = 0; ///< above 0: begins a turn behind the others
    std::uint64_t weight = 1;
    std::uint64_t start = 0; ///< virtual time of its next service
    std::uint64_t arrival = 0;
    bool active = false;
  };

  fair_order() = default;
  fair_order(fair_order&&) noexcept = default;
  fair_order& operator=(fair_order&&) noexcept = default;

  /// @returns the child of that name, which wants service from now on
  Child& enter(std::string_view name, unsigned rank = 0, std::uint64_t weight = 1) {
    entry& e = children_.try_emplace(std::string(name)).first->second;
    if (!e.active) {
      e.active = true;
      e.rank = rank;
      e.weight = std::max<std::uint64_t>(weight, 1);
      if (e.start <= now_)
        e.start = now_ + (rank == 0 ? 0 : unit / e.weight);
      e.arrival = ++arrivals_;
      line_.insert(place(e));
    }
    return e.child;
  }

  /// Asks the children in their order until one says yes. @param visit  bool(entry&); changes nothing
  template <class Visit>
  bool first(Visit&& visit) {
    for (const auto& [start, rank, arrival, e] : line_)
      if (visit(*e))
        return true;
    return false;
  }

  /// The child has been served at this cost. @param more  whether it wants more
  void served(entry& e, std::uint64_t cost, bool more) {
    line_.erase(place(e));
    now_ = std::max(now_, e.start);
    e.start += std::max<std::uint64_t>(cost * unit / e.weight, 1);
    e.active = more;
    if (more)
      line_.insert(place(e));
    else
      forget();
  }

  /// Changes every child; those that end up empty want no more service, and none is charged.
  template <class Change>
  void prune(Change&& change) {
    for (auto& [name, e] : children_) {
      if (!e.active)
        continue;
      change(e.child);
      if (e.child.empty()) {
        line_.erase(place(e));
        e.active = false;
      }
    }
    forget();
  }

  template <class Look>
  void for_each(Look&& look) const {
    for (const auto& [name, e] : children_)
      if (e.active)
        look(e.child);
  }

  [[nodiscard]] bool empty() const noexcept { return line_.empty(); }

 private:
  static constexpr std::uint64_t unit = 1'000'000;
  using place_in_line = std::tuple<std::uint64_t, unsigned, std::uint64_t, entry*>;

  static place_in_line place(entry& e) { return {e.start, e.rank, e.arrival, &e}; }

  /// A child that wants nothing is remembered only while it is ahead of the others.
  void forget() {
    if (line_.empty()) {
      children_.clear();
      now_ = 0;
      return;
    }
    if (children_.size() < 2 * line_.size() + 16)
      return;
    std::erase_if(children_, [&](const auto& c) { return !c.second.active && c.second.start <= now_; });
  }

  std::map<std::string, entry, std::less<>> children_;
  std::set<place_in_line> line_;
  std::uint64_t now_ = 0;
  std::uint64_t arrivals_ = 0;
};

} // namespace isacbot::domain
