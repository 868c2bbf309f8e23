#include "domain/submission_form.hpp"

#include "domain/indicator_file.hpp"
#include "protocol/slack/limits.hpp"
#include "protocol/slack/utf8.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t max_tag_characters = 90;

std::string_view trim(std::string_view text) {
  auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// "tlp:amber+strict" as TruSTAR's tag alphabet allows it: "tlp-amber-strict".
std::string tlp_tag(std::string_view choice) {
  std::string tag(choice);
  for (char& c : tag)
    if (c == ':' || c == '+')
      c = '-';
  return tag;
}

} // namespace

result<std::vector<std::string>> parse_tags(std::string_view typed, std::string_view tlp) {
  std::vector<std::string> tags;
  auto add = [&](std::string tag) {
    if (std::find(tags.begin(), tags.end(), tag) == tags.end())
      tags.push_back(std::move(tag));
  };
  while (!typed.empty()) {
    auto end = typed.find(',');
    std::string tag{trim(typed.substr(0, end))};
    typed.remove_prefix(end == std::string_view::npos ? typed.size() : end + 1);
    if (tag.empty())
      continue;
    if (characters(tag) > max_tag_characters)
      return fail(ec::invalid_argument, "a tag is too long",
                  "A tag has at most 90 characters; put commas between tags.");
    for (char& c : tag) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        return fail(ec::invalid_argument, "a tag has a control character",
                    "Write the tags on one line, with commas between.");
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c + ('a' - 'A'));
    }
    add(std::move(tag));
  }
  if (!tlp.empty())
    add(tlp_tag(tlp));
  if (tags.size() > max_tags)
    return fail(ec::invalid_argument, "too many tags", "Use at most 50 tags.");
  return tags;
}

indicator_list_options options_of(const indicator_draft& draft, const hash_key& key,
                                  const observables::known_names& names) {
  indicator_list_options options;
  options.key = key;
  options.tlds = names.tlds;
  options.malware = names.malware;
  options.send_special = draft.send_special;
  options.special_overridden = draft.special_overridden;
  if (!draft.safelisted.empty() && !draft.send_safelisted)
    options.safelisted = std::make_shared<const safelist>(draft.safelisted);
  return options;
}

void add_form_fields(indicator_row& row, const indicator_draft& draft) {
  if (row.source.empty())
    row.source = draft.source;
  if (row.notes.empty())
    row.notes = draft.notes;
  else if (!draft.notes.empty())
    row.notes = draft.notes + "; " + row.notes;
}

result<indicator_list> read_list(const indicator_draft& draft, const hash_key& key,
                                 const observables::known_names& names) {
  auto list = read_indicators(draft.text, draft.files, options_of(draft, key, names));
  if (list)
    for (auto& row : list->rows)
      add_form_fields(row, draft);
  return list;
}

std::string meant_text(std::string_view typed, const std::string& message) {
  return typed == slack::cut_text(message, slack::limit::input_text) ? message : std::string(typed);
}

} // namespace isacbot::domain
