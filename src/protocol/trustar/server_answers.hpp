/// The server's half of TruSTAR's API 1.3, outward: values as HTTP answers (reports:
/// server_report_answers.hpp). Success is always 200: one client
/// takes every other 2xx for a failure.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <span>
#include <string>
#include <string_view>

namespace isacbot::trustar {

http::response make_text_answer(std::string text);
/// 200 without a body and without a content type.
http::response make_empty_answer();

/// The standard error object: timestamp, status, error, message, path.
/// @param path  as the client sent it, without the query; made printable here
http::response make_error_answer(unsigned status, std::string_view message, std::string_view path,
                                 sys_time now);

/// Errors of OAuth: `error` and `error_description`.
http::response make_oauth_error(unsigned status, std::string_view error, std::string_view description);
/// 400 with the texts that clients compare exactly.
http::response make_token_expired_answer();
http::response make_token_invalid_answer();

/// 429: exactly `message` and `waitTime`. @param wait  rounded up to milliseconds by the caller, at least 1
/// ms
http::response make_limit_answer(milliseconds wait);

http::response make_token_answer(const access_token& token);
http::response make_enclaves_answer(std::span<const enclave> enclaves);
http::response make_quotas_answer(std::span<const request_quota> quotas);
http::response make_status_answer(const submission_status& status);

/// Search results: type, value, guid, times.
http::response make_indicator_page_answer(const page<indicator>& found);
/// Metadata: every field.
http::response make_metadata_answer(std::span<const indicator> found);

} // namespace isacbot::trustar
