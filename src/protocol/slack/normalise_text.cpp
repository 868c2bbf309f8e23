// Slack's text on its way in: the other half of text.hpp.
#include "protocol/slack/text.hpp"
#include "protocol/slack/utf8.hpp"

#include "protocol/http/message.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace isacbot::slack {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 3> entities = {
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}}};

// Blanks that are no ASCII space, and characters without width: people paste them, nobody means them.
constexpr std::array<std::string_view, 2> odd_blanks = {"\xC2\xA0", "\xE2\x80\xAF"};
constexpr std::array<std::string_view, 5> zero_width = {"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
                                                        "\xE2\x81\xA0", "\xEF\xBB\xBF"};
constexpr std::array<std::pair<std::string_view, char>, 4> quotes = {
    {{"\xE2\x80\x98", '\''}, {"\xE2\x80\x99", '\''}, {"\xE2\x80\x9C", '"'}, {"\xE2\x80\x9D", '"'}}};

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_id_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Text between "<" and ">", split at the first "|".
struct token {
  std::string_view target;
  std::optional<std::string_view> label;
};

token split_token(std::string_view inner) noexcept {
  std::size_t bar = inner.find('|');
  if (bar == std::string_view::npos)
    return {inner, std::nullopt};
  return {inner.substr(0, bar), inner.substr(bar + 1)};
}

/// "@U0ABC" and "#C0ABC": a sign and an id.
bool is_id_mention(std::string_view target) noexcept {
  return target.size() > 2 && (target[0] == '@' || target[0] == '#') &&
         std::all_of(target.begin() + 1, target.end(), is_id_character);
}

bool is_command_mention(std::string_view target) noexcept {
  return target == "!here" || target == "!channel" || target == "!everyone" ||
         target.starts_with("!subteam^") || target.starts_with("!date^");
}

/// A URI: a scheme, a colon and something, without blanks.
bool is_link(std::string_view target) noexcept {
  std::size_t colon = target.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == target.size() || !is_letter(target[0]))
    return false;
  for (char c : target.substr(0, colon))
    if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.')
      return false;
  return target.find_first_of(" \t") == std::string_view::npos;
}

std::string_view without_slash(std::string_view url) noexcept {
  return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

/// Whether Slack made `url` of what was typed as `label`.
bool was_typed_as(std::string_view url, std::string_view label) noexcept {
  for (std::string_view scheme : {"http://", "https://", ""}) {
    std::string_view rest = url;
    if (rest.size() < scheme.size() || !http::equal_ignoring_case(rest.substr(0, scheme.size()), scheme))
      continue;
    rest.remove_prefix(scheme.size());
    if (http::equal_ignoring_case(without_slash(rest), without_slash(label)))
      return true;
  }
  return false;
}

/// What the person meant by a token; nullopt when it is none of Slack's forms. Entities are still encoded.
std::optional<std::string> resolve_token(std::string_view inner) {
  auto [target, label] = split_token(inner);
  bool has_label = label && !label->empty();
  if (is_id_mention(target)) // an id alone tells a reader nothing: only a blank stays
    return has_label ? target[0] + std::string(*label) : std::string(" ");
  if (is_command_mention(target)) {
    if (has_label)
      return std::string(*label);
    return target.find('^') == std::string_view::npos ? "@" + std::string(target.substr(1))
                                                      : std::string(" ");
  }
  for (std::string_view scheme : {"mailto:", "tel:"}) {
    if (!target.starts_with(scheme))
      continue;
    std::string_view address = target.substr(scheme.size());
    return std::string(has_label ? *label : address.substr(0, address.find('?')));
  }
  if (!is_link(target))
    return std::nullopt;
  if (!has_label)
    return std::string(target);
  if (was_typed_as(target, *label))
    return std::string(*label);
  return std::string(target) + " " + std::string(*label);
}

/// Appends `text` with entities decoded once and odd characters mended; the last step for every piece.
void append_plain(std::string& out, std::string_view text) {
  while (!text.empty()) {
    if (text.front() == '&') {
      const auto* entity = std::find_if(entities.begin(), entities.end(),
                                        [&](const auto& e) { return text.starts_with(e.first); });
      if (entity != entities.end()) {
        out.push_back(entity->second);
        text.remove_prefix(entity->first.size());
        continue;
      }
    }
    std::size_t length = std::max<std::size_t>(character_length(text), 1);
    std::string_view character = text.substr(0, length);
    if (length > 1 && std::find(odd_blanks.begin(), odd_blanks.end(), character) != odd_blanks.end())
      out.push_back(' ');
    else if (length == 1 || std::find(zero_width.begin(), zero_width.end(), character) == zero_width.end())
      out.append(character);
    text.remove_prefix(length);
  }
}

std::string trim(std::string text) {
  std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

} // namespace

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* entity = std::find_if(entities.begin(), entities.end(),
                                      [&](const auto& e) { return text.starts_with(e.first); });
    out.push_back(entity == entities.end() ? text.front() : entity->second);
    text.remove_prefix(entity == entities.end() ? 1 : entity->first.size());
  }
  return out;
}

std::string normalise_text(std::string_view incoming) {
  std::string clean = clean_text(incoming);
  std::string out;
  out.reserve(clean.size());
  for (std::string_view rest = clean; !rest.empty();) {
    std::size_t open = rest.find('<');
    append_plain(out, rest.substr(0, open));
    if (open == std::string_view::npos)
      break;
    rest.remove_prefix(open + 1);
    std::size_t close = rest.find_first_of("<>\n"); // ends at the next "<", so that no byte is scanned twice
    bool is_closed = close != std::string_view::npos && rest[close] == '>';
    auto meant = is_closed ? resolve_token(rest.substr(0, close)) : std::nullopt;
    if (!meant) {
      out.push_back('<');
      continue;
    }
    append_plain(out, *meant);
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::string normalise_search_term(std::string_view incoming) {
  std::string text = normalise_text(incoming);
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t length = std::max<std::size_t>(character_length(rest), 1);
    const auto* quote = std::find_if(quotes.begin(), quotes.end(),
                                     [&](const auto& q) { return q.first == rest.substr(0, length); });
    if (quote != quotes.end())
      out.push_back(quote->second);
    else
      out.append(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return trim(std::move(out));
}

std::string mention_text(std::string_view incoming) {
  std::size_t start = incoming.find_first_not_of(" \t\n");
  if (start != std::string_view::npos && incoming.substr(start).starts_with("<@")) {
    std::size_t close = incoming.find_first_of(">\n", start);
    if (close != std::string_view::npos && incoming[close] == '>')
      incoming.remove_prefix(close + 1);
  }
  return normalise_search_term(incoming);
}

} // namespace isacbot::slack
