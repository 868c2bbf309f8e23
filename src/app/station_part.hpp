/// The embedded Station as a part of the process: its own database, its own threads, its own listener. The
/// bot reaches it over HTTP like any other.
#pragma once

#include "app/settings.hpp"
#include "core/error.hpp"
#include "io/environment.hpp"
#include "observables/known_names.hpp"
#include "storage/rocksdb_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace isacbot::app {

/// Station's database, for the server and for the `isacbot station` commands.
/// @error as storage::rocksdb_store::open and storage::open_schema
result<std::unique_ptr<storage::rocksdb_store>> open_station_database(const std::string& path,
                                                                      bool compression = true);

class station_part {
 public:
  /// @error as storage::rocksdb_store::open, storage::open_schema and io::http_server::open
  static result<std::unique_ptr<station_part>> start(const station_settings& configured, io::environment env,
                                                     bool compression = true,
                                                     observables::known_names names = {});
  ~station_part();

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Its database, for the operator's commands; lives as long as the part.
  [[nodiscard]] storage::rocksdb_store& store() const noexcept;
  /// Whom to tell that a note for the audit log waits; nobody after it is called with an empty function.
  void when_noted(std::function<void()> tell);
  /// Answers what has begun, then joins its threads. Repeatable.
  void stop();

 private:
  struct state;
  explicit station_part(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::app
