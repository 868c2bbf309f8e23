#include "domain/message_files.hpp"

#include "domain/answers.hpp"
#include "protocol/slack/limits.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace isacbot::domain {

namespace {

/// Endings of the formats that lists and reports come in.
constexpr std::array<std::string_view, 15> text_endings{".txt",    ".csv",  ".tsv",  ".json", ".jsonl",
                                                        ".ndjson", ".log",  ".md",   ".ioc",  ".iocs",
                                                        ".stix",   ".misp", ".list", ".eml",  ".text"};
constexpr std::array<std::string_view, 5> text_types{"application/json", "application/x-ndjson",
                                                     "application/jsonl", "application/stix+json",
                                                     "application/csv"};

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool ends_with_ignoring_case(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() &&
         std::equal(ending.begin(), ending.end(), text.end() - static_cast<std::ptrdiff_t>(ending.size()),
                    [](char a, char b) { return a == lower(b); });
}

} // namespace

bool may_be_text(const slack::file_reference& file) {
  const std::string_view type = file.mimetype;
  if (type.starts_with("text/") && !type.starts_with("text/html"))
    return true;
  // A table is "application/vnd.ms-excel" to a browser on Windows, so a name is asked whatever the type is.
  return std::find(text_types.begin(), text_types.end(), type) != text_types.end() ||
         std::any_of(text_endings.begin(), text_endings.end(),
                     [&](std::string_view ending) { return ends_with_ignoring_case(file.name, ending); });
}

std::vector<slack::file_reference> in_order_of_offer(std::vector<slack::file_reference> files) {
  std::stable_partition(files.begin(), files.end(), may_be_text);
  return files;
}

std::size_t offered(std::span<const slack::file_reference> files) noexcept {
  return std::min(files.size(), slack::limit::checkboxes);
}

std::string shown_name(const slack::file_reference& file) {
  return file.name.empty() ? "A file shared from elsewhere" : file.name;
}

std::string choice_of(std::size_t place) {
  return std::to_string(place);
}

std::vector<slack::file_reference> chosen_files(std::span<const slack::file_reference> files,
                                                const slack::view_state& view) {
  const slack::input_value* input = view.find(answers::block_message_files);
  std::vector<slack::file_reference> chosen;
  for (std::size_t i = 0; i < offered(files); ++i) {
    const bool ticked = input == nullptr ? may_be_text(files[i])
                                         : view.is_checked(answers::block_message_files, choice_of(i));
    if (ticked)
      chosen.push_back(files[i]);
  }
  return chosen;
}

} // namespace isacbot::domain
