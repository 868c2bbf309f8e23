/// The answers of the sample MISP server: what a valid key gets from each path.
#pragma once

#include "protocol/http/message.hpp"
#include "sandbox/misp_state.hpp"

#include <cstdint>
#include <string_view>

namespace isacbot::sandbox {

/// How a request was taken.
struct misp_request {
  std::string_view path; ///< without query
  bool is_get = false;
  bool wants_csv = false;
  json::object parameters; ///< of the body; empty when it was lost or none was sent
  std::int64_t now = 0;    ///< the server's clock, seconds since the epoch
};

http::response answer_misp_index(const misp_state& state, const misp_request& request);
http::response answer_misp_search(const misp_state& state, const misp_request& request);
http::response answer_misp_attributes(const misp_state& state, const misp_request& request);
http::response answer_misp_view(const misp_state& state, const misp_request& request);
http::response answer_misp_version(const misp_state& state);

/// MISP's error object: `name`, `message`, `url`.
http::response make_misp_error(unsigned status, std::string_view message, std::string_view path);
http::response make_misp_page(unsigned status, std::string_view title);

} // namespace isacbot::sandbox
