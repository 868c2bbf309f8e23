/// The operator's commands inside the running service: the admin socket in front, the STORAGE WRITER and the
/// OUTBOX behind.
#pragma once

#include "app/admin_desk.hpp"
#include "core/error.hpp"
#include "observables/known_names.hpp"
#include "telemetry/logging.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <string>

namespace isacbot::app {

/// What the service hands over; all of it outlives the part's `stop`.
struct admin_parts {
  const app::settings& settings;
  const clock& time;
  random_source& random;
  telemetry::logger log;
  std::string version;
  storage::bot_database& database;
  const actors::bot_tables& tables;
  storage::rocksdb_store* station = nullptr; ///< null: no embedded Station
  caf::actor_system& system;
  const actors::bot_system& bot;
  const misp_part* misp = nullptr;  ///< null: no MISP server is configured
  observables::known_names names{}; ///< beside the built-in lists
};

class admin_part {
 public:
  /// Listens on admin.socket.
  /// @error as io::admin_socket_server::open
  static result<std::unique_ptr<admin_part>> start(admin_parts parts);
  ~admin_part();

  /// Something waits at Station for the audit log: it is carried there in the background. From any thread.
  void carry_notes();
  /// Ends what runs at a safe place, then nothing uses the parts any more. Repeatable.
  void stop();

 private:
  struct state;
  explicit admin_part(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::app
