#include "protocol/slack/text.hpp"

#include "protocol/slack/utf8.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace isacbot::slack {

namespace {

constexpr std::string_view ellipsis = "\xE2\x80\xA6";   // U+2026
constexpr std::string_view modifier_grave = "\xCB\x8B"; // U+02CB, looks like a backtick
constexpr std::array<std::string_view, 3> entities = {"&amp;", "&lt;", "&gt;"};

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '&':
    out.append("&amp;");
    break;
  case '<':
    out.append("&lt;");
    break;
  case '>':
    out.append("&gt;");
    break;
  default:
    out.push_back(c);
  }
}

/// Bytes of the smallest piece that must stay whole: an entity, a <...> token, or one character.
std::size_t unit_length(std::string_view text) noexcept {
  if (text.front() == '&')
    for (std::string_view entity : entities)
      if (text.starts_with(entity))
        return entity.size();
  if (text.front() == '<')
    if (std::size_t end = text.find('>'); end != std::string_view::npos)
      return end + 1;
  return std::max<std::size_t>(character_length(text), 1);
}

} // namespace

mrkdwn mrkdwn::cut(std::size_t limit) const {
  if (count_characters(text_) <= limit)
    return *this;
  std::string kept;
  std::size_t count = 0;
  bool in_code = false;
  for (std::string_view rest = text_; !rest.empty();) {
    std::string_view unit = rest.substr(0, unit_length(rest));
    bool code_after = unit == "`" ? !in_code : in_code;
    std::size_t closing = (code_after ? 1U : 0U) + 1U; // backtick and ellipsis
    if (count + count_characters(unit) + closing > limit)
      break;
    kept.append(unit);
    count += count_characters(unit);
    in_code = code_after;
    rest.remove_prefix(unit.size());
  }
  if (limit > count)
    kept.append(ellipsis);
  if (in_code)
    kept.push_back('`');
  return mrkdwn(std::move(kept));
}

mrkdwn operator""_mrkdwn(const char* text, std::size_t size) {
  return mrkdwn(std::string(text, size));
}

mrkdwn escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (char c : clean_text(text))
    append_escaped(out, c);
  return mrkdwn(std::move(out));
}

mrkdwn code(std::string_view text) {
  std::string out = "`";
  for (char c : clean_text(text)) {
    if (c == '`')
      out.append(modifier_grave);
    else if (c == '\n' || c == '\t')
      out.push_back(' ');
    else
      append_escaped(out, c);
  }
  if (out.find_first_not_of(" `") == std::string::npos)
    out = "`\xE2\x80\x93"; // an empty pair of backticks would be shown as two backticks
  out.push_back('`');
  return mrkdwn(std::move(out));
}

mrkdwn number(std::uint64_t n) {
  return escape(std::to_string(n));
}

mrkdwn date(sys_time when) {
  using namespace std::chrono;
  // Times are data too: what lies outside the years 1970 to 9999 is shown as their edge.
  auto at = floor<seconds>(std::clamp(when, sys_time{}, sys_time{seconds{253'402'300'799}}));
  auto day = floor<days>(at);
  year_month_day ymd{day};
  hh_mm_ss time{at - day};
  std::array<char, 48> utc{};
  std::snprintf(utc.data(), utc.size(), "%04d-%02u-%02u %02d:%02d UTC", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  return mrkdwn("<!date^" + std::to_string(at.time_since_epoch().count()) + "^{date_short_pretty} {time}|" +
                utc.data() + ">");
}

mrkdwn link(std::string_view url, std::string_view label) {
  std::string shown;
  for (char c : clean_text(label))
    if (c == '|')
      shown.append("%7C");
    else
      append_escaped(shown, c == '\n' ? ' ' : c);
  bool is_web = url.starts_with("https://") || url.starts_with("http://");
  if (!is_web)
    return mrkdwn(std::move(shown));
  std::string target;
  for (char c : clean_text(url)) {
    if (c == '|')
      target.append("%7C");
    else if (c == '<')
      target.append("%3C");
    else if (c == '>')
      target.append("%3E");
    else if (c == '&')
      target.append("&amp;");
    else if (c != ' ' && c != '\n' && c != '\t')
      target.push_back(c);
  }
  return mrkdwn("<" + target + (shown.empty() ? "" : "|" + shown) + ">");
}

mrkdwn mention(const user_id& user) {
  auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  if (user.empty() || !std::all_of(user.value.begin(), user.value.end(), allowed))
    return {};
  return mrkdwn("<@" + user.value + ">");
}

mrkdwn join(const std::vector<mrkdwn>& pieces, const mrkdwn& separator) {
  mrkdwn joined;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0)
      joined += separator;
    joined += pieces[i];
  }
  return joined;
}

} // namespace isacbot::slack
