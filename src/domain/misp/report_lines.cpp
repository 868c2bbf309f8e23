#include "domain/misp/report_lines.hpp"

#include "core/bytes.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <span>

namespace isacbot::domain {

namespace {

/// What the character at `at` is, and its bytes.
struct character {
  enum class kind { text, blank, line_break, control };
  kind what;
  std::size_t size;
};

character read_character(std::string_view text, std::size_t at) {
  using kind = character::kind;
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first == '\r')
    return {kind::line_break, byte(1) == '\n' ? 2U : 1U};
  if (first == '\n')
    return {kind::line_break, 1};
  if (first == '\t' || first == '\v' || first == '\f')
    return {kind::blank, 1};
  if (first < 0x20 || first == 0x7F)
    return {kind::control, 1};
  if (first == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) // C1 controls
    return {kind::control, 2};
  if (first == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9))
    return {kind::line_break, 3};
  return {kind::text, 1};
}

} // namespace

std::string clean_value(std::string_view text, std::string_view line_break) {
  std::string out;
  out.reserve(text.size());
  std::size_t pending = 0; // line breaks that count only if something follows
  for (std::size_t at = 0; at < text.size();) {
    const character c = read_character(text, at);
    if (c.what == character::kind::line_break) {
      ++pending;
    } else if (c.what != character::kind::control) {
      for (; pending != 0; --pending)
        out.append(line_break);
      out.push_back(c.what == character::kind::blank ? ' ' : text[at]);
    }
    at += c.size;
  }
  return out;
}

std::string fold_line(std::string_view text) {
  const std::string clean = clean_value(text, " ");
  std::string out;
  out.reserve(clean.size());
  for (char c : clean)
    if (c != ' ' || (!out.empty() && out.back() != ' '))
      out.push_back(c);
  while (out.ends_with(' '))
    out.pop_back();
  return out;
}

std::string cut_line(std::string text, std::size_t max_bytes) {
  constexpr std::string_view mark = "...";
  if (text.size() <= max_bytes)
    return text;
  std::size_t end = max_bytes > mark.size() ? max_bytes - mark.size() : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  text.resize(end);
  return text.append(mark.substr(0, max_bytes));
}

std::string hash_text(std::string_view text) {
  const std::string digest = sha256(text);
  return to_hex(std::as_bytes(std::span(digest.data(), digest.size())));
}

std::string show_time(std::int64_t epoch_seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds{epoch_seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace isacbot::domain
