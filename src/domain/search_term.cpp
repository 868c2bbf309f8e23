#include "domain/search_term.hpp"

#include "observables/observables.hpp"
#include "protocol/slack/text.hpp"

#include <algorithm>

namespace isacbot::domain {

namespace {

std::string single_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank)
      out.push_back(c);
    else if (!out.empty() && out.back() != ' ')
      out.push_back(' ');
  }
  if (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

/// One pair of quotes or backticks around the whole: people copy terms together with them.
std::string_view unquoted(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == text.back() &&
      (text.front() == '"' || text.front() == '\'' || text.front() == '`'))
    return text.substr(1, text.size() - 2);
  return text;
}

std::size_t characters(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

result<search_term> parse_search_term(std::string_view typed) {
  if (typed.size() > max_search_bytes)
    return fail(ec::too_large, "the search term is too long", "search for one value or a few words");
  const std::string normal = slack::normalise_search_term(typed);
  const std::string words = single_blanks(unquoted(single_blanks(normal)));
  if (words.empty())
    return fail(ec::invalid_argument, "nothing to search for", "add a value or a word");
  observables::options options;
  options.loose = observables::loose_forms::on;
  options.noise_hashes = true;
  if (auto found = observables::parse_value(words, options))
    return search_term{std::move(found->value), found->kind};
  if (characters(words) < min_search_characters)
    return fail(ec::invalid_argument, "the search term is too short", "use at least 3 characters");
  return search_term{words, std::nullopt};
}

} // namespace isacbot::domain
