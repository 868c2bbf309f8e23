#include "app/version.hpp"

namespace isacbot::app {

// CMakeLists.txt defines the four texts for this file only, so that a new version compiles one file.
std::string_view version() noexcept {
  return ISACBOT_VERSION;
}

build_facts build() noexcept {
  return {ISACBOT_VERSION, ISACBOT_COMPILER, ISACBOT_BUILD_KIND, ISACBOT_LIBRARIES};
}

} // namespace isacbot::app
