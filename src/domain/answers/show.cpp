#include "domain/answers/show.hpp"

#include "core/bytes.hpp"
#include "domain/answers.hpp"
#include "observables/observables.hpp"
#include "protocol/http/message.hpp"
#include "protocol/percent.hpp"
#include "protocol/slack/utf8.hpp"

#include <algorithm>
#include <span>

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_value_characters = 300;
constexpr std::size_t most_lines = 10;

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80U;
}

/// Turns "http" or "https" at the end of `text` into what the field writes.
/// @returns whether the scheme there is broken now, or was already
bool break_scheme(std::string& text) {
  std::size_t letters = text.ends_with('s') || text.ends_with('S') ? 5 : 4;
  if (text.size() < letters)
    return false;
  std::size_t start = text.size() - letters;
  std::string_view scheme = std::string_view(text).substr(start, 4);
  bool is_lower = http::equal_ignoring_case(scheme, "http") && scheme[1] == 't';
  if (http::equal_ignoring_case(scheme, "http"))
    text.replace(start + 1, 2, is_lower ? "xx" : "XX");
  return http::equal_ignoring_case(std::string_view(text).substr(start, 4), "hxxp");
}

std::string without_slashes(std::string_view url) {
  while (url.ends_with('/'))
    url.remove_suffix(1);
  return std::string(url);
}

} // namespace

std::string defang_text(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool between_words = i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    if (text.substr(i).starts_with("://"))
      out.append(break_scheme(out) ? ":" : "[:]");
    else if (text[i] == '.' && between_words)
      out.append("[.]");
    else if (text[i] == '@' && between_words)
      out.append("[at]");
    else
      out.push_back(text[i]);
  }
  return out;
}

mrkdwn show_value(std::string_view type, std::string_view value) {
  auto kind = observables::parse_type(type);
  std::string shown = kind ? observables::defang(*kind, value) : defang_text(value);
  return code(cut_text(shown, most_value_characters));
}

mrkdwn show_text(std::string_view text, std::size_t limit) {
  return code(cut_text(defang_text(text), limit));
}

mrkdwn show_list(const std::vector<std::string>& texts, std::size_t most) {
  std::vector<mrkdwn> shown;
  for (const std::string& text : texts)
    if (shown.size() < most)
      shown.push_back(show_text(text, 80));
  mrkdwn list = join(shown, ", "_mrkdwn);
  if (texts.size() > most)
    list += " and "_mrkdwn + grouped(texts.size() - most) + " more"_mrkdwn;
  return list;
}

std::string_view shown_type(std::string_view type, std::string_view value) noexcept {
  if (type == "URL" && value.find('/') == std::string_view::npos)
    return "DOMAIN";
  return type;
}

mrkdwn grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t i = digits.size(); i > 3;)
    digits.insert(i -= 3, 1, ',');
  return escape(digits);
}

mrkdwn counted(std::uint64_t n, const mrkdwn& one, const mrkdwn& many) {
  return grouped(n) + " "_mrkdwn + (n == 1 ? one : many);
}

mrkdwn show_types(const std::vector<type_count>& types) {
  std::vector<mrkdwn> shown;
  for (const type_count& type : types)
    if (type.count > 0)
      shown.push_back(grouped(type.count) + " "_mrkdwn + escape(defang_text(cut_text(type.type, 40))));
  return shown.empty() ? "none"_mrkdwn : join(shown, ", "_mrkdwn);
}

mrkdwn show_reason(line_reason reason) {
  switch (reason) {
  case line_reason::not_understood:
    return "no indicator found in it"_mrkdwn;
  case line_reason::special_address:
    return "private or reserved address"_mrkdwn;
  case line_reason::safelisted:
    return "on your company's safelist"_mrkdwn;
  case line_reason::no_wire_type:
    return "of a type that Station doesn't take"_mrkdwn;
  case line_reason::refused_by_station:
    return "refused by Station"_mrkdwn;
  case line_reason::too_long:
    return "too long"_mrkdwn;
  case line_reason::context_only:
    return "marked as context, not as an indicator"_mrkdwn;
  }
  return "not sent"_mrkdwn;
}

void add_lines(std::vector<block>& blocks, const mrkdwn& title, const std::vector<line_report>& lines,
               std::uint64_t total) {
  if (total == 0 && lines.empty())
    return;
  std::vector<mrkdwn> shown = {title};
  const std::size_t few = std::min(lines.size(), most_lines);
  for (const line_report& line : std::span(lines).first(few)) {
    // Values that Station refused come without a line.
    mrkdwn place = line.line == 0 ? "\xE2\x80\xA2 "_mrkdwn
                                  : "\xE2\x80\xA2 Line "_mrkdwn + number(line.line) + ": "_mrkdwn;
    shown.push_back(place + show_text(line.text, 100) + " \xE2\x80\x93 "_mrkdwn + show_reason(line.reason));
  }
  total = std::max<std::uint64_t>(total, lines.size());
  if (total > few)
    shown.push_back("\xE2\x80\xA2 and "_mrkdwn + grouped(total - few) + " more"_mrkdwn);
  for (block& b : sections_of_lines(shown))
    blocks.push_back(std::move(b));
}

std::string start_address(std::string_view station_url) {
  return station_url.empty() ? std::string() : without_slashes(station_url) + "/";
}

std::string report_address(std::string_view station_url, std::string_view report_id) {
  if (station_url.empty() || report_id.empty())
    return {};
  return without_slashes(station_url) + "/constellation/reports/" +
         percent::encode(report_id, percent::alphabet::path);
}

std::string indicator_address(std::string_view station_url, std::string_view type, std::string_view value) {
  if (station_url.empty())
    return {};
  // The page's name is Base64 of the quoted pair; Base64 has slashes, so it is quoted once more for the path.
  std::string pair = std::string(type) + "|" + std::string(value);
  return report_address(station_url, to_base64(percent::encode(pair, percent::alphabet::path)));
}

block reference_note(std::string_view reference) {
  return context("If you ask the people who run this bot, name the reference "_mrkdwn + show_text(reference) +
                 "."_mrkdwn);
}

element register_button(std::string_view label) {
  button_options options;
  options.style = button_style::primary;
  return button(action_open_register, label, options);
}

} // namespace isacbot::domain::answers
