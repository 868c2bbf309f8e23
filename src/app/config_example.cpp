/// The example configuration, made from the table of keys.
#include "app/config_keys.hpp"
#include "app/config_pending.hpp"

namespace isacbot::app {

namespace {

constexpr std::string_view opening =
    "# isacbot configuration: every key, its meaning, and its default.\n"
    "#\n"
    "# A line \"#key = value\" shows the default; take the # away to change it. A line that ends in\n"
    "# \"# no default\" shows what a value looks like. Check a configuration with `isacbot check-config`.\n"
    "#\n"
    "# Durations: \"90s\", \"15m\", \"24h\", \"30d\", \"2y\". Relative paths count from the working "
    "directory.\n"
    "# Secrets: \"file:/path\" (recommended, mode 0600), \"env:NAME\", or \"literal:...\" (warned about).\n"
    "# The environment overrides: ISACBOT_SERVER__LISTEN stands for server.listen,\n"
    "# ISACBOT_MISP__MAIN__KEY for misp.main.key; lists are separated by commas there.\n"
    "#\n"
    "# This file is made by `isacbot check-config --example`.\n";

/// Text of several lines as a comment.
std::string comment(std::string_view text) {
  std::string lines = "# ";
  for (char c : text)
    lines += c == '\n' ? std::string("\n# ") : std::string(1, c);
  return lines + "\n";
}

} // namespace

std::string render_example_config() {
  const settings defaults;
  std::string text(opening);
  for (const section_spec& section : config_sections()) {
    bool misp = section.name == misp_section;
    // An active [slack] or [misp.main] would be a section that shall run, with nothing in it.
    text += "\n" + comment(section.meaning) +
            (misp ? "#[misp.main]" : "[" + std::string(section.name) + "]") + "\n";
    for (const key_spec& key : config_keys()) {
      if (key.section != section.name)
        continue;
      std::string value = key.show(defaults, {});
      std::string full = std::string(key.section) + "." + std::string(key.name);
      text += comment(key.meaning) + (is_pending(full) ? "# (no effect in this version)\n" : "") + "#" +
              std::string(key.name) + " = ";
      text += value.empty() ? std::string(key.example) + " # no default\n" : value + "\n";
    }
  }
  return text;
}

} // namespace isacbot::app
