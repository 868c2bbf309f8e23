// The dialog for a report, and its preview.
#include "domain/answers.hpp"
#include "domain/answers/dialog_parts.hpp"
#include "domain/answers/show.hpp"
#include "domain/line_text.hpp"
#include "domain/report.hpp"
#include "protocol/slack/utf8.hpp"

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_title_of_message = 80;
constexpr std::size_t most_values = 10;

mrkdwn show_rows(const std::vector<indicator_row>& rows, std::uint64_t total) {
  std::vector<mrkdwn> values;
  for (const indicator_row& row : rows)
    if (values.size() < most_values)
      values.push_back(show_value(row.type, row.value));
  mrkdwn text = join(values, ", "_mrkdwn);
  if (total > values.size())
    text += " and "_mrkdwn + grouped(total - values.size()) + " more"_mrkdwn;
  return text;
}

std::uint64_t sum_of(const std::vector<type_count>& types) {
  std::uint64_t sum = 0;
  for (const type_count& type : types)
    sum += type.count;
  return sum;
}

mrkdwn summary_of(const report_preview& preview) {
  std::vector<mrkdwn> lines;
  lines.push_back("*Report* "_mrkdwn + show_text(preview.title, 250) + " to "_mrkdwn +
                  show_text(preview.enclave_name, 80));
  mrkdwn size = counted(preview.body_characters, "character"_mrkdwn, "characters"_mrkdwn);
  if (!preview.file_names.empty())
    size += ", with the text of "_mrkdwn + show_list(preview.file_names);
  lines.push_back(size);
  if (preview.parts > 1)
    lines.push_back("It is more than Station takes in one report: it is sent as "_mrkdwn +
                    grouped(preview.parts) + " reports, in order and with nothing left out."_mrkdwn);
  if (!preview.tags.empty())
    lines.push_back("Tags: "_mrkdwn + show_list(preview.tags, 20));
  if (preview.time_began)
    lines.push_back("Began: "_mrkdwn + date(*preview.time_began));
  return join(lines, "\n"_mrkdwn);
}

void add_observables(std::vector<block>& blocks, const report_preview& preview) {
  auto total = sum_of(preview.types);
  if (total == 0)
    blocks.push_back(section("*No observables found in it.* It can be found by its words."_mrkdwn));
  else
    blocks.push_back(section("*Observables in it*: "_mrkdwn + show_types(preview.types) + "\n"_mrkdwn +
                             show_rows(preview.first, total)));
  if (preview.other > 0)
    blocks.push_back(context("And "_mrkdwn + grouped(preview.other) +
                             " of types that TruSTAR does not have: they stay in the text."_mrkdwn));
  if (!preview.special.empty())
    blocks.push_back(
        context("Private and reserved addresses stay in the text, Station passes over them: "_mrkdwn +
                show_rows(preview.special, preview.special.size())));
}

void add_known(std::vector<block>& blocks, const report_preview& preview) {
  if (!preview.known_checked)
    blocks.push_back(context("Station could not tell in time which values it knows already."_mrkdwn));
  else if (preview.known_count > 0)
    blocks.push_back(section("*Known to Station already* ("_mrkdwn + grouped(preview.known_count) +
                             "): "_mrkdwn + show_rows(preview.known, preview.known_count)));
}

} // namespace

message_as_report report_of_message(std::string_view text) {
  message_as_report out;
  out.body = text;
  std::string_view rest = trimmed(text);
  out.title = cut_text(trimmed(rest.substr(0, rest.find('\n'))), most_title_of_message);
  return out;
}

view submit_report_dialog(const report_dialog_settings& settings) {
  bool longer = count_characters(settings.body) > slack::limit::input_text;
  std::vector<block> blocks;
  if (settings.of_message)
    blocks.push_back(actions({button(action_list_of_message, "Submit as a list of indicators")}));
  blocks.push_back(input(block_title, "Title",
                         plain_text_input({.initial_value = cut_text(settings.title, max_report_title),
                                           .max_length = max_report_title})));
  blocks.push_back(
      input(block_body, longer ? "Text (the message is longer than fits here)" : "Text",
            plain_text_input({.multiline = true, .initial_value = settings.body}),
            {.hint = longer ? "Leave it as it is, and the whole message is submitted."
                            : "What happened, with the indicators in it. A longer text fits into a file.",
             .optional = true}));
  if (auto files = message_files_input(settings.files, "Their text goes into the report."))
    blocks.push_back(std::move(*files));
  blocks.push_back(
      input(block_file, "Text file", file_input(1),
            {.hint = "Its text goes into the report, after what is written above.", .optional = true}));
  if (settings.in_thread)
    blocks.push_back(thread_input());
  for (block& b : sharing_inputs({}))
    blocks.push_back(std::move(b));
  blocks.push_back(input(block_time_began, "Began", datetime_picker(),
                         {.hint = "When it happened; left empty: now.", .optional = true}));
  return make_modal({.callback_id = std::string(callback_submit_report),
                     .title = "Submit a report",
                     .submit = "Check",
                     .close = "Cancel",
                     .private_metadata = settings.private_metadata},
                    std::move(blocks));
}

view confirm_report_dialog(const report_preview& preview) {
  std::vector<block> blocks = {section(summary_of(preview))};
  add_observables(blocks, preview);
  add_known(blocks, preview);
  if (!preview.remark.empty())
    blocks.push_back(context(escape(preview.remark)));
  blocks.push_back(context("Nothing has left yet. \xE2\x80\x9CSend\xE2\x80\x9D submits; \xE2\x80\x9C"
                           "Back\xE2\x80\x9D changes nothing."_mrkdwn));
  return make_modal({.callback_id = std::string(callback_confirm),
                     .title = "Check and send",
                     .submit = "Send",
                     .close = "Back",
                     .private_metadata = preview.draft_id},
                    std::move(blocks));
}

} // namespace isacbot::domain::answers
