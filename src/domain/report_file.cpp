#include "domain/report_file.hpp"

#include "domain/lists/text_decoder.hpp"
#include "protocol/slack/utf8.hpp"

namespace isacbot::domain {

namespace {

error no_text(std::string cause) {
  return fail(ec::malformed, std::move(cause),
              "This file is no plain text. Please attach a text file (UTF-8), or paste the text.");
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto length = slack::character_length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

} // namespace

result<std::string> read_text_file(std::string_view file) {
  text_decoder decoder;
  std::string text(decoder.feed(file));
  text += decoder.finish();
  if (decoder.faults() > 0)
    return no_text("a UTF-16 file with a lone surrogate or half a character");
  const std::string_view bytes = text;
  if (bytes.find('\0') != std::string_view::npos)
    return no_text("a file with NUL bytes");
  if (!is_utf8(bytes))
    return no_text("a file that is no UTF-8");
  std::string out;
  out.reserve(bytes.size());
  std::size_t controls = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    char c = bytes[at];
    if (c == '\r') {
      if (at + 1 == bytes.size() || bytes[at + 1] != '\n')
        out.push_back('\n');
    } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == '\x7F') {
      ++controls;
    } else {
      out.push_back(c);
    }
  }
  if (controls > 8 && controls > bytes.size() / 50)
    return no_text("a file full of control characters");
  if (is_blank(out))
    return fail(ec::invalid_argument, "an attached file is empty", "This file is empty.");
  return out;
}

} // namespace isacbot::domain
