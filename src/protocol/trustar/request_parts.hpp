/// What every request of the client has in common. For this folder's own use.
#pragma once

#include "protocol/trustar/requests.hpp"

#include <boost/json/array.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace isacbot::trustar {

/// "<origin><path>", with one slash between them.
std::string absolute(const origin& station, std::string_view path);

/// A call of the API: token and Client-* headers, no body.
/// @param path  below "/api/1.3", with its query
http::request make_api_request(const origin& station, const secret& token, std::string method,
                               std::string_view path);

/// The same with a JSON body.
http::request make_json_request(const origin& station, const secret& token, std::string method,
                                std::string_view path, std::string body);

boost::json::array texts_to_json(const std::vector<std::string>& texts);

} // namespace isacbot::trustar
