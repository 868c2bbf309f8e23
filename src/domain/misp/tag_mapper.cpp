#include "domain/misp/tag_mapper.hpp"

#include "domain/misp/report_lines.hpp"
#include "domain/misp/tlp.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t hash_digits = 6;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

std::string short_hash(std::string_view text) {
  return hash_text(text).substr(0, hash_digits);
}

std::string_view cut(std::string_view text, std::size_t size) {
  text = text.substr(0, size);
  while (text.ends_with('-'))
    text.remove_suffix(1);
  return text;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_pattern(pattern, name); });
}

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) noexcept {
  // Greedy with one step back: linear memory, at most quadratic time over short texts.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume_at = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%')) {
      star = p++;
      resume_at = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume_at;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && (pattern[p] == '*' || pattern[p] == '%'))
    ++p;
  return p == pattern.size();
}

std::vector<std::string> select_tags(std::span<const misp::tag> tags, const tag_rules& rules) {
  std::vector<std::string> levels;
  std::vector<std::string> others;
  std::set<std::string_view> seen;
  for (const misp::tag& t : tags) {
    if ((t.local && !rules.local) || matches_any(rules.exclude, t.name) || !seen.insert(t.name).second)
      continue;
    if (parse_tlp(t.name))
      levels.push_back(t.name);
    else if (rules.include.empty() || matches_any(rules.include, t.name))
      others.push_back(t.name);
  }
  levels.insert(levels.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  if (rules.max_tags != 0 && levels.size() > rules.max_tags)
    levels.resize(rules.max_tags);
  return levels;
}

std::string fold_tag(std::string_view name) {
  std::string out;
  for (char c : name) {
    c = lower(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out.push_back(c);
    else if (!out.empty() && out.back() != '-')
      out.push_back('-');
  }
  while (out.ends_with('-'))
    out.pop_back();
  return out.empty() ? "tag-" + short_hash(name) : out;
}

std::vector<std::string> map_tags(std::span<const std::string> names) {
  std::vector<std::string> folded;
  folded.reserve(names.size());
  for (const std::string& name : names)
    folded.push_back(fold_tag(name));
  std::set<std::string> taken;
  std::map<std::string, std::string> spelling; // by folded name, filled in alphabetical order
  for (const std::string& full : std::set<std::string>(folded.begin(), folded.end())) {
    std::string tag(cut(full, max_tag_bytes));
    if (taken.contains(tag))
      tag = std::string(cut(full, max_tag_bytes - hash_digits - 1)) + "-" + short_hash(full);
    taken.insert(tag);
    spelling.emplace(full, std::move(tag));
  }
  std::vector<std::string> out;
  std::set<std::string_view> done;
  for (const std::string& full : folded)
    if (done.insert(full).second)
      out.push_back(spelling[full]);
  return out;
}

} // namespace isacbot::domain
