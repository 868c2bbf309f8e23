/// Host names in other scripts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace isacbot::observables {

/// Lower-cases a host name and turns U-labels into A-labels (UTS 46, non-transitional).
/// @returns nullopt when a label is none
std::optional<std::string> to_ascii_host(std::string_view host);

} // namespace isacbot::observables
