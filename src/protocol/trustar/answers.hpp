/// The other half of the client: what a Station answers, read into values. Every `parse_` function looks at
/// the status first (`classify`), so one call gives the value or the reason there is none.
#pragma once

#include "core/error.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::trustar {

/// The exact texts that mean "renew the token and repeat the call", at status 400 only.
inline constexpr std::string_view token_expired_text = "Expired oauth2 access token";
inline constexpr std::string_view token_invalid_text = "Invalid oauth2 access token";

/// What a 429 without a usable `waitTime` is taken for, and the longest wait that is believed.
inline constexpr milliseconds default_wait{60'000};
inline constexpr milliseconds longest_wait{24 * 60 * 60 * 1'000};

/// Reads the outcome of an API call from its status and error body. Errors name the server's message (at most
/// 300 printable bytes) and the Trace-Id.
/// @error ec::token_expired, ec::token_invalid  400 with the exact texts: renew and repeat
/// @error ec::unauthorized 401, ec::forbidden 403, ec::not_found 404, ec::conflict 409, ec::too_large 413
/// @error ec::rate_limited       429; retry_after is set, from `waitTime` (milliseconds) when it is usable
/// @error ec::upstream_failed    5xx: the effect is unknown
/// @error ec::upstream_rejected  any other 4xx
/// @error ec::protocol_violation a status that this API does not have (1xx, 3xx)
result<void> classify(const http::response& answer);

/// The same for `POST /oauth/token`: 403, and 400 with an OAuth client error (RFC 6749 section 5.2), mean
/// ec::unauthorized too.
result<void> classify_token(const http::response& answer);

/// Header Trace-Id, at most 100 printable characters; empty when absent.
std::string trace_id(const http::response& answer);

/// Answer of `POST /oauth/token`.
/// @error as classify_token; ec::protocol_violation on a token that cannot be sent back in a header
result<access_token> parse_token(const http::response& answer);

/// @error as classify; ec::protocol_violation unless the body is "pong"
result<void> parse_ping(const http::response& answer);

// Below: errors as classify; ec::protocol_violation when the body is not what the endpoint answers.

result<std::vector<enclave>> parse_enclaves(const http::response& answer);
result<std::vector<request_quota>> parse_quotas(const http::response& answer);

/// What is known after `POST /indicators`.
struct submission_answer {
  std::optional<std::string> submission_id; ///< header Submission-Id; other Stations have none
  bool replayed = false;                    ///< header Idempotent-Replay: the batch had been applied before
};
result<submission_answer> parse_submission_answer(const http::response& answer);

result<submission_status> parse_submission_status(const http::response& answer);
result<page<indicator>> parse_indicator_page(const http::response& answer);
/// Metadata: values that the server does not know are missing; the order is free.
result<std::vector<indicator>> parse_indicators(const http::response& answer);
result<page<summary>> parse_summary_page(const http::response& answer);
result<page<report>> parse_report_page(const http::response& answer);
result<report> parse_report(const http::response& answer);
/// The bare id that `POST /reports` answers.
result<std::string> parse_report_id(const http::response& answer);
/// Tags of a report.
result<std::vector<tag>> parse_tags(const http::response& answer);
// Changes, deletions and alter-tags of a report answer nothing that is needed: `classify` tells the outcome.

} // namespace isacbot::trustar
