#include "domain/answers/limits.hpp"

#include "domain/admission.hpp"
#include "domain/answers/show.hpp"

#include <algorithm>
#include <string>

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_names = 10;

mrkdwn whose(limit_level level) {
  switch (level) {
  case limit_level::user:
    return "you"_mrkdwn;
  case limit_level::credential:
    return "your API key"_mrkdwn;
  case limit_level::workspace:
    return "this workspace"_mrkdwn;
  case limit_level::address:
    return "everybody who uses this bot"_mrkdwn;
  case limit_level::company_day:
    return "your company today"_mrkdwn;
  }
  return "you"_mrkdwn;
}

/// "1 minute": a window as people say it.
mrkdwn window_text(std::chrono::nanoseconds window) {
  constexpr std::string_view about_word = "about ";
  std::string text = about(window);
  if (text.starts_with(about_word))
    text.erase(0, about_word.size());
  return escape(text);
}

mrkdwn limit_line(const limit_standing& x) {
  mrkdwn line = "\xE2\x80\xA2 for "_mrkdwn + whose(x.level) + ": "_mrkdwn;
  const bool day = x.level == limit_level::company_day;
  if (x.available == 0 && day)
    line += "none left"_mrkdwn;
  else if (x.available == 0)
    line += "none now, the next in "_mrkdwn + escape(about(x.next_in));
  else
    line += counted(x.available, "call"_mrkdwn, "calls"_mrkdwn) + (day ? " left"_mrkdwn : " now"_mrkdwn);
  if (day)
    return line + " of "_mrkdwn + grouped(x.rule.count) + "; a new day begins in "_mrkdwn +
           escape(about(x.full_in));
  if (x.available > 0 && x.full_in.count() > 0)
    line += ", all of its "_mrkdwn + grouped(x.rule.burst) + " again in "_mrkdwn + escape(about(x.full_in));
  return line + " (at most "_mrkdwn + grouped(x.rule.count) + " in "_mrkdwn + window_text(x.rule.window) +
         ")"_mrkdwn;
}

} // namespace

mrkdwn sharing_sentence(const key_sharing& shared) {
  if (shared.others == 0)
    return {};
  mrkdwn text = " "_mrkdwn + counted(shared.others, "other member uses"_mrkdwn, "other members use"_mrkdwn) +
                " the same key"_mrkdwn;
  if (!shared.names.empty()) {
    text += " ("_mrkdwn;
    for (std::size_t i = 0; i < std::min(shared.names.size(), most_names); ++i)
      text += (i == 0 ? ""_mrkdwn : ", "_mrkdwn) + show_text(shared.names[i].value, 40);
    text += shared.names.size() > most_names ? ", \xE2\x80\xA6)"_mrkdwn : ")"_mrkdwn;
  }
  return text + ": you share its calls."_mrkdwn;
}

mrkdwn limits_text(std::span<const limit_standing> limits) {
  mrkdwn text = "*Calls to Station*"_mrkdwn;
  for (const limit_standing& x : limits)
    text += "\n"_mrkdwn + limit_line(x);
  return text;
}

} // namespace isacbot::domain::answers
