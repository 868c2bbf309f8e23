#include "domain/report_file.hpp"

#include "protocol/slack/utf8.hpp"

#include <cstdint>

namespace isacbot::domain {

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf16_little_mark = "\xFF\xFE";
constexpr std::string_view utf16_big_mark = "\xFE\xFF";

error no_text(std::string cause) {
  return fail(ec::malformed, std::move(cause),
              "This file is no plain text. Please attach a text file (UTF-8), or paste the text.");
}

void append_utf8(std::string& out, std::uint32_t c) {
  auto byte = [&](std::uint32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

/// RFC 2781 section 2.2.
result<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  if (bytes.size() % 2 != 0)
    return no_text("a UTF-16 file with half a character");
  auto unit = [&](std::size_t at) -> std::uint32_t {
    auto first = static_cast<unsigned char>(bytes[at]);
    auto second = static_cast<unsigned char>(bytes[at + 1]);
    return big_endian ? static_cast<std::uint32_t>(first << 8 | second)
                      : static_cast<std::uint32_t>(second << 8 | first);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    std::uint32_t c = unit(at);
    if (c >= 0xD800 && c < 0xE000) {
      std::uint32_t low = c < 0xDC00 && at + 2 < bytes.size() ? unit(at + 2) : 0;
      if (low < 0xDC00 || low >= 0xE000)
        return no_text("a UTF-16 file with a lone surrogate");
      c = 0x10000 + ((c & 0x3FF) << 10 | (low & 0x3FF));
      at += 2;
    }
    append_utf8(out, c);
  }
  return out;
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

result<std::string> read_text_file(std::string_view bytes) {
  std::string converted;
  if (bytes.starts_with(utf16_little_mark) || bytes.starts_with(utf16_big_mark)) {
    auto text = from_utf16(bytes.substr(2), bytes.starts_with(utf16_big_mark));
    if (!text)
      return text.error();
    converted = std::move(*text);
    bytes = converted;
  } else if (bytes.starts_with(utf8_mark)) {
    bytes.remove_prefix(utf8_mark.size());
  }
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
