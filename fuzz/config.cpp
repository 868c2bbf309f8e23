// rooms: core domain
// sources: app/config*.cpp
// Any text as configuration: load_config must answer, and settings must exist exactly when nothing is wrong.
#include "app/config.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  // What follows a NUL byte plays the environment: one value for each kind of setting.
  std::string_view all(reinterpret_cast<const char*>(data), size);
  std::string_view text = all.substr(0, all.find('\0'));
  app::config_input input;
  input.text = text;
  if (text.size() < all.size()) {
    std::string value(all.substr(text.size() + 1));
    for (const char* name : {"ISACBOT_SERVER__LISTEN", "ISACBOT_TRUSTAR__ORIGIN", "ISACBOT_LIMITS__USER",
                             "ISACBOT_SLACK__FILES_HOSTS", "ISACBOT_STORAGE__MASTER_KEY",
                             "ISACBOT_RETENTION__AUDIT", "ISACBOT_STATION__MAX_BODY_BYTES"})
      input.variables[name] = value;
    input.variables["ISACBOT_" + value.substr(0, 80)] = value;
  }
  input.read_file = [](const std::string& path) -> result<std::string> { return path; };
  app::loaded_config loaded = app::load_config(input);
  if (loaded.value.has_value() != loaded.faults.empty())
    std::abort();
  for (const app::finding& f : loaded.faults)
    if (f.cause.empty() || app::to_string(f).empty())
      std::abort();
  return 0;
}
