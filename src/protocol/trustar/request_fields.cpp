#include "protocol/trustar/request_fields.hpp"

#include "core/utf8.hpp"
#include "protocol/trustar/iso_time.hpp"
#include "protocol/trustar/server_requests.hpp"

#include <algorithm>

namespace isacbot::trustar {

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<sys_time> read_time(const json::reader& from, std::string_view key) {
  auto ms = from.optional_integer(key);
  if (!ms)
    return std::nullopt;
  if (*ms < 0 || *ms > last_time_ms) {
    from.refuse(key, "is no time in milliseconds since 1970");
    return std::nullopt;
  }
  return from_epoch_ms(*ms);
}

std::string_view find_tag_fault(std::string_view name) noexcept {
  bool control = std::any_of(name.begin(), name.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
  if (name.empty() || control)
    return "is no tag name";
  return count_characters(name) > max_tag_characters ? "is longer than 90 characters" : "";
}

void check_tag_name(const json::reader& from, std::string_view key, std::string_view name) {
  if (std::string_view fault = find_tag_fault(name); !fault.empty())
    from.refuse(key, fault);
}

tag read_tag(const json::reader& from) {
  tag out{normal_tag_name(from.text("name")), from.text_or("enclaveId"), ""};
  check_tag_name(from, "name", out.name);
  return out;
}

std::vector<tag> read_tags(const json::reader& from, std::string_view key) {
  std::vector<tag> tags;
  for (const json::reader& item : from.optional_objects(key))
    tags.push_back(read_tag(item));
  return tags;
}

result<std::vector<std::string>> parse_texts(std::string_view body, std::size_t most, std::string_view what) {
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  const auto* list = document->root().if_array();
  if (list == nullptr)
    return fail(ec::malformed, "body: a list of texts is expected");
  if (list->size() > most)
    return fail(ec::too_large,
                "more than " + std::to_string(most) + " " + std::string(what) + " in one call");
  std::vector<std::string> texts;
  for (const auto& item : *list) {
    const auto* text = item.if_string();
    if (text == nullptr)
      return fail(ec::malformed, "body: a list of texts is expected");
    texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

std::optional<sys_time> read_time_began(const json::reader& from) {
  const auto* value = from.find("timeBegan");
  if (value == nullptr || !value->is_string())
    return read_time(from, "timeBegan");
  std::string text = from.text("timeBegan");
  if (is_blank(text))
    return std::nullopt;
  if (auto time = parse_iso_time(text))
    return *time;
  from.refuse("timeBegan", "is neither ISO 8601 nor milliseconds since 1970");
  return std::nullopt;
}

} // namespace isacbot::trustar
