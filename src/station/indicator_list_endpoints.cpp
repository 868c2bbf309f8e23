/// The endpoints that list indicators: by time, by relation, in detail, by trend.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_indicator_answers.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "protocol/trustar/types.hpp"
#include "station/endpoints.hpp"
#include "station/indicator_reader.hpp"
#include "station/keys.hpp"
#include "station/report_reader.hpp"
#include "station/whitelist.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint32_t default_page = 25;
constexpr std::uint32_t default_related_page = 100;
constexpr std::chrono::days default_list_window{7};
constexpr std::chrono::days related_window{90};
constexpr std::size_t max_related_reports = 1'000; ///< the newest: what else would one call have to read
constexpr std::size_t max_trends = 10;
constexpr std::uint64_t max_trend_days = 30;
constexpr std::uint64_t default_trend_days = 7;

/// Values and in how many reports each stands.
using value_counts = std::map<std::pair<std::string, std::string>, std::uint64_t>; // value, type

result<value_counts> count_values(const storage::kv_store& store, const std::vector<report_hit>& hits) {
  value_counts counts;
  for (const report_hit& hit : hits) {
    auto found = read_observables(store, hit.enclave, hit.id);
    if (!found)
      return found.error();
    for (report_observable& x : *found)
      if (!x.derived)
        ++counts[{std::move(x.value), std::move(x.type)}];
  }
  return counts;
}

/// Those in most reports first.
std::vector<trustar::indicator> in_order(const value_counts& counts) {
  std::vector<trustar::indicator> all;
  for (const auto& [key, count] : counts) {
    trustar::indicator item;
    item.value = key.first;
    item.type = key.second;
    item.correlation_count = count;
    all.push_back(std::move(item));
  }
  std::stable_sort(all.begin(), all.end(), [](const trustar::indicator& a, const trustar::indicator& b) {
    return a.correlation_count > b.correlation_count;
  });
  return all;
}

} // namespace

result<http::response> endpoints::list_indicators(const call& c) const {
  auto asked = read_list_call(c, "", {default_page, trustar::max_indicator_page, default_list_window});
  if (!asked)
    return asked.error();
  indicator_query query;
  query.from = asked->from;
  query.to = asked->to;
  query.tags = c.target.query.list("tagIds");
  query.excluded_tags = c.target.query.list("excludedTagIds");
  auto hits = station::search_indicators(store_, asked->where, query);
  if (!hits)
    return hits.error();
  auto answer = asked->page.make_page<trustar::indicator_key>(hits->size());
  for (const indicator_hit& hit : asked->page.part_of(*hits))
    answer.items.push_back({hit.value, hit.type});
  return trustar::make_key_page_answer(answer);
}

result<http::response> endpoints::show_related(const call& c) const {
  auto asked = read_list_call(c, "", {default_related_page, trustar::max_indicator_page});
  if (!asked)
    return asked.error();
  auto hits = find_correlated_texts(store_, asked->where, c.target.query.whole_values("indicators"), names_,
                                    max_related_reports);
  if (!hits)
    return hits.error();
  std::erase_if(*hits, [&](const report_hit& hit) { return hit.updated < c.now - related_window; });
  auto counts = count_values(store_, *hits);
  if (!counts)
    return counts.error();
  auto all = in_order(*counts);
  if (all.size() > trustar::max_reachable_results)
    all.resize(trustar::max_reachable_results);
  auto answer = asked->page.make_page<trustar::indicator_key>(all.size());
  for (const trustar::indicator& item : asked->page.part_of(all))
    answer.items.push_back({item.value, item.type});
  return trustar::make_key_page_answer(answer);
}

result<http::response> endpoints::show_details(const call& c) const {
  auto where = readable_enclaves(c, c.target.query.list("enclaveIds"));
  if (!where)
    return where.error();
  auto values = resolve_values(store_, *where, c.target.query.whole_values("indicatorValues"), names_);
  if (!values)
    return values.error();
  std::vector<trustar::indicator_detail> details;
  for (const report_observable& x : *values) {
    auto known = read_metadata(store_, *where, x.value, x.type);
    auto whitelisted = is_whitelisted(store_, c.caller.company, x.type, x.value);
    if (!known || !whitelisted)
      return known ? whitelisted.error() : known.error();
    for (trustar::indicator& item : *known)
      details.push_back({std::move(item), *whitelisted});
  }
  return trustar::make_details_answer(details);
}

result<http::response> endpoints::show_trends(const call& c) const {
  auto days = c.target.query.number("daysBack");
  if (!days)
    return days.error();
  std::uint64_t back = days->value_or(default_trend_days);
  if (back < 1 || back > max_trend_days)
    return fail(ec::malformed, "daysBack must be from 1 to 30.");
  std::string type(c.target.query.text("type").value_or(std::string_view()));
  type = trustar::wire_type(type).value_or(type);
  auto where = readable_enclaves(c, {});
  if (!where)
    return where.error();
  report_query recent{{}, c.now - std::chrono::days(back), c.now + std::chrono::days(1), {}, {}};
  auto hits = station::search_reports(store_, *where, recent);
  if (!hits)
    return hits.error();
  auto counts = count_values(store_, *hits);
  if (!counts)
    return counts.error();
  std::vector<trustar::indicator> trends;
  for (trustar::indicator& item : in_order(*counts)) {
    bool wanted = type.empty() ? item.type != "MALWARE" && item.type != "CVE" : item.type == type;
    if (!wanted)
      continue;
    auto whitelisted = is_whitelisted(store_, c.caller.company, item.type, item.value);
    if (!whitelisted)
      return whitelisted.error();
    if (!*whitelisted)
      trends.push_back(std::move(item));
    if (trends.size() == max_trends)
      break;
  }
  return trustar::make_trends_answer(trends);
}

} // namespace isacbot::station
