#include "actors/seat.hpp"

#include "actors/caf_error.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace isacbot::actors {

seat::seat(caf::actor_config& cfg, const char* name) : caf::monitorable_actor(cfg), name_(name) {}

void seat::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  caf::strong_actor_ptr occupant;
  {
    std::lock_guard lock(mutex_);
    occupant = occupant_;
    bool is_exit = what->content().match_elements<caf::exit_msg>();
    bool refused = ended_ || (what->mid.is_request() && turns_away_);
    if (!occupant && !is_exit && !refused && kept_.size() < max_kept) {
      kept_.push_back(std::move(what));
      return;
    }
  }
  if (occupant)
    return occupant->enqueue(std::move(what), host);
  if (getf(is_cleaned_up_flag))
    return bounce(what);
  if (what->mid.is_request())
    return refuse(*what, host);
  if (what->content().match_elements<caf::exit_msg>())
    end(what->content().get_as<caf::exit_msg>(0).reason, host);
}

void seat::end(const caf::error& reason, caf::execution_unit* host) {
  std::deque<caf::mailbox_element_ptr> left;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    left.swap(kept_);
  }
  cleanup(caf::error{reason}, host);
  for (auto& message : left)
    bounce(message);
}

void seat::refuse(const caf::mailbox_element& what, caf::execution_unit* host) const {
  if (!what.sender || what.mid.is_answered())
    return;
  auto refusal = to_caf_error(fail(
      ec::unavailable, std::string(name_) + " is being restarted after a failure", "try again in a minute"));
  what.sender->enqueue(caf::make_mailbox_element(nullptr, what.mid.response_id(), {}, std::move(refusal)),
                       host);
}

void seat::turn_away() {
  std::deque<caf::mailbox_element_ptr> refused;
  {
    std::lock_guard lock(mutex_);
    turns_away_ = true;
    auto stay = std::stable_partition(kept_.begin(), kept_.end(),
                                      [](const auto& message) { return !message->mid.is_request(); });
    std::move(stay, kept_.end(), std::back_inserter(refused));
    kept_.erase(stay, kept_.end());
  }
  for (const auto& message : refused)
    refuse(*message, nullptr);
}

void seat::occupy(const caf::strong_actor_ptr& occupant) {
  std::deque<caf::mailbox_element_ptr> kept;
  {
    std::lock_guard lock(mutex_);
    occupant_ = occupant;
    kept.swap(kept_);
    turns_away_ = false;
  }
  // Runs in the occupant's thread as it ends. Weak, or seat and occupant would keep each other.
  auto own = caf::actor_cast<caf::weak_actor_ptr>(caf::strong_actor_ptr{ctrl()});
  caf::actor_cast<caf::abstract_actor*>(occupant)->attach_functor(
      [own, which = occupant->id()](const caf::error& reason) {
        if (auto place = own.lock())
          static_cast<seat*>(caf::actor_cast<caf::abstract_actor*>(place))->on_occupant_gone(which, reason);
      });
  for (auto& message : kept)
    occupant->enqueue(std::move(message), nullptr);
}

void seat::on_occupant_gone(caf::actor_id which, const caf::error& reason) {
  caf::strong_actor_ptr gone; // released outside of the lock
  {
    std::lock_guard lock(mutex_);
    if (!occupant_ || occupant_->id() != which)
      return;
    gone.swap(occupant_);
  }
  if (ended_on_purpose(reason))
    end(reason, nullptr);
}

void seat::on_destroy() {
  if (!getf(is_cleaned_up_flag))
    cleanup(caf::exit_reason::unreachable, nullptr);
}

bool ended_on_purpose(const caf::error& reason) {
  return !reason || reason == caf::exit_reason::normal || reason == caf::exit_reason::user_shutdown ||
         reason == caf::exit_reason::kill;
}

seat_handle make_seat(caf::actor_system& system, const char* name) {
  caf::actor_config cfg;
  auto address =
      caf::make_actor<seat, caf::strong_actor_ptr>(system.next_actor_id(), system.node(), &system, cfg, name);
  auto* place = static_cast<seat*>(caf::actor_cast<caf::abstract_actor*>(address));
  return {std::move(address), place};
}

} // namespace isacbot::actors
