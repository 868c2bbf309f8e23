/// Summaries of indicators: answered by the server, and read from files of scores, whose lines look like the
/// items of such an answer.
#pragma once

#include "core/error.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <string_view>

namespace isacbot::trustar {

http::response make_summary_page_answer(const page<summary>& found);

/// One line of a file of scores: a JSON object with the fields of a summary. `value` is needed, and a `score`
/// or a `severityLevel`; `type`, `source`, `enclaveId`, `reportId`, `description`, `created`, `updated` and
/// `attributes` may be there; others are ignored.
/// @error ec::malformed, ec::too_large; the cause names the field, never its content
result<summary> parse_score_line(std::string_view line);

} // namespace isacbot::trustar
