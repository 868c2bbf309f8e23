// The dialog for a list of indicators, and its faults.
#include "domain/answers.hpp"
#include "domain/answers/dialog_parts.hpp"
#include "domain/answers/faults.hpp"
#include "domain/answers/show.hpp"
#include "protocol/slack/utf8.hpp"

#include <algorithm>

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_source_characters = 200;
constexpr std::size_t most_notes_characters = 1'000;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return part.empty() || std::search(text.begin(), text.end(), part.begin(), part.end(),
                                     [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

} // namespace

std::vector<slack::option> enclave_options(const std::vector<enclave_choice>& enclaves,
                                           std::string_view typed) {
  std::vector<slack::option> options;
  for (const enclave_choice& enclave : enclaves)
    if (options.size() < slack::limit::select_options && contains_ignoring_case(enclave.name, typed))
      options.push_back(to_option(enclave));
  return options;
}

view submit_indicators_dialog(const submit_dialog_settings& settings) {
  const bool longer = count_characters(settings.typed) > slack::limit::input_text;
  std::vector<block> blocks;
  blocks.push_back(input(
      block_indicators, longer ? "Indicators (the message is longer than fits here)" : "Indicators",
      plain_text_input({.multiline = true,
                        .placeholder = "192.0.2[.]1\nhxxps://evil[.]example/login",
                        .initial_value = settings.typed}),
      {.hint = longer ? "Leave it as it is, and the whole message is read."
                      : "One on each line, or any text with indicators in it. Defanged is fine. At most "
                        "3,000 characters; more fit into a file.",
       .optional = true}));
  if (auto files = message_files_input(settings.files, "They become part of the list."))
    blocks.push_back(std::move(*files));
  blocks.push_back(
      input(block_file, "File", file_input(1),
            {.hint = "Plain text, CSV, JSON lines, a MISP event or a STIX bundle.", .optional = true}));
  if (settings.in_thread)
    blocks.push_back(thread_input());
  for (block& b : sharing_inputs(settings.enclave))
    blocks.push_back(std::move(b));
  blocks.push_back(input(block_source, "Source", plain_text_input({.max_length = most_source_characters}),
                         {.hint = "Where they are from.", .optional = true}));
  blocks.push_back(input(block_notes, "Notes",
                         plain_text_input({.multiline = true, .max_length = most_notes_characters}),
                         {.hint = {}, .optional = true}));
  return make_modal({.callback_id = std::string(callback_submit_indicators),
                     .title = "Submit indicators",
                     .submit = "Check",
                     .close = "Cancel",
                     .private_metadata = settings.private_metadata},
                    std::move(blocks));
}

dialog_faults no_indicators(const counts& c, const std::vector<line_report>& refused) {
  std::string text = "There is no indicator in this text that could be submitted.";
  if (c.withheld > 0)
    text += " " + std::to_string(c.withheld) + (c.withheld == 1 ? " value is" : " values are") +
            " of a kind that is not sent.";
  if (!refused.empty() && refused.front().line > 0)
    text += " I do not understand line " + std::to_string(refused.front().line) + ": " +
            cut_text(defang_text(refused.front().text), 60);
  return {{std::string(block_indicators), text}};
}

dialog_faults submission_faults(const error& e, std::string_view reference, std::string_view block) {
  return {{std::string(block), explain_plain(e, reference)}};
}

dialog_faults wrong_enclave() {
  return {{std::string(block_enclave),
           "You cannot submit to this enclave, or not any more. Please choose another one."}};
}

} // namespace isacbot::domain::answers
