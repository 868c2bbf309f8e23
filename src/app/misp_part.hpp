/// The MISP feed as a part of the process: an HTTP client for each server, with its own authorities,
/// certificate and proxy, and the actors that poll.
#pragma once

#include "actors/bot_system.hpp"
#include "actors/misp_system.hpp"
#include "app/settings.hpp"
#include "core/error.hpp"
#include "io/environment.hpp"
#include "observables/known_names.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace isacbot::app {

/// What the service hands over; all of it outlives the part's `stop`.
struct misp_parts {
  const settings& configured;
  caf::actor_system& system;
  const actors::bot_system& bot;
  const storage::misp_table& table;
  io::environment io;
  actors::environment actors;
  observables::known_names names;
  std::string version;
  bool on_request_only = false; ///< no poll by itself
};

class misp_part {
 public:
  /// Starts polling every server of the configuration that has a url.
  /// @error ec::bad_configuration  a certificate, pin, proxy or key is not usable
  static result<std::unique_ptr<misp_part>> start(misp_parts parts);
  ~misp_part();

  [[nodiscard]] std::vector<std::string> servers() const;
  /// One poll now, with everything behind it; blocks the calling thread.
  /// @param stopping  asked now and then: true gives up waiting
  /// @error ec::not_found: no such server; ec::timeout, ec::cancelled: it goes on without us
  [[nodiscard]] result<actors::misp_summary> pull(
      const std::string& server, bool dry_run, milliseconds patience,
      const std::function<bool()>& stopping = [] { return false; }) const;
  /// @error as pull
  [[nodiscard]] result<actors::misp_status> status(const std::string& server) const;

  /// Cancels what runs, then ends the actors. Repeatable.
  /// @returns false when something had to be killed; what was under way is on disk
  bool stop(milliseconds patience);

 private:
  struct state;
  explicit misp_part(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::app
