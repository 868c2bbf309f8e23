/// What a server tells about its limits in header fields: `RateLimit` and `RateLimit-Policy` of the IETF
/// draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers), in its present form, a
/// list of named limits, and in the two older ones that are in use.
#pragma once

#include "protocol/http/message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace isacbot::trustar {

/// One limit as the server sees it.
struct limit_report {
  std::uint64_t remaining = 0;               ///< requests that may still be made
  std::optional<std::chrono::seconds> reset; ///< until more can be made
  std::optional<std::uint64_t> quota;        ///< of the whole window
  std::optional<std::chrono::seconds> window;

  friend bool operator==(const limit_report&, const limit_report&) = default;
};

/// Reads the fields of an answer. A field that breaks the grammar of structured fields (RFC 9651) counts as
/// absent, as that grammar demands; so does a limit whose unit isn't requests.
/// @returns at most 16 reports, in the order sent; empty when nothing is told
std::vector<limit_report> parse_limit_fields(const http::fields& headers);

} // namespace isacbot::trustar
