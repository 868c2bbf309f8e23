/// Inputs that both submission dialogs have.
#pragma once

#include "domain/answers.hpp"
#include "protocol/slack/blocks.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain::answers {

slack::option to_option(const enclave_choice& enclave);

/// Enclave, tags and TLP.
/// @param enclave  chosen at first
std::vector<slack::block> sharing_inputs(const std::optional<enclave_choice>& enclave);

/// The checkbox for the other messages of a message's thread.
slack::block thread_input();

/// The files of a message, those that may be text ticked; nullopt without any.
/// @param use  what becomes of them: "Their text goes into the report."
std::optional<slack::block> message_files_input(const std::vector<slack::file_reference>& files,
                                                std::string_view use);

/// "12 kB", or "256 MB" from ten on, rounded up.
std::string shown_size(std::uint64_t bytes);

} // namespace isacbot::domain::answers
