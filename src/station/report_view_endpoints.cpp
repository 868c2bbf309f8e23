/// The endpoints that read reports.
#include "core/utf8.hpp"
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "station/endpoints.hpp"
#include "station/index_queue.hpp"
#include "station/report_reader.hpp"
#include "station/term_search.hpp"
#include "station/whitelist.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint32_t default_page = 25;
constexpr std::uint32_t default_indicator_page = 100;
constexpr std::chrono::days default_window{1};
constexpr std::chrono::days longest_list_window{14};

result<trustar::page<trustar::report>> load_page(const storage::kv_store& store,
                                                 const std::vector<enclave>& where,
                                                 const std::vector<report_hit>& hits,
                                                 const page_request& page) {
  auto loaded = load_reports(store, where, page.part_of(hits));
  if (!loaded)
    return loaded.error();
  auto answer = page.make_page<trustar::report>(hits.size());
  answer.items = std::move(*loaded);
  return answer;
}

} // namespace

result<endpoints::located_report> endpoints::locate_report(const call& c) const {
  std::string_view id_type = c.target.query.text("idType").value_or("internal");
  bool external = http::equal_ignoring_case(id_type, "external");
  if (!external && !http::equal_ignoring_case(id_type, "internal"))
    return fail(ec::malformed, "idType must be internal or external.");
  auto where = readable_enclaves(c, {});
  if (!where)
    return where.error();
  // An external id is unique within an enclave only: a client may say which one it means.
  std::vector<std::string> named = c.target.query.list("enclaveIds");
  if (external && !named.empty())
    std::erase_if(
        *where, [&](const enclave& e) { return std::find(named.begin(), named.end(), e.id) == named.end(); });
  auto found =
      external ? find_report_by_external_id(store_, *where, c.id) : find_report(store_, *where, c.id);
  if (!found)
    return found.error();
  const granted_enclave* lies_in = *found ? find_granted(c, (*found)->enclave_id()) : nullptr;
  if (lies_in == nullptr)
    return fail(ec::not_found, "No report with that ID.");
  return located_report{std::move(**found), lies_in};
}

result<http::response> endpoints::show_report(const call& c) const {
  auto located = locate_report(c);
  if (!located)
    return located.error();
  return trustar::make_report_answer(located->report.what);
}

result<http::response> endpoints::show_report_status(const call& c) const {
  auto located = locate_report(c);
  if (!located)
    return located.error();
  trustar::submission_status status;
  status.id = located->report.what.id;
  auto place = find_report_place(store_, status.id);
  if (!place)
    return place.error();
  status.state = state_of(*place);
  if (*place == queue_place::set_aside)
    status.error_message = set_aside_message;
  return trustar::make_status_answer(status);
}

result<http::response> endpoints::show_report_indicators(const call& c) const {
  auto what = trustar::parse_search(c.target.query, "");
  if (!what)
    return what.error();
  auto apply = c.target.query.flag("applyWhitelist");
  if (!apply)
    return apply.error();
  auto page = make_page_request(*what, default_indicator_page, trustar::max_indicator_page);
  if (!page)
    return page.error();
  auto located = locate_report(c);
  if (!located)
    return located.error();
  auto found = read_observables(store_, located->where->enclave.number, located->report.what.id);
  if (!found)
    return found.error();
  std::vector<trustar::report_indicator> shown;
  for (const report_observable& x : *found) {
    if (x.derived)
      continue;
    auto whitelisted = is_whitelisted(store_, c.caller.company, x.type, x.value);
    if (!whitelisted)
      return whitelisted.error();
    if (!*whitelisted || !apply->value_or(true))
      shown.push_back({x.type, x.value, *whitelisted});
  }
  auto answer = page->make_page<trustar::report_indicator>(shown.size());
  for (const trustar::report_indicator& x : page->part_of(shown))
    answer.items.push_back(x);
  return trustar::make_report_indicators_answer(answer);
}

result<http::response> endpoints::list_reports(const call& c) const {
  auto asked = read_list_call(c, "", {default_page, trustar::max_report_page, default_window});
  if (!asked)
    return asked.error();
  report_query query{{}, asked->from, asked->to, asked->what.tags, asked->what.excluded_tags};
  query.from = std::max(query.from, asked->what.to.value_or(c.now) - longest_list_window);
  auto hits = station::search_reports(store_, asked->where, query);
  if (!hits)
    return hits.error();
  auto answer = load_page(store_, asked->where, *hits, asked->page);
  if (!answer)
    return answer.error();
  return trustar::make_full_report_page_answer(*answer);
}

result<http::response> endpoints::find_reports(const call& c) const {
  if (c.request.method == "GET" && !c.target.query.text("searchTerm"))
    return fail(ec::malformed, "No search term provided.");
  auto asked = read_list_call(c, c.request.body, {default_page, trustar::max_report_page, default_window});
  if (!asked)
    return asked.error();
  std::size_t characters = count_characters(asked->what.term);
  if (characters > 0 && characters < trustar::min_search_characters)
    return fail(ec::malformed, "The search term must have at least 3 characters.");
  auto hits = station::search_reports(
      store_, asked->where,
      {search_terms(asked->what.term), asked->from, asked->to, asked->what.tags, asked->what.excluded_tags});
  if (!hits)
    return hits.error();
  auto answer = load_page(store_, asked->where, *hits, asked->page);
  if (!answer)
    return answer.error();
  return trustar::make_report_page_answer(*answer);
}

result<http::response> endpoints::correlate_reports(const call& c) const {
  auto where = readable_enclaves(c, c.target.query.list("enclaveIds"));
  if (!where)
    return where.error();
  auto hits = find_correlated_texts(store_, *where, c.target.query.whole_values("indicators"), names_);
  if (!hits)
    return hits.error();
  std::vector<std::string> ids;
  for (report_hit& hit : *hits) {
    auto there = is_there(store_, hit);
    if (!there)
      return there.error();
    if (*there)
      ids.push_back(std::move(hit.id));
  }
  return trustar::make_texts_answer(ids);
}

result<http::response> endpoints::show_correlated(const call& c) const {
  auto asked = read_list_call(c, "", {default_page, trustar::max_report_page});
  if (!asked)
    return asked.error();
  auto hits = find_correlated_texts(store_, asked->where, c.target.query.whole_values("indicators"), names_);
  if (!hits)
    return hits.error();
  auto answer = load_page(store_, asked->where, *hits, asked->page);
  if (!answer)
    return answer.error();
  return trustar::make_full_report_page_answer(*answer);
}

} // namespace isacbot::station
