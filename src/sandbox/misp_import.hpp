/// Events from files, and names for new rows.
#pragma once

#include "core/error.hpp"
#include "sandbox/json.hpp"

#include <string>
#include <string_view>

namespace isacbot::sandbox {

/// Reads `{"Event": ..}`, `{"response": [{"Event": ..}]}`, `[{"Event": ..}]` or a bare event; of several the
/// first. The UUID comes out in lower case.
/// @error ec::malformed
result<json::object> import_misp_event(std::string_view text);

/// A UUID made of a name: the same name gives the same one.
std::string make_misp_uuid(std::string_view name);

} // namespace isacbot::sandbox
