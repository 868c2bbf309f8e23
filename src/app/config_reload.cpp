#include "app/config_reload.hpp"

#include "app/config_keys.hpp"

namespace isacbot::app {

namespace {

bool same_servers(const settings& a, const settings& b) {
  if (a.misp.size() != b.misp.size())
    return false;
  for (const auto& [name, server] : a.misp)
    if (!b.misp.contains(name))
      return false;
  return true;
}

} // namespace

config_change compare_settings(const settings& before, const settings& after) {
  config_change out;
  const bool same = same_servers(before, after);
  if (!same)
    out.needs_restart.emplace_back("misp");
  const auto note = [&](const key_spec& key, const std::string& section, const std::string& instance) {
    if (key.show(before, instance) == key.show(after, instance))
      return;
    auto& list = key.section == "limits" ? out.applied : out.needs_restart;
    list.push_back(section + "." + std::string(key.name));
  };
  for (const key_spec& key : config_keys())
    if (key.section != misp_section)
      note(key, std::string(key.section), {});
    else if (same)
      for (const auto& [name, server] : before.misp)
        note(key, "misp." + name, name);
  return out;
}

} // namespace isacbot::app
