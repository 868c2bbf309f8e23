/// Answers about indicators beyond search and metadata: values as HTTP answers of the server.
#pragma once

#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <span>
#include <string_view>

namespace isacbot::trustar {

/// A page of nothing but type and value.
http::response make_key_page_answer(const page<indicator_key>& found);

struct indicator_detail {
  indicator what;
  bool whitelisted = false;
};
http::response make_details_answer(std::span<const indicator_detail> details);

/// Type, value and `correlationCount`.
http::response make_trends_answer(std::span<const indicator> trends);

http::response make_tag_answer(const tag& t);

/// `{"guid": ...}`, as the start of an export answers.
http::response make_guid_answer(std::string_view guid);
/// @param status  "RUNNING", "ERROR", "CANCELED" or "COMPLETE"
http::response make_export_status_answer(std::string_view status);
/// RFC 4180 with a header line; the columns are named after the fields of metadata, lists are joined by ";".
http::response make_csv_answer(std::span<const indicator> rows);

/// A cursor page without items.
http::response make_empty_cursor_answer();

} // namespace isacbot::trustar
