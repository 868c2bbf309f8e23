#include "domain/lists/csv_reader.hpp"

#include "domain/line_text.hpp"

#include <utility>

namespace isacbot::domain {

csv_reader::csv_reader(const indicator_list_options& options, csv_layout layout, item_sink sink)
    : items_(options, true, std::move(sink)),
      layout_(std::move(layout)),
      header_left_(layout_.header),
      records_(layout_.delimiter, [this](const table_record& r) { return take(r); }) {}

result<void> csv_reader::feed(std::string_view bytes) {
  return records_.feed(bytes);
}

result<void> csv_reader::finish() {
  return records_.finish();
}

result<void> csv_reader::take(const table_record& record) {
  const std::string_view text = trimmed(record.text);
  if (record.too_long)
    return items_.refuse(record.line, text, line_reason::too_long);
  if (text.empty() || text.starts_with('#'))
    return {};
  if (record.malformed)
    return items_.refuse(record.line, text, line_reason::not_understood);
  if (std::exchange(header_left_, false))
    return {};
  if (layout_.columns.size() == 1)
    return items_.add_line(record.line, text); // a list under a title: lines may hold more than the column
  row_.clear();
  for (std::size_t i = 0; i < record.fields.size(); ++i)
    row_.add(i < layout_.columns.size() ? layout_.columns[i] : field_role::notes, record.fields[i]);
  if (row_.is_blank() && text.find_first_not_of(",;\t \"") == std::string_view::npos)
    return {}; // a spreadsheet's empty row
  return row_.make_items(items_, record.line, text);
}

} // namespace isacbot::domain
