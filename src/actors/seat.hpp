/// An address that outlives the actor behind it: others hold the seat, the supervisor changes who sits in it.
/// Passing a message on is done in the sender's thread, without a hop (as CAF's own actor_pool does it).
#pragma once

#include <caf/all.hpp>

#include <cstddef>
#include <deque>
#include <mutex>

namespace isacbot::actors {

/// Thread-safe. While it is vacant, messages wait for the next occupant, 1,024 at most; requests that find no
/// room are refused (ec::unavailable: certain that nothing happened). An exit message goes to the occupant; a
/// vacant seat ends with it. An ended seat answers requests as an ended actor does.
class seat final : public caf::monitorable_actor {
 public:
  static constexpr std::size_t max_kept = 1024;

  /// @param name for errors; outlives the seat
  seat(caf::actor_config& cfg, const char* name);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  const char* name() const override { return name_; }
  void on_destroy() override;

  /// Gives the seat to an actor, with what has waited for one. When it ends on purpose, the seat ends with
  /// it, and who watches the seat is told; when it fails, the seat is vacant at once.
  void occupy(const caf::strong_actor_ptr& occupant);

  /// The next occupant is not expected soon: requests that wait, and those that come until then, are refused.
  void turn_away();

 private:
  void end(const caf::error& reason, caf::execution_unit* host);
  void refuse(const caf::mailbox_element& what, caf::execution_unit* host) const;
  void on_occupant_gone(caf::actor_id which, const caf::error& reason);

  const char* name_;
  std::mutex mutex_;
  caf::strong_actor_ptr occupant_;
  std::deque<caf::mailbox_element_ptr> kept_;
  bool turns_away_ = false;
  bool ended_ = false;
};

/// A seat, as its supervisor holds it. Valid while `address` is held.
struct seat_handle {
  caf::strong_actor_ptr address;
  seat* place = nullptr;
};

/// Whether an actor ended because it was told to.
bool ended_on_purpose(const caf::error& reason);

seat_handle make_seat(caf::actor_system& system, const char* name);

} // namespace isacbot::actors
