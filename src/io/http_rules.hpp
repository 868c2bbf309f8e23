/// What RFC 9110 and RFC 9112 ask of both ends beyond parsing: pure decisions over plain values.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::io {

/// A request target in origin form (RFC 9112 section 3.2): "/path?query" is kept, "http://host/path" loses
/// its origin, "*" is kept for OPTIONS.
/// @returns nullopt for anything else
std::optional<std::string> origin_form(std::string_view method, std::string_view target);

/// Whether a name is a token and a value free of line ends and NUL (RFC 9110 section 5), so that neither can
/// start a header line of its own.
bool is_safe_field(std::string_view name, std::string_view value) noexcept;

/// IMF-fixdate (RFC 9110 section 5.6.7).
std::string http_date(sys_time now);

/// What a method's request may be repeated for without asking (RFC 9110 section 9.2.1).
bool is_safe_method(std::string_view method) noexcept;

/// A response's status line knows 200 to 599 only; a service that says otherwise has a defect.
bool is_final_status(unsigned status) noexcept;

/// An absolute http or https address, taken apart.
struct absolute_target {
  bool tls = false;
  std::string host; ///< without brackets; lower case
  std::uint16_t port = 0;
  std::string authority;   ///< for the Host field: the default port is left out
  std::string origin_form; ///< "/path?query", escapes kept, without fragment
  [[nodiscard]] std::string origin() const {
    return (tls ? "https:" : "http:") + host + ":" + std::to_string(port);
  }
};

/// @error ec::invalid_argument  no http(s) address, user information, or characters that no target holds; the
///                              cause never holds the address, because its path or query may be a capability
result<absolute_target> parse_absolute_target(std::string_view target);

} // namespace isacbot::io
