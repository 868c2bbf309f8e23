// How one log line is written: escaping is all there is to it.
#include "telemetry/logging.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace isacbot::telemetry {

namespace {

constexpr char32_t broken = 0xFFFFFFFF;

/// Decodes one code point (RFC 3629: no overlong forms, surrogates or values above U+10FFFF).
/// @returns the code point, or `broken`, with `length` set to the bytes to skip (1 if broken)
char32_t decode(std::string_view text, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  length = 1;
  const unsigned first = byte(0);
  if (first < 0x80)
    return first;
  const std::size_t n = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < n)
    return broken;
  char32_t point = first & (0xFFU >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U)
      return broken;
    point = point << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (point < smallest[n] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return broken;
  length = n;
  return point;
}

/// Whether a character could end a line, move a cursor, or turn the reading direction of what follows.
bool is_unsafe(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0x061C || c == 0x200E ||
         c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_unicode_escape(std::string& out, char32_t c) {
  std::array<char, 16> text{}; // all unsafe ones have four digits; room for eight calms the compiler
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(c));
  out += text.data();
}

/// Appends `text` such that it stays on its line and between its quotes.
void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t length = 1;
    const char32_t c = decode(text, length);
    if (c == broken)
      out += "\xEF\xBF\xBD"; // U+FFFD, so that the line is always valid UTF-8
    else if (c == '"' || c == '\\')
      out.append(1, '\\').append(1, static_cast<char>(c));
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (is_unsafe(c))
      append_unicode_escape(out, c);
    else
      out += text.substr(0, length);
    text.remove_prefix(length);
  }
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == ':' || c == '/' || c == '@' || c == '+';
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

/// Text form: quotes only around what is not one plain word.
void append_word(std::string& out, std::string_view text) {
  bool plain = !text.empty();
  for (const char c : text)
    plain = plain && is_plain(c);
  if (plain)
    out += text;
  else
    append_quoted(out, text);
}

template <class Append>
void append_value(std::string& out, const field& f, Append append_text) {
  if (const auto* text = std::get_if<std::string_view>(&f.value()))
    append_text(out, *text);
  else if (const auto* number = std::get_if<std::int64_t>(&f.value()))
    out += std::to_string(*number);
  else
    out += std::get<bool>(f.value()) ? "true" : "false";
}

/// RFC 3339 in UTC with milliseconds.
void append_time(std::string& out, sys_time now) {
  const auto ms = to_epoch_ms(now);
  std::time_t seconds_since = ms / 1000;
  auto rest = static_cast<int>(ms % 1000);
  if (rest < 0) {
    rest += 1000;
    --seconds_since;
  }
  std::tm parts{};
  gmtime_r(&seconds_since, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, rest);
  out += text.data();
}

} // namespace

std::string_view to_string(log_level level) noexcept {
  switch (level) {
  case log_level::debug:
    return "debug";
  case log_level::info:
    return "info";
  case log_level::warning:
    return "warning";
  case log_level::error:
    return "error";
  case log_level::off:
    return "off";
  }
  return "off";
}

std::string format_line(log_format format, sys_time now, log_level level, std::string_view component,
                        std::string_view message, std::initializer_list<field> fields) {
  std::string out;
  out.reserve(160);
  if (format == log_format::json) {
    out += "{\"time\":\"";
    append_time(out, now);
    out.append("\",\"level\":\"").append(to_string(level)).append("\",\"component\":");
    append_quoted(out, component);
    out += ",\"message\":";
    append_quoted(out, message);
    for (const field& f : fields) {
      out.append(",\"").append(f.name()).append("\":");
      append_value(out, f, append_quoted);
    }
    out += '}';
    return out;
  }
  append_time(out, now);
  out.append(" ").append(to_string(level)).append(" ");
  append_escaped(out, component);
  out += ": ";
  append_escaped(out, message);
  for (const field& f : fields) {
    out.append(" ").append(f.name()).append("=");
    append_value(out, f, append_word);
  }
  return out;
}

} // namespace isacbot::telemetry
