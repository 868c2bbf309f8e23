/// The row that names a list on its way in (list_stage.hpp). Pure.
///
///   staging   version 1 | state (0 open, 1 abandoned) | time of opening (8) | enclave
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::storage {

enum class stage_state : std::uint8_t { open, abandoned };

struct stage_marker {
  stage_state state = stage_state::open;
  sys_time opened{};
  enclave_id enclave;
};

std::string encode(const stage_marker& marker);
/// @error ec::corrupted
result<stage_marker> decode_stage_marker(std::string_view bytes);

} // namespace isacbot::storage
