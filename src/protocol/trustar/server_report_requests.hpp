/// Requests about reports, read for the server; the whitelist's, too. Errors carry a cause that may be shown
/// to the client: it names the field, never its content.
#pragma once

#include "core/error.hpp"
#include "protocol/trustar/model.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::trustar {

/// Body of `POST /reports`: `id`, `created`, `updated` are ignored; `time_began` is nullopt when absent or
/// "".
/// @error ec::malformed, also without title, body or exactly one enclave; ec::too_large for the body
result<report> parse_new_report(std::string_view body);

/// Body of `PUT /reports/{id}`, a full replacement: as a new report, but it may leave the enclave out.
/// @error as parse_new_report
result<report> parse_report_update(std::string_view body);

/// Body of `POST /reports/upsert`.
struct report_upsert {
  report what;
  std::string guid; ///< which report to replace, by internal id; empty: none named
};
/// @error as parse_new_report
result<report_upsert> parse_upsert(std::string_view body);

/// Body of `POST /reports/copy/{id}`: what the copy holds instead. Its `enclaveIds` are ignored.
struct edited_copy {
  report what;
  std::vector<std::string> tags; ///< normal names
};
/// @returns nullopt when there is no body, or the literal null: a copy as it is
/// @error as parse_new_report, enclaves aside
result<std::optional<edited_copy>> parse_copy(std::string_view body);

/// Body of `POST /reports/{id}/alter-tags`: normal names; what is missing is empty.
struct tag_names {
  std::vector<std::string> added;
  std::vector<std::string> removed;
};
/// @error ec::malformed
result<tag_names> parse_alter_tags(std::string_view body);

/// Body of `POST /redaction/report`, and what it answers.
struct report_text {
  std::optional<std::string> title;
  std::optional<std::string> body;
};
/// @error ec::malformed; ec::too_large for the body
result<report_text> parse_redaction(std::string_view body);

/// Body of `POST /whitelist`: a list of texts. @error ec::malformed; ec::too_large over 10,000 of them
result<std::vector<std::string>> parse_terms(std::string_view body);

} // namespace isacbot::trustar
