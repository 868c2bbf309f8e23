#include "actors/tasks/search_task.hpp"

#include "domain/dialog_drafts.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/trustar/answers.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::hours a_year{365 * 24}; // the longest window that Station looks back
constexpr std::chrono::seconds before_a_word{1};
constexpr std::chrono::minutes pending_lifetime{30}; // as long as a response_url works
constexpr std::uint32_t page_size = 25;
constexpr std::uint64_t calls_per_search = 4; // indicators, reports, metadata, summaries

trustar::search query_for(const domain::search_term& term, sys_time now) {
  trustar::search query;
  query.term = term.text;
  query.from = now - std::chrono::duration_cast<milliseconds>(a_year);
  query.to = now;
  query.page_size = page_size;
  return query;
}

} // namespace

search_task::search_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                         std::string typed)
    : command_task(cfg, std::move(b), std::move(target)),
      typed_(std::move(typed)) {}

void search_task::run(const slack::request&) {
  auto term = domain::parse_search_term(typed_);
  if (!term) {
    acknowledge(slack::ack_empty());
    return answer(domain::answers::search_usage(term.error()));
  }
  term_ = std::move(*term);
  acknowledge(slack::ack_empty());
  with_credentials(
      [this](domain::api_credentials account) {
        after(before_a_word, [this] {
          if (!shown_)
            tell(domain::answers::searching(term_));
        });
        with_allowance(account, calls_per_search + enclave_calls(account), [this, account] {
          with_enclaves(account, [this, account](result<std::vector<trustar::enclave>> enclaves) {
            if (!enclaves)
              return answer_failure(enclaves.error());
            enclaves_ = std::move(*enclaves);
            search(account);
          });
        });
      },
      [this] { ask_to_register(); });
}

void search_task::ask_to_register() {
  domain::pending_search pending{{target().channel, target().response_url}, typed_};
  storage::write_batch batch;
  parts().drafts.put(batch, target().who, "pending-search", domain::encode(pending).reveal(),
                     parts().env.time.now() + pending_lifetime);
  write(std::move(batch), storage::sync::no, [this](result<void> written) {
    if (!written)
      return answer_failure(written.error());
    answer(domain::answers::not_registered(term_.text));
  });
}

trustar_call search_task::call_for(const domain::api_credentials& account, telemetry::label endpoint,
                                   decltype(trustar_call::make) make) const {
  trustar_call call;
  call.endpoint = endpoint;
  call.credentials = account;
  call.make = std::move(make);
  call.deadline = parts().settings.station_deadline;
  return call;
}

void search_task::search(const domain::api_credentials& account) {
  auto query = query_for(term_, parts().env.time.now());
  findings_.term = term_;
  findings_.station_url = parts().settings.station_url;
  waiting_for_ = 2;
  auto next = [this, account] {
    if (--waiting_for_ == 0)
      look_closer(account);
  };
  call_station(
      call_for(account, "search_indicators",
               [query](const trustar::origin& station, const secret& token) -> result<http::request> {
                 return trustar::make_indicator_search_request(station, token, query);
               }),
      [this, next](result<http_response_ptr> response) {
        auto page = response ? trustar::parse_indicator_page(**response)
                             : result<trustar::page<trustar::indicator>>{response.error()};
        if (!page)
          return answer_failure(page.error());
        hits_ = std::move(page->items);
        findings_.total_indicators = std::max<std::uint64_t>(page->total_elements.value_or(0), hits_.size());
        next();
      });
  call_station(call_for(account, "search_reports",
                        [query](const trustar::origin& station, const secret& token) {
                          return trustar::make_report_search_request(station, token, query);
                        }),
               [this, next](result<http_response_ptr> response) {
                 auto page = response ? trustar::parse_report_page(**response)
                                      : result<trustar::page<trustar::report>>{response.error()};
                 if (!page)
                   return answer_failure(page.error());
                 for (const auto& report : page->items)
                   findings_.reports.push_back(
                       {report.id, report.title, names_of(report.enclave_ids), report.updated});
                 findings_.total_reports =
                     std::max<std::uint64_t>(page->total_elements.value_or(0), findings_.reports.size());
                 next();
               });
}

void search_task::look_closer(const domain::api_credentials& account) {
  if (hits_.empty())
    return show();
  std::vector<trustar::indicator_key> keys;
  std::vector<std::string> values;
  for (const auto& hit : hits_) {
    keys.push_back({hit.value, hit.type});
    values.push_back(hit.value);
  }
  waiting_for_ = 2;
  // Both only add to what was found: a failure leaves a leaner answer, not none.
  call_station(call_for(account, "metadata",
                        [keys](const trustar::origin& station, const secret& token) {
                          return trustar::make_metadata_request(station, token, keys, {});
                        }),
               [this](result<http_response_ptr> response) {
                 add_metadata(response);
                 if (--waiting_for_ == 0)
                   show();
               });
  call_station(call_for(account, "summaries",
                        [values](const trustar::origin& station, const secret& token) {
                          return trustar::make_summaries_request(station, token, values, {});
                        }),
               [this](result<http_response_ptr> response) {
                 add_summaries(response);
                 if (--waiting_for_ == 0)
                   show();
               });
}

void search_task::add_metadata(const result<http_response_ptr>& response) {
  auto known = response ? trustar::parse_indicators(**response)
                        : result<std::vector<trustar::indicator>>{response.error()};
  if (!known)
    return findings_.missing.emplace_back("sightings"), void();
  for (auto& hit : hits_)
    for (auto& more : *known)
      if (more.type == hit.type && more.value == hit.value)
        hit = more;
}

void search_task::add_summaries(const result<http_response_ptr>& response) {
  auto page = response ? trustar::parse_summary_page(**response)
                       : result<trustar::page<trustar::summary>>{response.error()};
  if (!page)
    return findings_.missing.emplace_back("severity"), void();
  for (const auto& summary : page->items) {
    if (!summary.severity)
      continue;
    auto& worst = severities_[summary.value];
    if (worst.source.empty() || *summary.severity > worst.severity)
      worst = {*summary.severity, summary.source_name};
  }
}

std::vector<std::string> search_task::names_of(const std::vector<std::string>& enclave_ids) const {
  std::vector<std::string> names;
  for (const auto& id : enclave_ids)
    for (const auto& e : enclaves_)
      if (e.id == id)
        names.push_back(e.name);
  return names;
}

void search_task::show() {
  shown_ = true;
  for (const auto& hit : hits_) {
    domain::answers::indicator_hit out;
    out.type = hit.type;
    out.value = hit.value;
    for (const auto& tag : hit.tags)
      out.tags.push_back(tag.name);
    out.enclaves = names_of(hit.enclave_ids);
    out.sightings = hit.sightings;
    out.correlations = hit.correlation_count;
    out.first_seen = hit.first_seen;
    out.last_seen = hit.last_seen;
    if (auto worst = severities_.find(hit.value); worst != severities_.end()) {
      out.severity = worst->second.severity;
      out.source = worst->second.source;
    }
    findings_.indicators.push_back(std::move(out));
  }
  answer(domain::answers::found(findings_));
}

} // namespace isacbot::actors
