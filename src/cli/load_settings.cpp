#include "cli/load_settings.hpp"

#include "app/config_file.hpp"

#include <ostream>

namespace isacbot::cli {

std::optional<app::settings> load_settings(const std::string& path, streams io,
                                           const app::settings& defaults) {
  app::loaded_config loaded = app::load_config_file(path, defaults);
  for (const app::finding& f : loaded.faults)
    io.err << to_string(f) << "\n";
  for (const app::finding& f : loaded.warnings)
    io.err << "warning: " << to_string(f) << "\n";
  return std::move(loaded.value);
}

} // namespace isacbot::cli
