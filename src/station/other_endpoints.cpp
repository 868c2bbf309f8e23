/// Redaction, and phishing triage as a server without a mailbox has it: nothing to triage.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_indicator_answers.hpp"
#include "protocol/trustar/server_indicator_requests.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_report_requests.hpp"
#include "station/endpoints.hpp"
#include "station/redaction.hpp"

#include <utility>

namespace isacbot::station {

result<http::response> endpoints::redact_report(const call& c) const {
  auto text = trustar::parse_redaction(c.request.body);
  if (!text)
    return text.error();
  auto library = list_redaction_terms(store_, c.caller.company);
  if (!library)
    return library.error();
  if (text->title)
    text->title = redact(*text->title, *library);
  if (text->body)
    text->body = redact(*text->body, *library);
  return trustar::make_redaction_answer(*text);
}

result<http::response> endpoints::show_triage(const call& c) const {
  if (auto ok = trustar::check_triage(c.request.body); !ok)
    return ok.error();
  return trustar::make_empty_cursor_answer();
}

result<http::response> endpoints::mark_triage(const call& c) const {
  std::string_view status = c.target.query.text("status").value_or(std::string_view());
  if (status != "CONFIRMED" && status != "IGNORED")
    return fail(ec::malformed, "status must be CONFIRMED or IGNORED.");
  return fail(ec::not_found, "No phishing submission with that ID.");
}

} // namespace isacbot::station
