#include "station/pages/html.hpp"

namespace isacbot::station {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// U+202A..U+202E and U+2066..U+2069: they make text look like another text.
bool is_reordering(std::string_view at) noexcept {
  if (at.size() < 3 || at[0] != '\xE2')
    return false;
  auto third = static_cast<unsigned char>(at[2]);
  return (at[1] == '\x80' && third >= 0xAA && third <= 0xAE) ||
         (at[1] == '\x81' && third >= 0xA6 && third <= 0xA9);
}

} // namespace

html& html::text(std::string_view data) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    char c = data[i];
    if (c == '&')
      text_.append("&amp;");
    else if (c == '<')
      text_.append("&lt;");
    else if (c == '>')
      text_.append("&gt;");
    else if (c == '"')
      text_.append("&quot;");
    else if (c == '\'')
      text_.append("&#39;");
    else if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == '\x7f')
      text_.append(replacement);
    else if (is_reordering(data.substr(i))) {
      text_.append(replacement);
      i += 2;
    } else
      text_.push_back(c);
  }
  return *this;
}

} // namespace isacbot::station
