// Receipts: what was accepted, how the delivery is doing, and what Station made of it.
#include "domain/receipt.hpp"

#include "domain/answers.hpp"
#include "domain/answers/show.hpp"
#include "domain/report_split.hpp"

#include <algorithm>

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_known = 15;
constexpr std::size_t most_correlated = 5;
constexpr std::size_t most_links = 5;
constexpr std::size_t most_ids = 10;

mrkdwn numbers_of(const counts& c) {
  return "Handed in "_mrkdwn + grouped(c.handed_in) + " = accepted "_mrkdwn + grouped(c.accepted) +
         " + merged "_mrkdwn + grouped(c.merged) + " + withheld "_mrkdwn + grouped(c.withheld) +
         " + refused "_mrkdwn + grouped(c.refused);
}

bool is_report(const submission& s) {
  return s.kind == submission_kind::report;
}

mrkdwn name_of(const submission& s) {
  mrkdwn text = (is_report(s) ? "Report "_mrkdwn : "Submission "_mrkdwn) + show_text(s.id.value);
  if (!s.enclave_name.empty())
    text += " to "_mrkdwn + show_text(s.enclave_name, 80);
  return text;
}

void add_reasons(std::vector<block>& blocks, const std::vector<reason_count>& reasons) {
  std::vector<mrkdwn> shown;
  for (const reason_count& r : reasons)
    if (r.count > 0)
      shown.push_back(grouped(r.count) + " "_mrkdwn + show_reason(r.reason));
  if (!shown.empty())
    blocks.push_back(context("Not sent: "_mrkdwn + join(shown, ", "_mrkdwn)));
}

void add_details(std::vector<block>& blocks, const receipt& r) {
  add_reasons(blocks, r.reasons);
  add_lines(blocks, "*Withheld*"_mrkdwn, r.withheld, r.counts.withheld);
  add_lines(blocks, "*Refused*"_mrkdwn, r.refused, r.counts.refused);
}

/// What stands below the name: a report is one thing, and its numbers say nothing.
mrkdwn content_of(const receipt& r) {
  if (is_report(r.submission))
    return "Observables in it: "_mrkdwn + show_types(r.types);
  return numbers_of(r.counts) + "\nSent: "_mrkdwn + show_types(r.types);
}

/// The same in one line, for notifications.
mrkdwn short_content_of(const receipt& r) {
  if (is_report(r.submission))
    return "Observables in it: "_mrkdwn + show_types(r.types);
  return numbers_of(r.counts);
}

/// By which the parts of an oversized report are known to Station.
void add_report_parts(std::vector<block>& blocks, const receipt& r) {
  if (!is_report(r.submission) || r.parts.size() < 2)
    return;
  std::vector<std::string> ids;
  for (const part& p : r.parts)
    ids.push_back(report_part_id(r.submission.id, p.number));
  blocks.push_back(
      context("In "_mrkdwn + grouped(ids.size()) + " parts: "_mrkdwn + show_list(ids, most_ids)));
}

void add_report_link(std::vector<block>& blocks, const receipt& r, std::string_view station_url) {
  add_report_parts(blocks, r);
  if (!is_report(r.submission))
    return;
  std::vector<mrkdwn> links; // parts that are not at Station yet have no page
  for (const part& p : r.parts)
    if (std::string address = report_address(station_url, p.station_submission_id);
        !address.empty() && links.size() < most_links)
      links.push_back(link(address, r.parts.size() == 1 ? "Open the report in Station"
                                                        : "Open part " + p.number + " in Station"));
  if (!links.empty())
    blocks.push_back(context(join(links, ", "_mrkdwn)));
}

/// "Report X", or "Submission X, part 2 with 3 indicators". A report's only part is not told from its first.
mrkdwn name_of(const submission& s, const part& p) {
  if (is_report(s))
    return p.number == "1" ? name_of(s) : name_of(s) + ", part "_mrkdwn + show_text(p.number) + ","_mrkdwn;
  return name_of(s) + ", part "_mrkdwn + show_text(p.number) + " with "_mrkdwn +
         counted(p.rows, "indicator"_mrkdwn, "indicators"_mrkdwn) + ","_mrkdwn;
}

void add_station_link(std::vector<block>& blocks, std::string_view station_url) {
  if (std::string address = start_address(station_url); !address.empty())
    blocks.push_back(context(link(address, "Open Station")));
}

mrkdwn progress_line(const receipt& r) {
  delivery_progress progress = progress_of(r);
  if (r.processed)
    return "Station has processed it, "_mrkdwn + date(*r.processed) + "."_mrkdwn;
  if (is_report(r.submission) && r.parts.size() == 1 && progress.stuck > 0)
    return "It could not be delivered; it is kept."_mrkdwn;
  if (is_report(r.submission) && r.parts.size() == 1 && progress.waiting > 0)
    return "It is on its way."_mrkdwn;
  if (progress.stuck > 0)
    return (is_report(r.submission) ? counted(progress.stuck, "part"_mrkdwn, "parts"_mrkdwn)
                                    : counted(progress.stuck, "row"_mrkdwn, "rows"_mrkdwn)) +
           " could not be delivered; they are kept. "_mrkdwn + grouped(progress.settled) +
           " delivered, "_mrkdwn + grouped(progress.waiting) + " on the way."_mrkdwn;
  if (progress.waiting > 0)
    return grouped(progress.settled) + " delivered, "_mrkdwn + grouped(progress.waiting) +
           " on the way."_mrkdwn;
  if (r.delivered)
    return "Delivered "_mrkdwn + date(*r.delivered) + "; Station is processing it."_mrkdwn;
  return "Nothing had to be delivered."_mrkdwn;
}

std::string last_error_of(const receipt& r) {
  for (const part& p : r.parts)
    if (p.state != part_state::settled && !p.last_error.empty())
      return p.last_error;
  return {};
}

mrkdwn outcome_of(const processed_submission& summary) {
  if (summary.processing_failed)
    return " was delivered, but Station could not process it"_mrkdwn;
  if (summary.processing_unknown)
    return " was delivered; Station has not said for a day whether it is processed"_mrkdwn;
  return " is processed"_mrkdwn;
}

/// The value as rows know it; its type is not kept in a list of values.
mrkdwn show_untyped(const std::string& value) {
  return show_text(value, 200);
}

} // namespace

message receipt_message(const receipt& r, std::string_view station_url) {
  mrkdwn text = name_of(r.submission) + " is accepted. "_mrkdwn + short_content_of(r) + "."_mrkdwn;
  std::vector<block> blocks = {
      section("*"_mrkdwn + name_of(r.submission) + " is accepted.*\n"_mrkdwn + content_of(r))};
  add_details(blocks, r);
  add_report_parts(blocks, r);
  blocks.push_back(
      context("It is stored safely and on its way. You get a message when Station has processed it; "
              "`/trustar status "_mrkdwn +
              escape(r.submission.id.value) + "` tells more."_mrkdwn));
  add_station_link(blocks, station_url);
  return message(text, std::move(blocks));
}

message processed(const processed_submission& summary) {
  const receipt& r = summary.receipt;
  const auto& types = summary.types_at_station ? *summary.types_at_station : r.types;
  mrkdwn outcome = outcome_of(summary);
  mrkdwn text = name_of(r.submission) + outcome + ": "_mrkdwn + show_types(types) + "."_mrkdwn;
  std::vector<block> blocks = {section("*"_mrkdwn + name_of(r.submission) + outcome + ".*\n"_mrkdwn +
                                       (is_report(r.submission) ? "Observables in it: "_mrkdwn : ""_mrkdwn) +
                                       show_types(types))};
  if (!summary.processing_error.empty())
    blocks.push_back(context("Station says: "_mrkdwn + show_text(summary.processing_error)));
  add_report_link(blocks, r, summary.station_url);
  if (!summary.known_before.empty()) {
    std::vector<mrkdwn> values;
    for (const std::string& value : summary.known_before)
      if (values.size() < most_known)
        values.push_back(show_untyped(value));
    mrkdwn known = "*Known before* ("_mrkdwn + grouped(summary.known_before.size()) + "): "_mrkdwn +
                   join(values, ", "_mrkdwn);
    if (summary.known_before.size() > values.size())
      known += " and "_mrkdwn + grouped(summary.known_before.size() - values.size()) + " more"_mrkdwn;
    blocks.push_back(section(known));
  }
  if (!summary.correlated.empty()) {
    std::vector<mrkdwn> lines = {"*Reports with the same values*"_mrkdwn};
    for (const report_hit& hit : summary.correlated) {
      if (lines.size() > most_correlated)
        break;
      mrkdwn line = "\xE2\x80\xA2 "_mrkdwn + show_text(hit.title.empty() ? hit.id : hit.title);
      if (std::string address = report_address(summary.station_url, hit.id); !address.empty())
        line += "  "_mrkdwn + link(address, "Open in Station");
      lines.push_back(line);
    }
    if (std::size_t listed = lines.size() - 1; summary.correlated.size() > listed)
      lines.push_back("\xE2\x80\xA2 and "_mrkdwn + grouped(summary.correlated.size() - listed) +
                      " more"_mrkdwn);
    for (block& b : sections_of_lines(lines))
      blocks.push_back(std::move(b));
  }
  add_lines(blocks, "*Refused by Station*"_mrkdwn, summary.refused_by_station,
            summary.refused_by_station.size());
  add_station_link(blocks, summary.station_url);
  return message(text, std::move(blocks));
}

message status(const receipt& r, const submission_progress& progress, std::string_view station_url) {
  const bool moving = !progress.finished() && progress.total > 1;
  mrkdwn line = moving ? show_text(to_text(progress)) : progress_line(r);
  mrkdwn text = name_of(r.submission) + ": "_mrkdwn + line + " "_mrkdwn + short_content_of(r) + "."_mrkdwn;
  std::vector<block> blocks = {section("*"_mrkdwn + name_of(r.submission) + "*, handed in "_mrkdwn +
                                       date(r.submission.created) + "\n"_mrkdwn + line + "\n"_mrkdwn +
                                       content_of(r))};
  add_report_link(blocks, r, station_url);
  if (std::string fault = last_error_of(r); !fault.empty())
    blocks.push_back(context("Last trouble: "_mrkdwn + show_text(fault)));
  add_details(blocks, r);
  std::vector<std::string> station_ids;
  for (const part& p : r.parts)
    if (!p.station_submission_id.empty())
      station_ids.push_back(p.station_submission_id);
  if (!station_ids.empty())
    blocks.push_back(context("Station's ids: "_mrkdwn + show_list(station_ids, 5)));
  add_station_link(blocks, station_url);
  return message(text, std::move(blocks));
}

message cancelled(const submission& s, const cancellation& what) {
  mrkdwn text = name_of(s) + " is given up: "_mrkdwn + counted(what.given_up, "part"_mrkdwn, "parts"_mrkdwn) +
                " will not be sent. What Station has already stays there."_mrkdwn;
  if (what.doubtful > 0)
    text += " Of these, "_mrkdwn + grouped(what.doubtful) +
            " may have reached Station all the same: an attempt had no answer."_mrkdwn;
  if (what.under_way > 0)
    text += " One part is being sent right now; cancel again in a moment if it should not go on."_mrkdwn;
  return message(text);
}

message nothing_to_cancel(const submission& s) {
  return message(name_of(s) + " has nothing left that could be cancelled. `/trustar status "_mrkdwn +
                 escape(s.id.value) + "` tells where it stands."_mrkdwn);
}

message status_unknown(const submission_id& id) {
  if (id.empty())
    return message("You have not submitted anything that I still remember."_mrkdwn);
  return message("I know no submission "_mrkdwn + show_text(id.value) +
                 " of yours. The id is in the receipt."_mrkdwn);
}

message delivery_delayed(const submission& s, const part& p) {
  return message(
      name_of(s, p) +
      " is delayed: Station is slow or cannot be reached. It is stored safely, and I keep trying."_mrkdwn);
}

message delivery_parked(const submission& s, const part&) {
  mrkdwn text = name_of(s) +
                " is waiting: Station refuses your API key and secret. It is stored safely, and goes on as "
                "soon as you register again."_mrkdwn;
  return message(text, {section(text), actions({register_button("Register again")}, "delivery_parked")});
}

message delivery_failed(const submission& s, const part& p) {
  mrkdwn text = name_of(s, p) + " could not be delivered"_mrkdwn;
  text +=
      p.state == part_state::held
          ? ": nobody can tell whether Station took it. It is kept, and sent again only when somebody asks for it."_mrkdwn
          : ". It is kept; the people who run this bot can send it again."_mrkdwn;
  std::vector<block> blocks = {section(text)};
  if (!p.last_error.empty())
    blocks.push_back(context("Reason: "_mrkdwn + show_text(p.last_error)));
  return message(text, std::move(blocks));
}

} // namespace isacbot::domain::answers
