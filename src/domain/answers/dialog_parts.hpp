/// Inputs that both submission dialogs have.
#pragma once

#include "domain/answers.hpp"
#include "protocol/slack/blocks.hpp"

#include <optional>
#include <vector>

namespace isacbot::domain::answers {

slack::option to_option(const enclave_choice& enclave);

/// Enclave, tags and TLP.
/// @param enclave  chosen at first
std::vector<slack::block> sharing_inputs(const std::optional<enclave_choice>& enclave);

} // namespace isacbot::domain::answers
