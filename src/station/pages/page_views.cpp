/// Gathers what the pages show, over the enclaves that the visitor may see.
#include "core/bytes.hpp"
#include "protocol/percent.hpp"
#include "station/indicator_reader.hpp"
#include "station/pages/layout.hpp"
#include "station/pages/page_service.hpp"
#include "station/pages/views.hpp"
#include "station/report_reader.hpp"
#include "station/scores.hpp"
#include "station/whitelist.hpp"

#include <algorithm>

namespace isacbot::station {

namespace {

constexpr std::size_t max_reports = 25;
constexpr std::size_t max_indicators = 100;
constexpr std::size_t max_term_bytes = 500;
constexpr std::chrono::days longest_window{365};

std::string name_of(const std::vector<enclave>& enclaves, std::string_view id) {
  auto found = std::find_if(enclaves.begin(), enclaves.end(), [&](const enclave& e) { return e.id == id; });
  return found == enclaves.end() ? std::string() : found->name;
}

std::uint32_t number_of(const std::vector<enclave>& enclaves, std::string_view id) {
  auto found = std::find_if(enclaves.begin(), enclaves.end(), [&](const enclave& e) { return e.id == id; });
  return found == enclaves.end() ? 0 : found->number;
}

/// The newest 25 hits as lines. @param more  set when there are others
result<std::vector<report_line>> load_lines(const storage::kv_store& store,
                                            const std::vector<enclave>& enclaves,
                                            std::vector<report_hit> hits, bool& more) {
  more = hits.size() > max_reports;
  hits.resize(std::min(hits.size(), max_reports));
  auto loaded = load_reports(store, enclaves, hits);
  if (!loaded)
    return loaded.error();
  std::vector<report_line> lines;
  for (trustar::report& report : *loaded)
    lines.push_back({std::move(report.id), std::move(report.title),
                     name_of(enclaves, report.enclave_ids.front()), report.updated.value_or(sys_time{})});
  return lines;
}

http::response not_found(const user& who) {
  return make_message_page(404, "Not found", "There is nothing here that you may see.", who.name);
}

/// Base64 of the URL-quoted "TYPE|value". @returns nullopt when it is not that
std::optional<report_observable> read_indicator(std::string_view base64) {
  auto quoted = from_base64(base64);
  auto guid = quoted ? percent::decode(*quoted, false) : std::nullopt;
  std::size_t bar = guid ? guid->find('|') : std::string::npos;
  if (bar == std::string::npos)
    return std::nullopt;
  return report_observable{guid->substr(0, bar), guid->substr(bar + 1)};
}

} // namespace

result<http::response> page_service::show_report(const visitor& v, const std::string& id) const {
  auto found = find_report(store_, v.readable, id);
  if (!found)
    return found.error();
  if (!*found)
    return not_found(v.who);
  report_view view;
  view.report = std::move(**found);
  view.enclave_name = name_of(v.readable, view.report.enclave_id());
  if (!view.report.copied_from.empty()) { // the original may lie where the reader may not look
    auto original = find_report(store_, v.readable, view.report.copied_from);
    if (!original)
      return original.error();
    if (!*original)
      view.report.copied_from.clear();
  }
  auto observables = read_observables(store_, number_of(v.readable, view.report.enclave_id()), id);
  if (!observables)
    return observables.error();
  std::vector<report_observable> telling; // a whitelisted value says nothing about what belongs together
  for (const report_observable& x : *observables) {
    auto whitelisted = is_whitelisted(store_, v.who.company, x.type, x.value);
    if (!whitelisted)
      return whitelisted.error();
    if (!*whitelisted && !x.derived)
      telling.push_back(x);
  }
  auto hits = find_correlated(store_, v.readable, telling, max_reports + 2);
  if (!hits)
    return hits.error();
  std::erase_if(*hits, [&](const report_hit& hit) { return hit.id == id; });
  auto lines = load_lines(store_, v.readable, std::move(*hits), view.more_correlated);
  if (!lines)
    return lines.error();
  view.correlated = std::move(*lines);
  view.observables = std::move(*observables);
  return make_page(200, view.report.what.title, v.who.name, make_report_view(view, names_));
}

result<http::response> page_service::show_indicator(const visitor& v, const std::string& base64) const {
  auto wanted = read_indicator(base64);
  if (!wanted)
    return not_found(v.who);
  auto known = read_metadata(store_, v.readable, wanted->value, wanted->type);
  auto whitelisted = is_whitelisted(store_, v.who.company, wanted->type, wanted->value);
  if (!known || !whitelisted)
    return known ? whitelisted.error() : known.error();
  if (known->empty())
    return not_found(v.who);
  indicator_view view;
  view.known = std::move(known->front());
  view.whitelisted = *whitelisted;
  auto scores = read_summaries(store_, v.readable, wanted->value, names_);
  if (!scores)
    return scores.error();
  view.scores = std::move(*scores);
  for (const std::string& id : view.known.enclave_ids)
    view.enclave_names.push_back(name_of(v.readable, id));
  auto hits = find_correlated(store_, v.readable, {*wanted}, max_reports + 1);
  if (!hits)
    return hits.error();
  auto lines = load_lines(store_, v.readable, std::move(*hits), view.more_reports);
  if (!lines)
    return lines.error();
  view.reports = std::move(*lines);
  return make_page(200, wanted->value, v.who.name, make_indicator_view(view));
}

result<http::response> page_service::show_search(const visitor& v, const request_target& target) const {
  search_view view;
  view.term = target.query.text("q").value_or(std::string_view()).substr(0, max_term_bytes);
  view.term.erase(0, std::min(view.term.find_first_not_of(' '), view.term.size()));
  view.term.erase(view.term.find_last_not_of(' ') + 1);
  auto terms = search_terms(view.term);
  if (!view.term.empty() && terms.empty())
    view.message = "A search needs at least 3 characters.";
  if (terms.empty())
    return make_page(200, "Search", v.who.name, make_search_view(view));
  sys_time now = time_.now();
  indicator_query what;
  what.terms = terms;
  what.from = now - longest_window;
  what.to = now + longest_window; // stamps may lie a little ahead
  auto found = search_indicators(store_, v.readable, what);
  if (!found)
    return found.error();
  view.all_indicators = found->size();
  found->resize(std::min(found->size(), max_indicators));
  for (indicator_hit& hit : *found)
    view.indicators.push_back({std::move(hit.type), std::move(hit.value), hit.last_seen});
  auto hits = search_reports(store_, v.readable, {terms, what.from, what.to, {}, {}, max_reports + 1});
  if (!hits)
    return hits.error();
  auto lines = load_lines(store_, v.readable, std::move(*hits), view.more_reports);
  if (!lines)
    return lines.error();
  view.reports = std::move(*lines);
  return make_page(200, "Search", v.who.name, make_search_view(view));
}

result<http::response> page_service::show_account(const visitor& v) const {
  account_view view;
  view.name = v.who.name;
  view.key = v.who.key;
  view.granted = v.granted;
  auto company = people_.find_company(v.who.company);
  if (!company)
    return company.error();
  if (*company)
    view.company = (*company)->name;
  view.calls_per_minute = settings_.calls_per_minute;
  view.calls_per_day = day_.limit();
  if (view.calls_per_day > 0) {
    auto used = day_.used(v.who.company);
    if (!used)
      return used.error();
    view.calls_today = *used;
  }
  return make_page(200, "Your account", v.who.name, make_account_view(view));
}

result<page_answer> page_service::show(const http::request& request, const page_route* route,
                                       const request_target& target) const {
  auto who = recognise(request);
  if (!who)
    return who.error();
  if (!*who)
    return page_answer{ask_to_log_in(request), "/login"};
  const visitor& v = **who;
  auto rest = percent::decode(rest_of_path(target), false);
  if (route == nullptr || !rest)
    return page_answer{not_found(v.who)};
  auto shown = route->what == page::search    ? show_search(v, target)
               : route->what == page::account ? show_account(v)
               : route->what == page::report  ? show_report(v, *rest)
                                              : show_indicator(v, *rest);
  if (!shown)
    return shown.error();
  return page_answer{std::move(*shown), route->name};
}

} // namespace isacbot::station
