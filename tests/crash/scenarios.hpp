/// The work that is crashed into: lists, and what goes wrong with them besides.
#pragma once

#include "crash/world.hpp"
#include "protocol/trustar/server_answers.hpp"

#include <boost/json/parse.hpp>

#include <string>
#include <utility>

namespace isacbot::test {

inline const std::string& bad_value() {
  static const std::string text = "bad.example.org";
  return text;
}

/// @param rows  values "<name><n>.example.com"
/// @param with_bad_row  and one, in the middle, that Station is made to refuse
inline handed_list make_list(const std::string& name, std::size_t rows, bool with_bad_row = false) {
  handed_list list;
  for (std::size_t i = 1; i <= rows; ++i) {
    list.values.push_back(name + std::to_string(i) + ".example.com");
    list.text += list.values.back() + "\n";
    if (with_bad_row && i == rows / 2)
      list.text += bad_value() + "\n";
  }
  list.lines = rows + (with_bad_row ? 1 : 0);
  return list;
}

inline std::size_t rows_of(const http::request& batch) {
  return boost::json::parse(batch.body).at("content").as_array().size();
}

inline disturbance answer_with(unsigned status) {
  if (status == 429)
    return {disturbance::kind::answered, trustar::make_limit_answer(seconds{2})};
  return {disturbance::kind::answered,
          trustar::make_error_answer(status, "as ordered", "/api/1.3/indicators", sys_time{})};
}

/// Batches over four rows are too large; one with the bad value is not acceptable.
inline std::optional<disturbance> refuse_large_and_bad(const http::request& batch, std::uint64_t) {
  if (rows_of(batch) > 4)
    return answer_with(413);
  if (batch.body.find(bad_value()) != std::string::npos)
    return answer_with(400);
  return std::nullopt;
}

/// Every way in which one batch after the other goes wrong.
inline std::optional<disturbance> go_wrong_in_turn(const http::request&, std::uint64_t nth) {
  using kind = disturbance::kind;
  switch (nth) {
  case 1:
    return answer_with(429);
  case 2:
    return disturbance{kind::answer_lost, {}};
  case 3:
    return answer_with(503);
  case 4:
    return disturbance{kind::cut, {}};
  case 6:
    return disturbance{kind::request_lost, {}};
  case 7:
    return answer_with(500);
  default:
    return std::nullopt;
  }
}

/// A report with values of its own and two tags.
inline handed_list make_report(const std::string& name) {
  handed_list report;
  report.title = "Report " + name;
  report.text = "Mail from " + name + "1.example.com led to http://" + name + "2.example.com/x";
  report.tags = "phishing, " + name;
  report.lines = 1;
  return report;
}

inline world_options one_report() {
  world_options o;
  o.lists = {{make_report("a")}};
  return o;
}

/// A report over Station's limit, in three parts.
inline handed_list make_oversized_report(const std::string& name) {
  handed_list report = make_report(name);
  for (int line = 3; line <= 6; ++line)
    report.text += "\nline " + std::to_string(line) + " of " + name + ": beacons to " + name +
                   std::to_string(line) + ".example.net";
  report.parts = 3;
  return report;
}

inline world_options oversized_report() {
  world_options o;
  o.lists = {{make_oversized_report("a")}};
  o.report_limits.max_bytes = 80;
  return o;
}

/// Between other work, while calls about reports go wrong in every way.
inline world_options oversized_report_in_trouble() {
  world_options o = oversized_report();
  o.lists = {{make_oversized_report("a"), make_list("c", 3)}};
  o.disturb_reports = go_wrong_in_turn;
  return o;
}

/// Station takes no report over 70 bytes, although its limit was said to be another.
inline std::optional<disturbance> refuse_large_reports(const http::request& call, std::uint64_t) {
  if (!call.target.ends_with("/reports") ||
      boost::json::parse(call.body).at("reportBody").as_string().size() <= 70)
    return std::nullopt;
  return answer_with(413);
}

/// What is refused has had no effect, whatever else goes wrong.
inline std::optional<disturbance> refuse_large_reports_in_trouble(const http::request& call,
                                                                  std::uint64_t nth) {
  auto trouble = go_wrong_in_turn(call, nth);
  auto refused = refuse_large_reports(call, nth);
  const bool lost = trouble && trouble->what == disturbance::kind::request_lost;
  return refused && !lost ? refused : trouble;
}

/// A report that Station refuses with 413, and so one of its halves; in five pieces in the end.
inline world_options report_too_large_after_all() {
  world_options o;
  o.lists = {{make_oversized_report("a")}};
  o.lists[0][0].parts = 5;
  o.smallest_report = 32;
  o.disturb_reports = refuse_large_reports;
  return o;
}

/// Two members, reports and lists in turn, while calls about reports go wrong in every way.
inline world_options reports_in_trouble() {
  world_options o;
  o.lists = {{make_report("a"), make_list("c", 3)}, {make_list("d", 3), make_report("b")}};
  o.disturb_reports = go_wrong_in_turn;
  return o;
}

inline world_options one_list() {
  world_options o;
  o.lists = {{make_list("a", 5)}};
  return o;
}

/// Four parts of three rows.
inline world_options several_parts() {
  world_options o;
  o.lists = {{make_list("a", 11)}};
  o.max_rows = 3;
  return o;
}

inline world_options halves_and_bad_row() {
  world_options o;
  o.lists = {{make_list("a", 9, true)}};
  o.disturb = refuse_large_and_bad;
  return o;
}

inline world_options trouble_on_the_way() {
  world_options o;
  o.lists = {{make_list("a", 5)}};
  o.max_rows = 3;
  o.disturb = go_wrong_in_turn;
  return o;
}

/// A list in many parts that comes item by item; every third value comes again, long after its part has been
/// staged. A second one follows, with a value of the first.
inline world_options staged_list() {
  world_options o;
  handed_list large = make_list("a", 18);
  for (std::size_t i = 1; i <= 18; i += 3) {
    large.values.push_back("a" + std::to_string(i) + ".example.com");
    large.text += large.values.back() + "\n";
    ++large.lines;
  }
  large.staged = true;
  handed_list small = make_list("b", 2);
  small.text += "a1.example.com\n";
  small.values.emplace_back("a1.example.com");
  ++small.lines;
  small.staged = true;
  o.lists = {{large, small}};
  o.max_rows = 3;
  o.late_bytes = 5; // some are staged, too
  return o;
}

/// Private addresses among the values of two lists that come item by item, in chunks of their own between the
/// others: the first one's stay behind, the second one's owner insists. One address is in both.
inline world_options withheld_in_staged_lists() {
  world_options o;
  auto make = [](const std::string& name, int first, bool insists) {
    handed_list list = make_list(name, 3);
    for (int i = 0; i < 3; ++i) {
      const std::string address = "10.0.0." + std::to_string(first + i);
      (insists ? list.values : list.withheld).push_back(address);
      list.text += address + "\n";
      ++list.lines;
    }
    list.text += name + "1.example.com\n";
    list.values.push_back(name + "1.example.com");
    ++list.lines;
    list.staged = true;
    list.send_special = insists;
    return list;
  };
  o.lists = {{make("a", 1, false), make("b", 3, true)}};
  o.max_rows = 2;
  o.late_bytes = 5;
  return o;
}

/// Two members at once, each with two lists; the second list of each has a value of the other's first.
inline world_options two_members() {
  world_options o;
  o.lists = {{make_list("a", 4), make_list("c", 3)}, {make_list("b", 4), make_list("d", 3)}};
  o.lists[0][1].text += "b1.example.com\n";
  o.lists[0][1].values.emplace_back("b1.example.com");
  ++o.lists[0][1].lines;
  o.max_rows = 2;
  return o;
}

} // namespace isacbot::test
