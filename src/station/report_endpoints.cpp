/// The endpoints about reports.
#include "observables/observables.hpp"
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "protocol/trustar/types.hpp"
#include "station/case_fold.hpp"
#include "station/endpoints.hpp"
#include "station/report_store.hpp"

#include <algorithm>

namespace isacbot::station {

namespace {

constexpr std::uint32_t default_page = 25;
constexpr std::chrono::days default_window{1};
constexpr std::ptrdiff_t max_indicators = 2'000;

/// Counts what the service would index: types that API 1.3 knows, special addresses left out.
bool has_too_many_indicators(const trustar::report& what) {
  observables::options opts;
  opts.special_addresses = false;
  auto found = observables::extract(*what.body, opts);
  return std::count_if(found.begin(), found.end(), [](const observables::observable& o) {
           return trustar::wire_type(observables::to_string(o.kind)).has_value();
         }) > max_indicators;
}

} // namespace

result<http::response> endpoints::create_report(const call& c) {
  auto what = trustar::parse_new_report(c.request.body);
  if (!what)
    return what.error();
  auto where = creatable_enclaves(c, what->enclave_ids);
  if (!where)
    return where.error();
  if (has_too_many_indicators(*what))
    return fail(ec::too_large, "The report has more than 2000 indicators.");
  auto added = add_report(store_, where->front(), std::move(*what), random_uuid(random_), c.now);
  if (!added)
    return added.error();
  return trustar::make_text_answer(added->id);
}

result<http::response> endpoints::find_reports(const call& c) const {
  auto what = trustar::parse_search(c.target.query, c.request.body);
  if (!what)
    return what.error();
  if (c.request.method == "GET" && !c.target.query.text("searchTerm"))
    return fail(ec::malformed, "No search term provided.");
  auto characters = std::count_if(what->term.begin(), what->term.end(),
                                  [](char ch) { return (static_cast<unsigned char>(ch) & 0xC0U) != 0x80U; });
  if (characters > 0 && characters < static_cast<std::ptrdiff_t>(trustar::min_search_characters))
    return fail(ec::malformed, "The search term must have at least 3 characters.");
  auto where = readable_enclaves(c, what->enclave_ids);
  if (!where)
    return where.error();
  auto window = make_window(*what, c.now, default_window);
  if (!window)
    return window.error();
  auto page = make_page_request(*what, default_page, trustar::max_report_page);
  if (!page)
    return page.error();
  if (!what->tags.empty()) // reports cannot be tagged yet: none has the tag
    where->clear();
  auto hits = station::search_reports(store_, *where, fold_case(what->term), window->first, window->second);
  if (!hits)
    return hits.error();
  trustar::page<trustar::report> answer;
  answer.page_number = page->number;
  answer.page_size = page->size;
  answer.total_elements = hits->size();
  std::size_t end = std::min<std::size_t>(hits->size(), page->begin() + page->size);
  for (std::size_t i = page->begin(); i < end; ++i)
    answer.items.push_back(std::move((*hits)[i]));
  answer.has_next = end < hits->size();
  return trustar::make_report_page_answer(answer);
}

result<http::response> endpoints::show_report(const call& c) const {
  auto where = readable_enclaves(c, {});
  if (!where)
    return where.error();
  bool external = http::equal_ignoring_case(c.target.query.text("idType").value_or("internal"), "external");
  auto found =
      external ? find_report_by_external_id(store_, *where, c.id) : find_report(store_, *where, c.id);
  if (!found)
    return found.error();
  if (!*found)
    return fail(ec::not_found, "No report with that ID.");
  return trustar::make_report_answer(**found);
}

} // namespace isacbot::station
