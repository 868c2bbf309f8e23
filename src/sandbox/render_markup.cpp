#include "sandbox/render.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace isacbot::sandbox {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string undo_entities(std::string text) {
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  replace_all(text, "&amp;", "&");
  return text;
}

/// "!date^1700000000^{date_short} {time}|fallback"
std::string render_date(std::string_view token) {
  token.remove_prefix(std::string_view("!date^").size());
  std::string fallback;
  if (std::size_t bar = token.find('|'); bar != std::string_view::npos) {
    fallback = undo_entities(std::string(token.substr(bar + 1)));
    token = token.substr(0, bar);
  }
  std::size_t caret = token.find('^');
  std::time_t when = 0;
  std::string_view digits = token.substr(0, caret);
  auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), when);
  std::tm utc{};
  if (caret == std::string_view::npos || parsed.ec != std::errc() || gmtime_r(&when, &utc) == nullptr)
    return fallback;
  std::string format(token.substr(caret + 1));
  format = format.substr(0, format.find('^')); // an optional link follows
  std::array<char, 32> date{};
  std::array<char, 32> time{};
  std::strftime(date.data(), date.size(), "%Y-%m-%d", &utc);
  std::strftime(time.data(), time.size(), "%H:%M", &utc);
  for (std::string_view name : {"{date_num}", "{date_short_pretty}", "{date_long_pretty}", "{date_pretty}",
                                "{date_short}", "{date_long}", "{date_slash}", "{date}"})
    replace_all(format, name, date.data());
  for (std::string_view name : {"{time_secs}", "{time}"})
    replace_all(format, name, std::string(time.data()) + " UTC");
  return format;
}

std::string render_token(const workspace_state& state, std::string_view token) {
  std::size_t bar = token.find('|');
  std::string head(token.substr(0, bar));
  std::string label = bar == std::string_view::npos ? "" : undo_entities(std::string(token.substr(bar + 1)));
  if (token.starts_with("!date^"))
    return render_date(token);
  if (token.starts_with('@')) {
    auto found = state.people.find(head.substr(1));
    return "@" + (found != state.people.end() ? found->second.name : head.substr(1));
  }
  if (token.starts_with('#')) {
    auto found = state.channels.find(head.substr(1));
    return "#" + (found != state.channels.end() ? found->second.name : head.substr(1));
  }
  if (token.starts_with('!'))
    return "@" + (label.empty() ? head.substr(1) : label);
  head = undo_entities(head);
  return label.empty() || label == head ? head : label + " (" + head + ")";
}

} // namespace

std::string render_markup(const workspace_state& state, std::string_view mrkdwn) {
  std::string shown;
  while (!mrkdwn.empty()) {
    std::size_t open = mrkdwn.find('<');
    shown += undo_entities(std::string(mrkdwn.substr(0, open)));
    if (open == std::string_view::npos)
      break;
    mrkdwn.remove_prefix(open + 1);
    std::size_t close = mrkdwn.find_first_of(">\n");
    if (close == std::string_view::npos || mrkdwn[close] == '\n') {
      shown.push_back('<');
      continue;
    }
    shown += render_token(state, mrkdwn.substr(0, close));
    mrkdwn.remove_prefix(close + 1);
  }
  return shown;
}

} // namespace isacbot::sandbox
