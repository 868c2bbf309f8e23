#include "protocol/trustar/server_indicator_answers.hpp"

#include "protocol/trustar/answer_parts.hpp"

#include <string>
#include <vector>

namespace isacbot::trustar {

namespace {

/// One field of a CSV line, quoted where it has to be.
void append_field(std::string& line, std::string_view text) {
  if (!line.empty())
    line.push_back(',');
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line.append(text);
    return;
  }
  line.push_back('"');
  for (char c : text)
    line.append(c == '"' ? 2 : 1, c);
  line.push_back('"');
}

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items)
    text.append(text.empty() ? "" : ";").append(item);
  return text;
}

std::string time_text(const std::optional<sys_time>& at) {
  return at ? std::to_string(to_epoch_ms(*at)) : std::string();
}

std::string csv_line(const indicator& row) {
  std::vector<std::string> tags;
  for (const tag& t : row.tags)
    tags.push_back(t.name);
  std::string line;
  append_field(line, row.type);
  append_field(line, row.value);
  append_field(line, time_text(row.first_seen));
  append_field(line, time_text(row.last_seen));
  append_field(line, std::to_string(row.sightings.value_or(0)));
  append_field(line, std::to_string(row.correlation_count.value_or(0)));
  append_field(line, std::to_string(row.note_count.value_or(0)));
  append_field(line, row.source);
  append_field(line, join(row.enclave_ids));
  append_field(line, join(tags));
  append_field(line, join(row.notes));
  return line.append("\r\n");
}

} // namespace

http::response make_key_page_answer(const page<indicator_key>& found) {
  return page_answer(list_of(found.items, key_object), found);
}

http::response make_details_answer(std::span<const indicator_detail> details) {
  return json_answer(200, list_of(details, [](const indicator_detail& d) {
                       return bj::object{{"indicatorType", d.what.type},
                                         {"value", d.what.value},
                                         {"priorityLevel", "NOT_FOUND"},
                                         {"correlationCount", d.what.correlation_count.value_or(0)},
                                         {"whitelisted", d.whitelisted},
                                         {"weight", 1}};
                     }));
}

http::response make_trends_answer(std::span<const indicator> trends) {
  return json_answer(200, list_of(trends, [](const indicator& item) {
                       return bj::object{{"indicatorType", item.type},
                                         {"value", item.value},
                                         {"correlationCount", item.correlation_count.value_or(0)}};
                     }));
}

http::response make_tag_answer(const tag& t) {
  return json_answer(200, tag_object(t));
}

http::response make_guid_answer(std::string_view guid) {
  return json_answer(200, bj::object{{"guid", guid}});
}

http::response make_export_status_answer(std::string_view status) {
  return json_answer(200, bj::object{{"status", status}});
}

http::response make_csv_answer(std::span<const indicator> rows) {
  std::string csv = "indicatorType,value,firstSeen,lastSeen,sightings,correlationCount,noteCount,source,"
                    "enclaveIds,tags,notes\r\n";
  for (const indicator& row : rows)
    csv.append(csv_line(row));
  return http::make_response(200, "text/csv;charset=UTF-8", std::move(csv));
}

http::response make_empty_cursor_answer() {
  return json_answer(
      200, bj::object{{"items", bj::array()}, {"responseMetadata", {{"nextCursor", ""}, {"totalItems", 0}}}});
}

} // namespace isacbot::trustar
