/// Answers about reports, and the whitelist's: values as HTTP answers of the server.
#pragma once

#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"
#include "protocol/trustar/server_report_requests.hpp"

#include <span>
#include <string>
#include <string_view>

namespace isacbot::trustar {

http::response make_report_answer(const report& found);
/// Search results: bodies are null whatever they hold.
http::response make_report_page_answer(const page<report>& found);
/// Lists by time and correlated reports: bodies included.
http::response make_full_report_page_answer(const page<report>& found);

/// `{"id": ...}`, as tagging, copying and moving answer.
http::response make_id_answer(std::string_view id);
http::response make_tags_answer(std::span<const tag> tags);
/// A plain list of texts, as `GET /reports/correlate` answers.
http::response make_texts_answer(const std::vector<std::string>& items);

/// A value of a report.
struct report_indicator {
  std::string type;
  std::string value;
  bool whitelisted = false;
};
http::response make_report_indicators_answer(const page<report_indicator>& found);

/// The values that were added.
http::response make_whitelisted_answer(std::span<const indicator_key> added);

http::response make_redaction_answer(const report_text& redacted);

} // namespace isacbot::trustar
