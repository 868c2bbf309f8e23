/// The server's half of TruSTAR's API 1.3, inward: what clients send, read into values (reports:
/// server_report_requests.hpp). Errors carry a cause
/// that may be shown to the client: it names the field, never its content.
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"
#include "protocol/trustar/query.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::trustar {

/// What a client proves itself with at `POST /oauth/token`.
struct basic_credentials {
  std::string key;
  secret api_secret;
};

/// Reads "Basic <base64>" (RFC 7617): split at the first colon, bytes taken as they are.
/// @error ec::unauthorized
result<basic_credentials> parse_basic(std::string_view authorization);

/// Reads "Bearer <token>" (RFC 6750). @returns nullopt for any other scheme
std::optional<std::string_view> parse_bearer(std::string_view authorization);

/// `grant_type` from a form body, or from the query, where one client puts it.
std::string grant_type_of(const query_reader& query, std::string_view body);

/// A tag's name as it is stored and compared: blanks around it off, letters in lower case
/// (core/case_fold.hpp).
std::string normal_tag_name(std::string_view name);

/// A tag's name from a query, in normal form. @error ec::malformed when it is empty, too long or not
/// printable
result<std::string> parse_tag_name(std::string_view name);

/// Body of `POST /indicators`. Names of tags come as normal_tag_name gives them.
/// @error ec::malformed; ec::too_large over 10,000 rows
result<indicator_submission> parse_submission(std::string_view body);

/// Parameters of a search and, when the body is not empty, its `searchTerm`.
/// @error ec::malformed
result<search> parse_search(const query_reader& query, std::string_view body);

/// Body of `POST /indicators/metadata`. @error ec::malformed; ec::too_large over 1,000 rows
result<std::vector<indicator_key>> parse_metadata_keys(std::string_view body);

/// Body of `POST /indicators/summaries`. @error ec::malformed; ec::too_large over 100 values
result<std::vector<std::string>> parse_values(std::string_view body);

} // namespace isacbot::trustar
