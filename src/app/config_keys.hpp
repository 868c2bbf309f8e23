/// The table of keys. It drives parsing, suggestions for unknown keys, environment overrides and the example
/// file, so that the four cannot disagree.
#pragma once

#include "app/config_value.hpp"

#include <span>

namespace isacbot::app {

/// Stands in `key_spec::section` for every section below misp.
inline constexpr std::string_view misp_section = "misp.<name>";

/// One key. `name` is unique within its section.
struct key_spec {
  std::string_view section;
  std::string_view name;
  std::string_view meaning; ///< for the example file: what it is, unit, what absence means
  std::string_view example; ///< a value that would be read, as TOML; used where there is no default
  bounds range;
  /// Reads into the setting. `instance` is the name of the MISP server, else empty.
  read_outcome (*read)(settings&, const std::string& instance, const raw_value&, read_context&);
  /// The value of the setting as TOML; empty when it is not set.
  std::string (*show)(const settings&, const std::string& instance);
};

struct section_spec {
  std::string_view name;
  std::string_view meaning;
};

/// In the order of the example file.
std::span<const section_spec> config_sections();
/// In the order of the example file, each section in one piece.
std::span<const key_spec> config_keys();

/// @param section "server", or "misp.<name>" whatever the server's name
/// @returns nullptr when there is no such key
const key_spec* find_config_key(std::string_view section, std::string_view name);

/// The default as TOML, or else the example: a value that may be written.
std::string suggested_value(const key_spec& key);

} // namespace isacbot::app
