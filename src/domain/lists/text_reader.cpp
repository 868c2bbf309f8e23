#include "domain/lists/text_reader.hpp"

#include <utility>

namespace isacbot::domain {

text_reader::text_reader(const indicator_list_options& options, bool loose, item_sink sink)
    : items_(options, loose, std::move(sink)) {}

result<void> text_reader::take(const list_line& line) {
  if (line.too_long)
    return items_.refuse(line.number, line.text, line_reason::too_long);
  return items_.add_line(line.number, line.text);
}

result<void> text_reader::feed(std::string_view bytes) {
  return lines_.feed(bytes, [this](const list_line& line) { return take(line); });
}

result<void> text_reader::finish() {
  return lines_.finish([this](const list_line& line) { return take(line); });
}

} // namespace isacbot::domain
