#include "domain/line_fields.hpp"

#include "domain/line_text.hpp"

namespace isacbot::domain {

std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = text.find_first_of("\n\r\f");
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos)
    text = {};
  else
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  return line;
}

line_parts split_comment(std::string_view line) noexcept {
  line = trimmed(line);
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')
      return {trimmed(line.substr(0, at)), trimmed(line.substr(at + 1))};
  return {line, {}};
}

std::vector<std::string_view> split_fields(std::string_view content) {
  std::vector<std::string_view> out;
  while (!content.empty()) {
    content = trimmed(content);
    std::size_t from = 0;
    // A quoted field ends after its closing quote; without one it is no quoted field.
    if (content.starts_with('"')) {
      const std::size_t close = content.find('"', 1);
      from = close == std::string_view::npos ? 0 : close;
    }
    std::size_t end = from;
    for (bool in_link = false; end < content.size(); ++end) {
      const char c = content[end];
      if (c == '<')
        in_link = content.find('>', end) != std::string_view::npos;
      else if (c == '>')
        in_link = false;
      else if (!in_link && (c == ',' || c == ';' || c == '\t'))
        break;
    }
    std::string_view field = trimmed(content.substr(0, end));
    if (field.size() >= 2 && field.starts_with('"') && field.ends_with('"'))
      field = trimmed(field.substr(1, field.size() - 2));
    if (!field.empty())
      out.push_back(field);
    content.remove_prefix(end < content.size() ? end + 1 : end);
  }
  return out;
}

} // namespace isacbot::domain
