// The FOLLOWER, reports: Station's status, what it found in the report, and what that has to do with others.
#include "actors/caf_error.hpp"
#include "actors/follower.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::uint32_t most_correlated = 25;

} // namespace

/// One part after the other; what a look has learnt stays when the next call has to wait.
void follower::look_at_report(const followed_ptr& f) {
  auto ids = station_ids(f->receipt);
  if (ids.empty())
    return done(f); // a dead letter: its owner has been told
  if (f->parts_processed >= ids.size())
    return f->found ? ask_metadata(f, *f->found) : ask_known(f);
  ask(
      f, "report_status",
      [id = ids[f->parts_processed]](const trustar::origin& station, const secret& token)
          -> result<http::request> { return trustar::make_report_status_request(station, token, id); },
      [this, f, id = ids[f->parts_processed]](result<http_response_ptr> response) {
        auto status = response ? trustar::parse_submission_status(**response)
                               : result<trustar::submission_status>{response.error()};
        using processing = trustar::processing_state;
        if (status && status->state == processing::success)
          return ask_found(f, id);
        if (status && status->state == processing::failure) {
          f->processing_failed = true;
          f->processing_error = status->error_message;
          return next_report_part(f);
        }
        // Still at work, not begun, or not to be asked now.
        if (env_.time.now() - f->receipt.submission.created < config_.give_up_after)
          return later(f, f->pause);
        f->processing_unknown = true;
        tell(f, {});
      });
}

void follower::next_report_part(const followed_ptr& f) {
  ++f->parts_processed;
  if (f->processing_failed && f->parts_processed >= station_ids(f->receipt).size())
    return tell(f, {});
  look_at_report(f);
}

void follower::ask_found(const followed_ptr& f, const std::string& report) {
  ask(
      f, "report_indicators",
      [report](const trustar::origin& station, const secret& token) -> result<http::request> {
        return trustar::make_report_indicators_request(station, token, report, 0,
                                                       trustar::max_indicator_page);
      },
      [this, f](result<http_response_ptr> response) {
        auto found = response ? trustar::parse_indicator_page(**response)
                              : result<trustar::page<trustar::indicator>>{response.error()};
        if (!found)
          return next_report_part(f); // what we found ourselves will do
        if (!f->found)
          f->found.emplace();
        for (const auto& indicator : found->items) {
          domain::indicator_row row;
          row.type = trustar::observable_type(indicator.type, indicator.value);
          row.value = indicator.value;
          if (f->found_keys.insert(row.type + ' ' + row.value).second)
            f->found->push_back(std::move(row));
        }
        next_report_part(f);
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
        const auto own = station_ids(f->receipt);
        f->correlated.clear();
        if (page)
          for (const auto& hit : page->items)
            if (std::find(own.begin(), own.end(), hit.id) == own.end())
              f->correlated.push_back({hit.id, hit.title, {}, hit.updated});
        tell(f, known);
      });
}

} // namespace isacbot::actors
