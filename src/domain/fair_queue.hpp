/// A bounded queue in which nobody can crowd others out: people and bulk work, workspaces, users within a
/// workspace, each level shared evenly among those who want something (start-time fair queueing: Goyal, Vin,
/// Cheng, "Start-time Fair Queuing", SIGCOMM 1996). People go first until bulk work has fallen behind its
/// guaranteed share. No clock, no threads.
#pragma once

#include "domain/fair_order.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace isacbot::domain {

enum class service_class : std::uint8_t { interactive, bulk };

/// Whose turn an item takes.
struct fair_lane {
  service_class work = service_class::interactive;
  std::string workspace;
  std::string user;
};

struct fair_queue_settings {
  std::size_t max_items = 512;     ///< of each class
  std::uint64_t bulk_percent = 20; ///< of the service when people want all of it; 1 to 99
  bool fair = true;                ///< false: first come, first served, for the tests that show what for
};

/// An item's cost is what its service uses up, in any unit; within one user the order of arrival is kept.
template <class Item>
class fair_queue {
 public:
  explicit fair_queue(fair_queue_settings settings = {}) : settings_(settings) {}

  /// @returns false when the class is full; nothing has changed then
  bool push(const fair_lane& lane, Item item, std::uint64_t cost = 1) {
    if (size(lane.work) >= settings_.max_items)
      return false;
    const bool bulk = lane.work == service_class::bulk && settings_.fair;
    auto& work = classes_.enter(bulk ? "bulk" : "interactive", bulk ? 1U : 0U,
                                bulk ? settings_.bulk_percent : 100 - settings_.bulk_percent);
    auto& workspace = work.enter(settings_.fair ? lane.workspace : std::string{});
    auto& user = workspace.enter(settings_.fair ? lane.user : std::string{});
    user.push_back({std::move(item), cost, lane.work});
    ++sizes_[static_cast<std::size_t>(lane.work)];
    return true;
  }

  /// Takes the first item, in fair order, that may be served now. Only the first of each user is asked for.
  /// @param eligible  bool(const Item&, bool owed); owed: bulk work whose turn comes before that of people
  ///                  who wait
  template <class Eligible>
  std::optional<Item> pop(Eligible&& eligible) {
    const bool people_wait = settings_.fair && size(service_class::interactive) > 0;
    bool people_asked = false;
    typename classes::entry* work = nullptr;
    typename workspaces::entry* workspace = nullptr;
    typename users::entry* user = nullptr;
    const bool found = classes_.first([&](auto& w) {
      const bool owed = w.rank == 1 && people_wait && !people_asked;
      people_asked = people_asked || w.rank == 0;
      work = &w;
      return w.child.first([&](auto& s) {
        workspace = &s;
        return s.child.first([&](auto& u) {
          user = &u;
          return eligible(std::as_const(u.child.front().item), owed);
        });
      });
    });
    if (!found)
      return std::nullopt;
    queued next = std::move(user->child.front());
    user->child.pop_front();
    --sizes_[static_cast<std::size_t>(next.work)];
    // From the leaf up: a level that has run empty forgets its children.
    workspace->child.served(*user, next.cost, !user->child.empty());
    work->child.served(*workspace, next.cost, !workspace->child.empty());
    classes_.served(*work, next.cost, !work->child.empty());
    return std::move(next.item);
  }
  std::optional<Item> pop() {
    return pop([](const Item&, bool) { return true; });
  }

  /// Takes the items out that are not wanted any more, without charging anybody.
  /// @param leaves  bool(Item&); told each item once
  template <class Leaves>
  void remove_if(Leaves&& leaves) {
    classes_.prune([&](auto& work) {
      work.prune([&](auto& workspace) {
        workspace.prune([&](auto& user) {
          for (auto at = user.begin(); at != user.end();)
            if (leaves(at->item)) {
              --sizes_[static_cast<std::size_t>(at->work)];
              at = user.erase(at);
            } else {
              ++at;
            }
        });
      });
    });
  }

  /// Looks at every item, in no particular order. @param look  void(const Item&)
  template <class Look>
  void for_each(Look&& look) const {
    classes_.for_each([&](const auto& work) {
      work.for_each([&](const auto& workspace) {
        workspace.for_each([&](const auto& user) {
          for (const queued& q : user)
            look(q.item);
        });
      });
    });
  }

  [[nodiscard]] std::size_t size(service_class work) const noexcept {
    return sizes_[static_cast<std::size_t>(work)];
  }
  [[nodiscard]] std::size_t size() const noexcept { return sizes_[0] + sizes_[1]; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

 private:
  struct queued {
    Item item;
    std::uint64_t cost;
    service_class work;
  };
  using users = fair_order<std::deque<queued>>;
  using workspaces = fair_order<users>;
  using classes = fair_order<workspaces>;

  fair_queue_settings settings_;
  classes classes_;
  std::size_t sizes_[2] = {0, 0};
};

} // namespace isacbot::domain
