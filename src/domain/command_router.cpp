#include "domain/command_router.hpp"

#include "domain/line_text.hpp"
#include "protocol/slack/text.hpp"

#include <utility>

namespace isacbot::domain {

namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// First word, in lower case, and the rest.
std::pair<std::string, std::string_view> first_word(std::string_view text) {
  text = trimmed(text);
  const std::size_t end = text.find_first_of(" \t\r\n");
  if (end == std::string_view::npos)
    return {lower(text), {}};
  return {lower(text.substr(0, end)), trimmed(text.substr(end))};
}

command search(std::string_view text) {
  auto term = parse_search_term(text);
  if (!term)
    return bad_search_command{term.error()};
  return search_command{std::move(*term)};
}

command register_or_remove(std::string_view text) {
  const auto [word, rest] = first_word(text);
  if (word.empty())
    return register_command{};
  if (rest.empty() && word == "remove")
    return unregister_command{};
  if (rest.empty() && word == "help")
    return help_command{};
  return key_typed_command{};
}

/// Ids are ours: short, letters, digits and dashes. Anything else is no id and is not looked up.
bool is_id(std::string_view text) noexcept {
  return text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") ==
             std::string_view::npos;
}

/// `/trustar <word> ...`: the other commands are understood as words, too, as people try that first.
command route_word(std::string_view text) {
  const std::string normal = slack::normalise_text(text);
  const auto [word, rest] = first_word(normal);
  if (word.empty() || (word == "help" && rest.empty()))
    return help_command{};
  if (word == "status" && is_id(rest))
    return status_command{submission_id{std::string{rest}}};
  if (word == "cancel" && !rest.empty() && is_id(rest))
    return cancel_command{submission_id{std::string{rest}}};
  if (word == "search")
    return search(rest);
  if (word == "register")
    return register_or_remove(rest);
  if (word == "submit-indicators")
    return submit_indicators_command{std::string{rest}};
  if (word == "submit-report")
    return submit_report_command{};
  return help_command{shown_text(trimmed(normal))};
}

} // namespace

command route_command(std::string_view name, std::string_view text) {
  const std::string wanted = lower(name);
  if (wanted == "/trustar")
    return route_word(text);
  if (wanted == "/trustar-search")
    return search(text);
  if (wanted == "/trustar-register")
    return register_or_remove(text);
  if (wanted == "/trustar-submit-indicators")
    return submit_indicators_command{slack::normalise_text(text)};
  if (wanted == "/trustar-submit-report")
    return submit_report_command{};
  return help_command{shown_text(name)};
}

} // namespace isacbot::domain
