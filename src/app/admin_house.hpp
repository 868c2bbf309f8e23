/// The operator's commands without a service: the databases, opened for one command.
#pragma once

#include "app/admin_desk.hpp"
#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

#include <memory>
#include <string>

namespace isacbot::app {

class admin_house {
 public:
  /// Opens the bot's database and, where one is embedded, Station's; makes them where they are missing.
  /// @param configured, time, random  outlive the house
  /// @error ec::locked: a process has them open, named in the cause; as storage::open_bot_database
  static result<std::unique_ptr<admin_house>> open(const settings& configured, const clock& time,
                                                   random_source& random, std::string version);
  ~admin_house();

  [[nodiscard]] admin_desk& desk() noexcept;

 private:
  struct state;
  explicit admin_house(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::app
