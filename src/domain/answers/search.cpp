// What a search found.
#include "domain/answers.hpp"
#include "domain/answers/show.hpp"
#include "protocol/slack/utf8.hpp"

#include <algorithm>
#include <tuple>

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_indicators = 10;
constexpr std::size_t most_reports = 5;
constexpr int high_severity = 3;
constexpr std::uint64_t many_correlations = 3;

constexpr const char* dot = " \xC2\xB7 ";

mrkdwn show_term(const search_term& term) {
  return term.kind ? show_value(observables::to_string(*term.kind), term.text) : show_text(term.text);
}

mrkdwn severity_text(int severity) {
  switch (severity) {
  case 0:
    return "benign"_mrkdwn;
  case 1:
    return "low"_mrkdwn;
  case 2:
    return "medium"_mrkdwn;
  case 3:
    return "high"_mrkdwn;
  default:
    return "unknown"_mrkdwn;
  }
}

mrkdwn facts_of(const indicator_hit& hit) {
  std::vector<mrkdwn> facts;
  if (hit.severity) {
    mrkdwn fact = "severity "_mrkdwn + severity_text(*hit.severity);
    if (!hit.source.empty())
      fact += " by "_mrkdwn + show_text(hit.source, 60);
    facts.push_back(fact);
  }
  if (hit.sightings)
    facts.push_back(counted(*hit.sightings, "sighting"_mrkdwn, "sightings"_mrkdwn));
  if (hit.correlations)
    facts.push_back(counted(*hit.correlations, "correlated report"_mrkdwn, "correlated reports"_mrkdwn));
  if (hit.first_seen)
    facts.push_back("first seen "_mrkdwn + date(*hit.first_seen));
  if (hit.last_seen)
    facts.push_back("last seen "_mrkdwn + date(*hit.last_seen));
  return join(facts, escape(dot));
}

mrkdwn labels_of(const std::vector<std::string>& tags, const std::vector<std::string>& enclaves) {
  std::vector<mrkdwn> labels;
  if (!tags.empty())
    labels.push_back("tags "_mrkdwn + show_list(tags));
  if (!enclaves.empty())
    labels.push_back((enclaves.size() == 1 ? "enclave "_mrkdwn : "enclaves "_mrkdwn) + show_list(enclaves));
  return join(labels, escape(dot));
}

block show_indicator(const indicator_hit& hit, const std::string& station_url) {
  mrkdwn text;
  if (is_high_priority(hit))
    text += ":rotating_light: *High priority* "_mrkdwn;
  text += "*"_mrkdwn + escape(defang_text(cut_text(shown_type(hit.type, hit.value), 40))) + "* "_mrkdwn +
          show_value(hit.type, hit.value);
  if (std::string address = indicator_address(station_url, hit.type, hit.value); !address.empty())
    text += "  "_mrkdwn + link(address, "Open in Station");
  for (const mrkdwn& line : {facts_of(hit), labels_of(hit.tags, hit.enclaves)})
    if (!line.empty())
      text += "\n"_mrkdwn + line;
  return section(text);
}

mrkdwn show_report(const report_hit& hit, const std::string& station_url) {
  mrkdwn text = "\xE2\x80\xA2 "_mrkdwn + show_text(hit.title.empty() ? hit.id : hit.title);
  if (hit.updated)
    text += ", updated "_mrkdwn + date(*hit.updated);
  if (!hit.enclaves.empty())
    text += ", in "_mrkdwn + show_list(hit.enclaves, 3);
  if (std::string address = report_address(station_url, hit.id); !address.empty())
    text += "  "_mrkdwn + link(address, "Open in Station");
  return text;
}

mrkdwn more_in_station(std::uint64_t count, const std::string& station_url) {
  mrkdwn text = "and "_mrkdwn + grouped(count) + " more"_mrkdwn;
  std::string address = start_address(station_url);
  return address.empty() ? text : text + " in "_mrkdwn + link(address, "Station");
}

std::vector<indicator_hit> most_important_first(std::vector<indicator_hit> hits) {
  auto rank = [](const indicator_hit& hit) {
    return std::tuple(is_high_priority(hit), hit.severity.value_or(-1), hit.correlations.value_or(0),
                      hit.sightings.value_or(0));
  };
  std::stable_sort(hits.begin(), hits.end(),
                   [&](const indicator_hit& a, const indicator_hit& b) { return rank(a) > rank(b); });
  return hits;
}

void add_missing_note(std::vector<block>& blocks, const search_findings& findings) {
  for (const std::string& what : findings.missing)
    blocks.push_back(context("Station could not tell me about "_mrkdwn + escape(what) +
                             " just now; search again later."_mrkdwn));
}

message nothing_found(const search_findings& findings) {
  mrkdwn text = "Nothing found for "_mrkdwn + show_term(findings.term) + " in your enclaves."_mrkdwn;
  std::vector<block> blocks = {section(text)};
  if (!findings.term.kind)
    blocks.push_back(
        context("Words are looked for in indicators and in the titles and texts of reports."_mrkdwn));
  add_missing_note(blocks, findings);
  return message(text, std::move(blocks));
}

} // namespace

bool is_high_priority(const indicator_hit& hit) noexcept {
  if (hit.severity)
    return *hit.severity >= high_severity;
  return hit.correlations.value_or(0) >= many_correlations;
}

message search_usage(const error& fault) {
  mrkdwn text =
      "Usage: `/trustar-search &lt;term&gt;`, for example `/trustar-search 192.0.2[.]1` or `/trustar-search wannacry`."_mrkdwn;
  // The router's causes are sentences of ours without a capital, never what was typed.
  if (!fault.cause.empty())
    text = "I cannot search yet: "_mrkdwn + escape(fault.cause) +
           (fault.mend.empty() ? mrkdwn() : " \xE2\x80\x93 "_mrkdwn + escape(fault.mend)) + ".\n"_mrkdwn +
           text;
  return message(text);
}

message searching(const search_term& term) {
  return message("Searching for "_mrkdwn + show_term(term) + "\xE2\x80\xA6"_mrkdwn);
}

message found(const search_findings& findings) {
  if (findings.indicators.empty() && findings.reports.empty())
    return nothing_found(findings);
  std::uint64_t indicators = std::max<std::uint64_t>(findings.total_indicators, findings.indicators.size());
  std::uint64_t reports = std::max<std::uint64_t>(findings.total_reports, findings.reports.size());
  auto high = std::count_if(findings.indicators.begin(), findings.indicators.end(), is_high_priority);

  mrkdwn summary = "Found "_mrkdwn + counted(indicators, "indicator"_mrkdwn, "indicators"_mrkdwn) +
                   " and "_mrkdwn + counted(reports, "report"_mrkdwn, "reports"_mrkdwn) + " for "_mrkdwn +
                   show_term(findings.term);
  if (high > 0)
    summary += ", "_mrkdwn + grouped(static_cast<std::uint64_t>(high)) + " of high priority"_mrkdwn;
  std::vector<block> blocks = {section(summary + "."_mrkdwn)};

  std::size_t shown = 0;
  for (const indicator_hit& hit : most_important_first(findings.indicators)) {
    if (shown == most_indicators)
      break;
    blocks.push_back(show_indicator(hit, findings.station_url));
    ++shown;
  }
  if (indicators > shown)
    blocks.push_back(context(more_in_station(indicators - shown, findings.station_url)));

  if (!findings.reports.empty()) {
    std::vector<mrkdwn> lines = {"*Reports*"_mrkdwn};
    for (const report_hit& hit : findings.reports)
      if (lines.size() <= most_reports)
        lines.push_back(show_report(hit, findings.station_url));
    if (std::uint64_t listed = lines.size() - 1; reports > listed)
      lines.push_back("\xE2\x80\xA2 "_mrkdwn + more_in_station(reports - listed, findings.station_url));
    blocks.push_back(divider());
    for (block& b : sections_of_lines(lines))
      blocks.push_back(std::move(b));
  }
  add_missing_note(blocks, findings);
  return message(summary + "."_mrkdwn, std::move(blocks));
}

} // namespace isacbot::domain::answers
