/// Where a bot can end. Every effect that it has on the world, or the world on it, passes here and is a
/// numbered step: a write, a request that leaves, an answer that arrives.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::test {

/// Relative to the effect of the step. After: it took place, but its return is never seen.
enum class crash_side : std::uint8_t { before, after };

/// What is left of unsynced writes: all (the process was killed), none (the machine lost power), or half of
/// them, damaged. Or only the actor at work fails, by an exception, and the bot lives on.
enum class crash_kind : std::uint8_t { killed, power_lost, power_lost_torn, actor_failed };

/// Thrown into the actor at work.
struct actor_failure : std::runtime_error {
  actor_failure() : std::runtime_error("a defect that the test has planned") {}
};

struct crash_plan {
  std::uint64_t step = 0; ///< counted from 1 over all lives of the bot; 0: never
  crash_side side = crash_side::before;
  crash_kind kind = crash_kind::killed;
};

class crash_points {
 public:
  void plan(crash_plan next) { plan_ = next; }

  /// Runs `effect` unless the bot is dead or dies before it.
  /// @returns whether the bot lives to see that it returned
  template <class Effect>
  bool pass(std::string what, Effect&& effect) {
    if (dead_)
      return false;
    names_.push_back(std::move(what));
    bool now = names_.size() == plan_.step && plan_.kind != crash_kind::actor_failed;
    if (now && plan_.side == crash_side::before) {
      dead_ = true;
      return false;
    }
    std::forward<Effect>(effect)();
    dead_ = now;
    return !dead_;
  }

  /// As `pass`, for a step that an actor takes itself: with crash_kind::actor_failed it throws instead.
  template <class Effect>
  bool pass_in_actor(std::string what, Effect&& effect) {
    bool fails = plan_.kind == crash_kind::actor_failed && names_.size() + 1 == plan_.step;
    if (!fails || dead_)
      return pass(std::move(what), std::forward<Effect>(effect));
    names_.push_back(std::move(what));
    ++failed_actors_;
    if (plan_.side == crash_side::after)
      std::forward<Effect>(effect)();
    throw actor_failure{};
  }

  void die() { dead_ = true; }
  void revive() { dead_ = false; }

  [[nodiscard]] bool dead() const noexcept { return dead_; }
  [[nodiscard]] crash_kind kind() const noexcept { return plan_.kind; }
  [[nodiscard]] std::uint64_t failed_actors() const noexcept { return failed_actors_; }
  [[nodiscard]] std::uint64_t steps() const noexcept { return names_.size(); }
  /// @param step from 1
  [[nodiscard]] std::string name(std::uint64_t step) const {
    return step >= 1 && step <= names_.size() ? names_[step - 1] : std::string{"none"};
  }

 private:
  crash_plan plan_;
  bool dead_ = false;
  std::uint64_t failed_actors_ = 0;
  std::vector<std::string> names_;
};

} // namespace isacbot::test
