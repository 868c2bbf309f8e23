#include "sandbox/typed_text.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// "evil.example", perhaps with a path: at least two labels, the last one of letters.
bool looks_like_domain(std::string_view word) {
  std::string_view host = word.substr(0, word.find('/'));
  std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || host.size() - dot < 3)
    return false;
  return std::all_of(host.begin(), host.end(), is_host_character) &&
         std::all_of(host.begin() + static_cast<std::ptrdiff_t>(dot) + 1, host.end(), is_letter) &&
         host.find("..") == std::string_view::npos;
}

bool looks_like_email(std::string_view word) {
  std::size_t at = word.find('@');
  return at != std::string_view::npos && at > 0 && looks_like_domain(word.substr(at + 1));
}

bool has_scheme(std::string_view word) {
  return word.starts_with("http://") || word.starts_with("https://");
}

std::string mention_form(const workspace_state& state, std::string_view word, bool with_label) {
  std::string_view name = word.substr(1);
  if (word.front() == '@')
    for (const auto& [id, p] : state.people)
      if (p.name == name)
        return "<@" + id + (with_label ? "|" + p.name : "") + ">";
  if (word.front() == '#')
    for (const auto& [id, c] : state.channels)
      if (c.name == name && !c.is_direct)
        return "<#" + id + "|" + c.name + ">";
  return {};
}

std::string word_form(const workspace_state& state, std::string_view word, bool in_command) {
  // Punctuation at the end belongs to the sentence.
  std::size_t end = word.find_last_not_of(".,;:!?)\"'");
  std::string_view core = word.substr(0, end == std::string_view::npos ? 0 : end + 1);
  std::string rest = escape_entities(word.substr(core.size()));
  if (core.empty())
    return rest;
  if (std::string mention = mention_form(state, core, in_command); !mention.empty())
    return mention + rest;
  std::string escaped = escape_entities(core);
  if (has_scheme(core))
    return "<" + escaped + ">" + rest;
  if (!in_command && looks_like_email(core))
    return "<mailto:" + escaped + "|" + escaped + ">" + rest;
  if (!in_command && looks_like_domain(core))
    return "<http://" + escaped + "|" + escaped + ">" + rest;
  return escaped + rest;
}

std::string transform(const workspace_state& state, std::string_view typed, bool in_command) {
  constexpr std::string_view blanks = " \t\r\n";
  std::string text;
  while (!typed.empty()) {
    std::size_t word_end = std::min(typed.find_first_of(blanks), typed.size());
    if (word_end > 0)
      text += word_form(state, typed.substr(0, word_end), in_command);
    typed.remove_prefix(word_end);
    std::size_t blanks_end = std::min(typed.find_first_not_of(blanks), typed.size());
    text += typed.substr(0, blanks_end);
    typed.remove_prefix(blanks_end);
  }
  return text;
}

} // namespace

std::string escape_entities(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped.push_back(c);
  }
  return escaped;
}

std::string message_form(const workspace_state& state, std::string_view typed) {
  return transform(state, typed, false);
}

std::string command_form(const workspace_state& state, std::string_view typed) {
  return transform(state, typed, true);
}

} // namespace isacbot::sandbox
