/// Which endings make a file name.
#pragma once

#include <cstdint>
#include <string_view>

namespace isacbot::observables {

enum class extension : std::uint8_t {
  none,
  file,        ///< a file whenever it is no host name
  likely_file, ///< a top-level domain, too; without other evidence a file (`zip`, `py`)
  likely_host, ///< a top-level domain, too; without other evidence a host (`sh`, `pl`)
};

/// @param lower  last label, lower case
extension classify_extension(std::string_view lower) noexcept;

/// Top-level domains that are also words of programs (`name`, `id`, `run`): weak evidence for a host.
bool is_code_word(std::string_view lower) noexcept;

} // namespace isacbot::observables
