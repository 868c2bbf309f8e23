#include "app/config_document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

namespace isacbot::app {

namespace {

constexpr std::size_t largest_text = 1 << 20;
constexpr std::size_t most_broken_lines = 20;
constexpr std::size_t deepest_table = 3; // misp.<name>.<key>; what lies deeper is no setting

raw_value to_raw(const toml::node& node) {
  if (const auto* x = node.as_boolean())
    return {x->get()};
  if (const auto* x = node.as_integer())
    return {x->get()};
  if (const auto* x = node.as_floating_point())
    return {x->get()};
  if (const auto* x = node.as_string())
    return {x->get()};
  const auto* list = node.as_array();
  if (list == nullptr ||
      !std::all_of(list->begin(), list->end(), [](const auto& x) { return x.is_string(); }))
    return {other_value{}};
  std::vector<std::string> texts;
  for (const auto& item : *list)
    texts.push_back(item.as_string()->get());
  return {std::move(texts)};
}

void flatten(const toml::table& table, std::vector<std::string> path, const std::string& source,
             config_document& out) {
  for (const auto& [name, node] : table) {
    auto below = path;
    below.emplace_back(name.str());
    auto line = static_cast<std::uint32_t>(name.source().begin.line);
    if (const auto* inner = node.as_table(); inner != nullptr && below.size() < deepest_table) {
      out.tables.push_back({below, line});
      flatten(*inner, std::move(below), source, out);
    } else {
      out.entries.push_back({std::move(below), to_raw(node), source, line});
    }
  }
}

/// toml++ says "Error while parsing string: ... saw 'x'": what follows the colon may repeat a secret.
std::string what_failed(std::string_view description) {
  constexpr std::string_view opening = "Error while parsing ";
  if (!description.starts_with(opening))
    return "not TOML";
  std::string_view what = description.substr(opening.size());
  what = what.substr(0, what.find_first_of(":;,'\""));
  bool plain = what.size() < 40 && std::all_of(what.begin(), what.end(), [](char c) {
                 return (c >= 'a' && c <= 'z') || c == ' ' || c == '-';
               });
  return plain ? "not TOML: the " + std::string(what) + " is broken" : "not TOML";
}

/// The key of a line "key = value", if it looks like one.
std::string key_of_line(std::string_view line) {
  std::string_view key = line.substr(0, line.find('='));
  while (!key.empty() && (key.front() == ' ' || key.front() == '\t'))
    key.remove_prefix(1);
  while (!key.empty() && (key.back() == ' ' || key.back() == '\t'))
    key.remove_suffix(1);
  bool plain = line.find('=') != std::string_view::npos && !key.empty() && key.size() < 64 &&
               std::all_of(key.begin(), key.end(), [](char c) {
                 return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
               });
  return plain ? std::string(key) : "";
}

/// The text of line `number` (from 1), as a piece of `text`.
std::string_view find_line(std::string_view text, std::uint32_t number) {
  for (std::uint32_t i = 1; i < number; ++i) {
    auto end = text.find('\n');
    if (end == std::string_view::npos)
      return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// The section that line `number` stands in, with a dot behind; empty before the first one.
std::string section_above(std::string_view text, std::uint32_t number) {
  for (std::uint32_t i = number; i > 0; --i) {
    std::string_view line = find_line(text, i);
    auto close = line.find(']');
    if (line.starts_with('[') && close != std::string_view::npos && close > 1)
      return show_path({std::string(line.substr(1, close - 1))}) + ".";
  }
  return {};
}

/// What toml++ 3.3 takes for a defect of its own (it asserts, or runs on) instead of refusing it: control
/// characters, letters beyond ASCII outside of quotes, and "[" without a name. TOML forbids them all. Texts
/// over several lines no setting needs; without them every line can be judged alone.
/// @returns what is wrong and its mend, or two empty texts
std::pair<std::string_view, std::string_view> find_trap(std::string_view line) {
  char quote = '\0';
  bool comment = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F)
      return {"not TOML: an unprintable character", "remove it"};
    if (comment)
      continue;
    if (quote != '\0') {
      if (quote == '"' && c == '\\')
        ++i;
      else if (c == quote)
        quote = '\0';
    } else if (c == '"' || c == '\'') {
      if (line.substr(i, 3) == std::string(3, c))
        return {"a text over several lines is not used here", "write it on one line, in double quotes"};
      quote = c;
    } else if (c == '#') {
      comment = true;
    } else if (byte > 0x7F) {
      return {"not TOML: a letter beyond ASCII", "put texts into double quotes"};
    }
  }
  auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] != '[')
    return {};
  auto next = line.find_first_not_of(" \t", first + 1);
  if (next != std::string_view::npos && line[next] == '[')
    next = line.find_first_not_of(" \t", next + 1);
  char c = next == std::string_view::npos ? '\0' : line[next];
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
      c == '"' || c == '\'')
    return {};
  return {"not TOML: no name follows the bracket", "write a section such as [server]"};
}

/// Reports lines with traps and blanks them.
void remove_traps(std::string& text, const std::string& source, std::vector<finding>& faults) {
  std::uint32_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    std::size_t end = std::min(text.find('\n', begin), text.size());
    auto [cause, mend] = find_trap(std::string_view(text).substr(begin, end - begin));
    if (!cause.empty()) {
      if (faults.size() < most_broken_lines)
        faults.push_back({source, number, "", std::string(cause), std::string(mend)});
      text.replace(begin, end - begin, end - begin, ' ');
    }
    begin = end + 1;
  }
}

} // namespace

config_document read_toml(const std::string& source, std::string_view text) {
  config_document document;
  if (text.size() > largest_text) {
    document.faults.push_back(
        {source, 0, "", "longer than 1 MiB", "give the configuration file, not another"});
    return document;
  }
  std::string remaining(text);
  remove_traps(remaining, source, document.faults);
  for (std::uint32_t last_broken = 0;;) {
    try {
      toml::table root = toml::parse(std::string_view(remaining));
      flatten(root, {}, source, document);
      break;
    } catch (const toml::parse_error& e) {
      std::uint32_t line = e.source().begin.line;
      std::string_view broken = find_line(remaining, line);
      std::string key = key_of_line(broken);
      if (!key.empty())
        key = section_above(remaining, line) + key;
      document.faults.push_back({source, line, key, what_failed(e.description()),
                                 "texts stand in double quotes, and each key only once in its section"});
      // A mistake further up than the last one means that leaving lines out does not help any more.
      bool stuck = line <= last_broken || broken.find_first_not_of(' ') == std::string_view::npos;
      if (stuck || document.faults.size() >= most_broken_lines)
        break;
      last_broken = line;
      auto begin = static_cast<std::size_t>(broken.data() - remaining.data());
      remaining.replace(begin, broken.size(), broken.size(), ' ');
    }
  }
  std::stable_sort(document.entries.begin(), document.entries.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return document;
}

std::vector<config_entry> read_overrides(const environment& variables) {
  constexpr std::string_view prefix = "ISACBOT_";
  std::vector<config_entry> entries;
  for (const auto& [name, value] : variables) {
    if (!name.starts_with(prefix) || name.find("__") == std::string::npos)
      continue;
    config_entry entry{{}, {value, true}, "environment " + name.substr(0, 128), 0};
    std::string rest = name.substr(prefix.size());
    std::transform(rest.begin(), rest.end(), rest.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (std::size_t begin = 0; begin != std::string::npos;) {
      std::size_t end = rest.find("__", begin);
      entry.path.push_back(rest.substr(begin, end == std::string::npos ? end : end - begin));
      begin = end == std::string::npos ? end : end + 2;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string show_path(const std::vector<std::string>& path) {
  std::string shown;
  for (const std::string& part : path)
    shown += (shown.empty() ? "" : ".") + part.substr(0, 64);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x21 || static_cast<unsigned char>(c) > 0x7E)
      c = '?';
  return shown;
}

} // namespace isacbot::app
