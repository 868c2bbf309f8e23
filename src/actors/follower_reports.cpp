// The FOLLOWER, reports: Station's status, what it found in the report, and what that has to do with others.
#include "actors/caf_error.hpp"
#include "actors/follower.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::uint32_t most_correlated = 25;

/// Station's id of the report; empty when it was never delivered.
std::string report_id(const domain::receipt& receipt) {
  for (const auto& p : receipt.parts)
    if (p.state == domain::part_state::settled)
      return p.station_submission_id;
  return {};
}

} // namespace

void follower::look_at_report(const followed_ptr& f) {
  auto id = report_id(f->receipt);
  if (id.empty())
    return done(f); // a dead letter: its owner has been told
  ask(
      f, "report_status",
      [id](const trustar::origin& station, const secret& token) -> result<http::request> {
        return trustar::make_report_status_request(station, token, id);
      },
      [this, f](result<http_response_ptr> response) {
        auto status = response ? trustar::parse_submission_status(**response)
                               : result<trustar::submission_status>{response.error()};
        using processing = trustar::processing_state;
        if (status && status->state == processing::success)
          return ask_found(f);
        if (status && status->state == processing::failure) {
          f->processing_failed = true;
          f->processing_error = status->error_message;
          return tell(f, {});
        }
        // Still at work, not begun, or not to be asked now.
        if (env_.time.now() - f->receipt.submission.created < config_.give_up_after)
          return later(f, f->pause);
        f->processing_unknown = true;
        tell(f, {});
      });
}

void follower::ask_found(const followed_ptr& f) {
  ask(
      f, "report_indicators",
      [id = report_id(f->receipt)](const trustar::origin& station,
                                   const secret& token) -> result<http::request> {
        return trustar::make_report_indicators_request(station, token, id, 0, trustar::max_indicator_page);
      },
      [this, f](result<http_response_ptr> response) {
        auto found = response ? trustar::parse_indicator_page(**response)
                              : result<trustar::page<trustar::indicator>>{response.error()};
        if (!found)
          return ask_known(f); // what we found ourselves will do
        std::vector<domain::indicator_row> rows;
        for (const auto& indicator : found->items) {
          domain::indicator_row row;
          row.type = trustar::observable_type(indicator.type, indicator.value);
          row.value = indicator.value;
          rows.push_back(std::move(row));
        }
        f->found = std::move(rows);
        ask_metadata(f, *f->found);
      });
}

void follower::ask_correlated(const followed_ptr& f, std::vector<std::string> known) {
  std::vector<std::string> values;
  if (f->found)
    for (const auto& row : *f->found)
      if (values.size() < trustar::max_correlated_values)
        values.push_back(trustar::wire_value(row.type, row.value));
  if (values.empty())
    return tell(f, std::move(known));
  ask(
      f, "correlated_reports",
      [values](const trustar::origin& station, const secret& token) {
        return trustar::make_correlated_reports_request(station, token, values, {}, 0, most_correlated);
      },
      [this, f, known = std::move(known)](result<http_response_ptr> response) {
        auto page = response ? trustar::parse_report_page(**response)
                             : result<trustar::page<trustar::report>>{response.error()};
        auto own = report_id(f->receipt);
        f->correlated.clear();
        if (page)
          for (const auto& hit : page->items)
            if (hit.id != own)
              f->correlated.push_back({hit.id, hit.title, {}, hit.updated});
        tell(f, known);
      });
}

} // namespace isacbot::actors
