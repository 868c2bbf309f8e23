#include "io/http_wire.hpp"

#include "io/http_rules.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <string>
#include <utility>

namespace isacbot::io {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using telemetry::http_incident;

std::optional<refusal> refusal_for(const boost::system::error_code& failed) {
  if (failed == bhttp::error::body_limit)
    return refusal{413, http_incident::too_large, "The request body is too large.\n"};
  if (failed == bhttp::error::header_limit || failed == bhttp::error::buffer_overflow)
    return refusal{431, http_incident::header_too_large, "The request header is too large.\n"};
  if (failed == beast::error::timeout)
    return refusal{408, http_incident::slow_sender, "The request did not arrive in time.\n"};
  if (failed == bhttp::error::end_of_stream || failed == bhttp::error::partial_message)
    return std::nullopt;
  if (failed.category() == make_error_code(bhttp::error::bad_method).category())
    return refusal{400, http_incident::malformed, "The request is not HTTP/1.1.\n"};
  return std::nullopt;
}

std::optional<http::request> take_header(const wire_request& header, std::optional<refusal>& fault) {
  http::request out;
  out.method = std::string{header.method_string()};
  auto target = origin_form(out.method, std::string_view{header.target().data(), header.target().size()});
  const auto hosts = header.count(bhttp::field::host);
  const bool host_known = hosts == 1 || (hosts == 0 && header.version() == 10); // RFC 9112 section 3.2
  if (!target || !host_known) {
    fault = refusal{400, http_incident::malformed, "The request line or the Host field is not valid.\n"};
    return std::nullopt;
  }
  out.target = std::move(*target);
  for (const auto& f : header) {
    if (f.name() != bhttp::field::transfer_encoding) {
      out.headers.add(std::string{f.name_string()}, std::string{f.value()});
    } else if (!beast::iequals(f.value(), "chunked") || header.version() == 10) {
      // Any other coding leaves the body's end to guesses, which is how requests are smuggled.
      fault = refusal{501, http_incident::malformed, "This transfer coding is not supported.\n"};
      return std::nullopt;
    }
  }
  return out;
}

bool can_be_sent(const http::response& response) {
  bool valid = is_final_status(response.status);
  for (const auto& [name, value] : response.headers)
    valid = valid && is_safe_field(name, value);
  return valid;
}

http::response internal_error(std::string_view request_id) {
  return http::make_response(500, "text/plain; charset=utf-8",
                             "Internal error. Request " + std::string{request_id} + ".\n");
}

wire_response to_wire(http::response response, bool head) {
  wire_response out;
  out.result(response.status);
  for (const auto& [name, value] : response.headers)
    out.insert(name, value);
  for (const auto ours : {bhttp::field::content_length, bhttp::field::transfer_encoding,
                          bhttp::field::connection, bhttp::field::keep_alive})
    out.erase(ours);
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless)
    out.content_length(response.body.size());
  if (!bodiless && !head)
    out.body() = std::move(response.body);
  return out;
}

} // namespace isacbot::io
