#include "domain/lists/json_lines_reader.hpp"

#include "domain/line_text.hpp"
#include "protocol/json.hpp"

#include <utility>

namespace isacbot::domain {

json_lines_reader::json_lines_reader(const indicator_list_options& options, item_sink sink)
    : items_(options, true, std::move(sink)) {}

result<void> json_lines_reader::take(const list_line& line) {
  if (line.too_long)
    return items_.refuse(line.number, line.text, line_reason::too_long);
  const std::string_view text = trimmed(line.text);
  if (text.empty())
    return {};
  auto document = json::parse(text, {max_list_entry, 16});
  if (!document)
    return items_.refuse(line.number, text, line_reason::not_understood);
  return row_.make_items(items_, line.number, document->root());
}

result<void> json_lines_reader::feed(std::string_view bytes) {
  return lines_.feed(bytes, [this](const list_line& line) { return take(line); });
}

result<void> json_lines_reader::finish() {
  return lines_.finish([this](const list_line& line) { return take(line); });
}

} // namespace isacbot::domain
