/// The client's half of TruSTAR's API 1.3: what we ask, as HTTP requests. Every function is deterministic:
/// the same arguments give the same bytes, so that a batch sent again under its idempotency key is the same
/// request.
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::trustar {

/// Where a Station is and how we introduce ourselves there.
struct origin {
  std::string url;            ///< "https://host[:port]", no path; a slash at the end does no harm
  std::string client_version; ///< header Client-Version: our version
};

/// `POST /oauth/token` (RFC 6749 section 4.4), without Client-* headers, as the official client does.
http::request make_token_request(const origin& station, std::string_view api_key, const secret& api_secret);

http::request make_ping_request(const origin& station, const secret& token);
http::request make_version_request(const origin& station, const secret& token);
http::request make_enclaves_request(const origin& station, const secret& token);
http::request make_quotas_request(const origin& station, const secret& token);

/// @param idempotency_key  header Idempotency-Key, 1 to 255 printable ASCII characters; empty: not sent
/// @error ec::invalid_argument without rows or enclaves, or with a key that is no header text
/// @error ec::too_large        over 10,000 rows
result<http::request> make_submission_request(const origin& station, const secret& token,
                                              const indicator_submission& submission,
                                              std::string_view idempotency_key);

/// How far an indicator submission has come: an extension of our Station (404 or 400 elsewhere).
http::request make_submission_status_request(const origin& station, const secret& token, std::string_view id);

http::request make_indicator_search_request(const origin& station, const secret& token, const search& what);

/// @error ec::too_large over 1,000 rows; ec::invalid_argument when only some rows have a type
result<http::request> make_metadata_request(const origin& station, const secret& token,
                                            std::span<const indicator_key> keys,
                                            const std::vector<std::string>& enclave_ids);

/// @error ec::too_large over 100 values
result<http::request> make_summaries_request(const origin& station, const secret& token,
                                             const std::vector<std::string>& values,
                                             const std::vector<std::string>& enclave_ids);

/// `what.entity_types` is not sent: reports have none.
/// @error ec::invalid_argument on a term of one or two characters, which the server refuses
result<http::request> make_report_search_request(const origin& station, const secret& token,
                                                 const search& what);

// Reports (report_requests.cpp).

/// `POST /reports`; `what.id` is not sent.
/// @error ec::invalid_argument without title, body or exactly one enclave
result<http::request> make_report_request(const origin& station, const secret& token, const report& what);

/// `PUT /reports/<what.id>`: replaces everything, tags apart.
/// @error as make_report_request; ec::invalid_argument without id
result<http::request> make_report_update_request(const origin& station, const secret& token,
                                                 const report& what);

/// `DELETE /reports/<id>`
http::request make_report_delete_request(const origin& station, const secret& token, std::string_view id);

/// `GET /reports/<id>`; `external` looks `id` up as the external tracking id.
http::request make_report_details_request(const origin& station, const secret& token, std::string_view id,
                                          bool external);

/// `GET /reports/<external id>` for the report of one enclave. The service looks in every enclave that the
/// caller reads; our Station keeps to `enclaveIds`, others ignore it. So look where the found one is.
http::request make_report_look_up_request(const origin& station, const secret& token,
                                          std::string_view external_id, std::string_view enclave_id);

/// `GET /reports/<id>/status`: parse_submission_status reads the answer.
http::request make_report_status_request(const origin& station, const secret& token, std::string_view id);

/// `GET /reports/<id>/tags`: parse_tags reads the answer.
http::request make_report_tags_request(const origin& station, const secret& token, std::string_view id);

/// `POST /reports/<id>/alter-tags`. Adding a tag that is there or removing one that is not is no error, so
/// this may be repeated.
http::request make_alter_tags_request(const origin& station, const secret& token, std::string_view id,
                                      const std::vector<std::string>& added,
                                      const std::vector<std::string>& removed);

/// `GET /reports/<id>/indicators`, without whitelisted ones: parse_indicator_page reads the answer.
/// @param page_size  1 to 1,000
http::request make_report_indicators_request(const origin& station, const secret& token, std::string_view id,
                                             std::uint32_t page_number, std::uint32_t page_size);

/// `GET /reports/correlated`: reports that hold any of the values; parse_report_page reads the answer.
/// @param values  1 to 25 (the service's advice), in wire form
/// @error ec::invalid_argument, ec::too_large
result<http::request> make_correlated_reports_request(const origin& station, const secret& token,
                                                      const std::vector<std::string>& values,
                                                      const std::vector<std::string>& enclave_ids,
                                                      std::uint32_t page_number, std::uint32_t page_size);

/// `GET /whitelist` of the caller's company: parse_indicator_page reads the answer.
/// @param page_size  1 to 1,000
http::request make_whitelist_request(const origin& station, const secret& token, std::uint32_t page_number,
                                     std::uint32_t page_size);

/// Page of a report: "<station>/constellation/reports/<id>".
std::string report_link(std::string_view station_url, std::string_view report_id);

/// Page of an indicator: the same path with Base64 of the URL-quoted "TYPE|value".
std::string indicator_link(std::string_view station_url, std::string_view wire_type, std::string_view value);

} // namespace isacbot::trustar
