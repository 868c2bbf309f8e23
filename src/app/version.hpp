/// What was built, from what.
#pragma once

#include <string_view>

namespace isacbot::app {

/// The release, as CMakeLists.txt has it: "0.1.0".
std::string_view version() noexcept;

struct build_facts {
  std::string_view version;
  std::string_view compiler;  ///< "GNU 12.2.0"
  std::string_view kind;      ///< "Release", with the sanitizers if any
  std::string_view libraries; ///< "CAF 0.17.6, Boost 1.81.0, ..."
};

build_facts build() noexcept;

} // namespace isacbot::app
