/// Between Beast's messages and ours, on the server's side. Internal to io: includes Beast.
#pragma once

#include "protocol/http/message.hpp"
#include "telemetry/metrics.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>

#include <optional>
#include <string_view>

namespace isacbot::io {

using wire_request = boost::beast::http::request<boost::beast::http::string_body>;
using wire_response = boost::beast::http::response<boost::beast::http::string_body>;

/// An answer that the server gives itself, before the connection is closed, and why.
struct refusal {
  unsigned status;
  telemetry::http_incident what;
  const char* text;
};

/// @param failed  how reading a request ended
/// @returns nullopt when the peer is gone and nobody would read an answer
std::optional<refusal> refusal_for(const boost::system::error_code& failed);

/// Copies the header. Call it before the body is read: Beast adds trailer fields to the header, and they must
/// not pose as header fields.
/// @returns nullopt with `fault` set when the header breaks a rule that Beast leaves to us
std::optional<http::request> take_header(const wire_request& header, std::optional<refusal>& fault);

/// Whether status and fields of a service's response may go on the wire.
bool can_be_sent(const http::response& response);

/// What the peer is told when the service fails; the id leads to the log line.
http::response internal_error(std::string_view request_id);

/// Frames a response: Content-Length is set from the body, and the service's own framing fields are dropped.
/// @param head  the request was HEAD: the length is told, the body left out
wire_response to_wire(http::response response, bool head);

} // namespace isacbot::io
