// What will happen when the member agrees, and the questions around it.
#include "domain/answers.hpp"
#include "domain/answers/show.hpp"

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_known = 10;

std::uint64_t to_be_sent(const submission_preview& preview) {
  std::uint64_t rows = 0;
  for (const type_count& type : preview.types)
    rows += type.count;
  return rows;
}

mrkdwn summary_of(const submission_preview& preview) {
  const counts& c = preview.counts;
  std::vector<mrkdwn> lines;
  lines.push_back("*"_mrkdwn + counted(to_be_sent(preview), "indicator"_mrkdwn, "indicators"_mrkdwn) +
                  "* to "_mrkdwn + show_text(preview.enclave_name, 80) + ": "_mrkdwn +
                  show_types(preview.types));
  lines.push_back("Handed in "_mrkdwn + grouped(c.handed_in) + " = new "_mrkdwn + grouped(c.accepted) +
                  " + merged "_mrkdwn + grouped(c.merged) + " + withheld "_mrkdwn + grouped(c.withheld) +
                  " + refused "_mrkdwn + grouped(c.refused));
  if (!preview.file_names.empty())
    lines.push_back("With the contents of "_mrkdwn + show_list(preview.file_names));
  if (!preview.tags.empty())
    lines.push_back("Tags: "_mrkdwn + show_list(preview.tags, 20));
  return join(lines, "\n"_mrkdwn);
}

void add_known(std::vector<block>& blocks, const submission_preview& preview) {
  if (!preview.known_checked) {
    blocks.push_back(context(
        "Station could not tell in time which values it knows already; you can send all the same."_mrkdwn));
    return;
  }
  if (preview.known_count == 0)
    return;
  std::vector<mrkdwn> values;
  for (const indicator_row& row : preview.known)
    if (values.size() < most_known)
      values.push_back(show_value(row.type, row.value));
  mrkdwn text = "*Known to Station already* ("_mrkdwn + grouped(preview.known_count) + "): "_mrkdwn +
                join(values, ", "_mrkdwn);
  if (preview.known_count > values.size())
    text += " and "_mrkdwn + grouped(preview.known_count - values.size()) + " more"_mrkdwn;
  blocks.push_back(section(text));
  blocks.push_back(context("They are sent too: your sighting is news."_mrkdwn));
}

void add_override(std::vector<block>& blocks, std::string_view id, const char* label, std::uint64_t count) {
  if (count > 0)
    blocks.push_back(input(
        id, label, checkboxes({{"Send these " + std::to_string(count) + " too", std::string(checked), {}}}),
        {.hint = {}, .optional = true}));
}

} // namespace

view confirm_dialog(const submission_preview& preview) {
  std::vector<block> blocks = {section(summary_of(preview))};
  if (preview.counts.merged > 0)
    blocks.push_back(context(
        "Merged: the same value again in your list, or accepted from here into this enclave before."_mrkdwn));
  add_known(blocks, preview);
  add_lines(blocks, "*Withheld, not sent*"_mrkdwn, preview.withheld, preview.counts.withheld);
  add_lines(blocks, "*Refused, not sent*"_mrkdwn, preview.refused, preview.counts.refused);
  if (!preview.remark.empty())
    blocks.push_back(context(escape(preview.remark)));
  if (!preview.safelist_checked)
    blocks.push_back(context("Station could not tell in time what is on your company's safelist: nothing is "
                             "withheld because of it."_mrkdwn));
  add_override(blocks, block_send_special, "Private and reserved addresses", preview.special_withheld);
  add_override(blocks, block_send_safelisted, "On your company's safelist", preview.safelisted_withheld);
  blocks.push_back(context("Nothing has left yet. \xE2\x80\x9CSend\xE2\x80\x9D submits; \xE2\x80\x9C"
                           "Back\xE2\x80\x9D changes nothing."_mrkdwn));
  return make_modal({.callback_id = std::string(callback_confirm),
                     .title = "Check and send",
                     .submit = "Send",
                     .close = "Back",
                     .private_metadata = preview.draft_id},
                    std::move(blocks));
}

view same_again_view(const submission_id& previous, sys_time when, std::string_view private_metadata) {
  mrkdwn text = "You sent the same list to the same enclave with the same tags at "_mrkdwn + date(when) +
                ": submission "_mrkdwn + show_text(previous.value) +
                ".\nSend it again? Values are not doubled, but each counts as one more "
                "sighting."_mrkdwn;
  return make_modal({.callback_id = std::string(callback_confirm),
                     .title = "Same as before",
                     .submit = "Send again",
                     .close = "Back",
                     .private_metadata = std::string(private_metadata)},
                    {section(text)});
}

view draft_gone_view() {
  return make_modal(
      {.callback_id = "draft_gone", .title = "Check and send", .close = "Close"},
      {section("This preview is too old, or was sent already. Nothing more was sent. `/trustar status` tells "
               "about your latest submission."_mrkdwn)});
}

} // namespace isacbot::domain::answers
