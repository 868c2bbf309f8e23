/// The bytes inside the sealed rows of the MISP tables. As stored_values.hpp: a version byte in front, pure.
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "domain/misp/poll_model.hpp"

#include <string_view>

namespace isacbot::storage {

secret encode(const domain::poll_checkpoint& x);
secret encode(const domain::queued_event& x);
secret encode(const domain::dead_event& x);
secret encode(const domain::event_record& x);

/// Each accepts exactly what encode gives, byte for byte.
/// @error ec::corrupted on anything else
result<domain::poll_checkpoint> decode_poll_checkpoint(std::string_view bytes);
result<domain::queued_event> decode_queued_event(std::string_view bytes);
result<domain::dead_event> decode_dead_event(std::string_view bytes);
result<domain::event_record> decode_event_record(std::string_view bytes);

} // namespace isacbot::storage
