/// The composition root: builds every part in order, knows everybody, and stops them in the designed order.
///
/// Start: databases, actors from the store upwards, listeners last.
/// Stop:  0. the admin socket: an operator's command under way comes to a safe end
///        1. Slack's listener: no new requests; those that have begun get their acknowledgement
///        2. SLACK DISPATCHER drains: commands under way give their answers
///        3. OUTBOX drains: calls under way get their outcome on disk; what is left is durable
///        4. the HTTP client: what still runs is cancelled and reported as such
///        5. producers before consumers: dispatcher, outbox, follower, pool, messenger, limiter
///        6. STORAGE WRITER, last of the actors; then the actor system
///        7. Station and admin listeners, io threads
///        8. databases, when nobody holds them
/// docs/architecture.md tells why.
#pragma once

#include "actors/outbox.hpp"
#include "actors/slack_dispatcher.hpp"
#include "app/misp_part.hpp"
#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "telemetry/logging.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace isacbot::app {

/// What is passed in instead of being asked from the machine.
struct service_seams {
  const clock& time;
  random_source& random;
  telemetry::logger log;
  actors::outbox_sabotage outbox_sabotage;
  actors::dispatcher_sabotage dispatcher_sabotage;
  bool compression = true; ///< of database files; off when a test reads them
  std::string version;
  std::function<std::uint64_t()> log_lines_lost = {}; ///< so far, for the metric; thread-safe
  bool misp_on_request_only = false;                  ///< MISP is polled when asked to, not by itself
};

/// One running isacbot. Not thread-safe: start and stop from one thread.
class service {
 public:
  /// @error ec::bad_configuration, ec::locked, ec::wrong_key, ec::schema_mismatch, ec::unavailable (a port is
  ///        taken), each with the mend
  static result<std::unique_ptr<service>> start(const settings& configured, service_seams seams);

  /// stop() if nobody did.
  ~service();
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// Ports listened on; 0 when the part is off.
  [[nodiscard]] std::uint16_t slack_port() const noexcept;
  [[nodiscard]] std::uint16_t admin_port() const noexcept;
  [[nodiscard]] std::uint16_t station_port() const noexcept;

  /// The MISP feed; nullptr when no server is configured. Lives until `stop`.
  [[nodiscard]] const misp_part* misp() const noexcept;

  /// Applies what can change without a restart: rate limits and their modes. Blocks until it is done.
  /// @returns false when it could not be applied
  bool reload(const settings& changed);

  /// Stops in order, within five seconds. Repeatable.
  /// @returns false when something had to be cut short; nothing accepted is lost by that
  bool stop();

 private:
  struct state;
  explicit service(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::app
