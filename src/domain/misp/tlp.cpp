#include "domain/misp/tlp.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace isacbot::domain {

namespace {

/// Letters in lower case, runs of other bytes as one hyphen: "TLP:AMBER+STRICT" is "tlp-amber-strict".
std::string fold(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c | 0x20);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out.push_back(c);
    else if (!out.empty() && out.back() != '-')
      out.push_back('-');
  }
  while (out.ends_with('-'))
    out.pop_back();
  return out;
}

/// tlp, a colon with or without blanks, and a level, in any case.
bool is_tlp_tag(std::string_view name) {
  constexpr std::string_view prefix = "tlp";
  std::size_t at = name.find_first_not_of(' ');
  for (char wanted : prefix) {
    if (at >= name.size() || (name[at] | 0x20) != wanted)
      return false;
    ++at;
  }
  at = name.find_first_not_of(' ', at);
  return at < name.size() && name[at] == ':';
}

} // namespace

std::string_view to_string(tlp_level level) noexcept {
  switch (level) {
  case tlp_level::clear:
    return "TLP:CLEAR";
  case tlp_level::green:
    return "TLP:GREEN";
  case tlp_level::amber:
    return "TLP:AMBER";
  case tlp_level::amber_strict:
    return "TLP:AMBER+STRICT";
  case tlp_level::red:
    return "TLP:RED";
  }
  return "TLP:RED";
}

std::optional<tlp_level> parse_tlp(std::string_view tag_name) {
  if (!is_tlp_tag(tag_name))
    return std::nullopt;
  const std::string folded = fold(tag_name);
  constexpr std::array<std::pair<std::string_view, tlp_level>, 6> levels{
      {{"tlp-white", tlp_level::clear},
       {"tlp-clear", tlp_level::clear},
       {"tlp-green", tlp_level::green},
       {"tlp-amber", tlp_level::amber},
       {"tlp-amber-strict", tlp_level::amber_strict},
       {"tlp-red", tlp_level::red}}};
  for (const auto& [name, level] : levels)
    if (folded == name)
      return level;
  if (folded == "tlp-ex-chr" || folded == "tlp-unclear")
    return std::nullopt;
  return tlp_level::red;
}

std::optional<tlp_level> strictest_tlp(std::span<const misp::tag> tags) {
  std::optional<tlp_level> out;
  for (const misp::tag& t : tags)
    if (auto level = parse_tlp(t.name))
      out = out ? std::max(*out, *level) : *level;
  return out;
}

} // namespace isacbot::domain
