/// The endpoints about the company's whitelist.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_indicator_answers.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_report_requests.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "protocol/trustar/types.hpp"
#include "station/endpoints.hpp"
#include "station/indicator_row.hpp"
#include "station/whitelist.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint32_t default_page = 25;

} // namespace

result<http::response> endpoints::show_whitelist(const call& c) const {
  auto what = trustar::parse_search(c.target.query, "");
  if (!what)
    return what.error();
  auto page = make_page_request(*what, default_page, trustar::max_indicator_page);
  if (!page)
    return page.error();
  auto all = list_whitelist(store_, c.caller.company);
  if (!all)
    return all.error();
  auto answer = page->make_page<trustar::indicator_key>(all->size());
  for (const whitelist_entry& entry : page->part_of(*all))
    answer.items.push_back({entry.value, entry.type});
  return trustar::make_key_page_answer(answer);
}

result<http::response> endpoints::extend_whitelist(const call& c) {
  auto terms = trustar::parse_terms(c.request.body);
  if (!terms)
    return terms.error();
  std::vector<trustar::submitted_row> rows;
  for (std::string& term : *terms)
    rows.push_back({std::move(term), {}, {}, {}, "", "", {}});
  std::vector<whitelist_entry> entries;
  std::vector<trustar::indicator_key> added;
  for (typed_row& row : find_types(rows, names_).rows) {
    trustar::indicator_key key{row.value, row.type};
    if (std::find(added.begin(), added.end(), key) != added.end())
      continue;
    added.push_back(std::move(key));
    entries.push_back({std::move(row.type), std::move(row.value)});
  }
  std::string values;
  for (const whitelist_entry& entry : entries)
    values += (values.empty() ? "" : " ") + entry.value;
  if (!entries.empty())
    if (auto noted = note(c, "station_whitelist_extended", std::to_string(c.caller.company), values); !noted)
      return noted.error();
  if (auto done = station::add_to_whitelist(store_, c.caller.company, entries, c.now); !done)
    return done.error();
  return trustar::make_whitelisted_answer(added);
}

result<http::response> endpoints::shorten_whitelist(const call& c) {
  auto type = c.target.query.text("indicatorType");
  auto value = c.target.query.text("value");
  if (!type || !value || type->empty() || value->empty())
    return fail(ec::malformed, "indicatorType and value are needed.");
  whitelist_entry entry{std::string(trustar::wire_type(*type).value_or(*type)), std::string(*value)};
  auto exact = is_whitelisted(store_, c.caller.company, entry.type, entry.value);
  if (!exact)
    return exact.error();
  if (!*exact) // another spelling of what was added
    for (typed_row& row : find_types({{entry.value, {}, {}, {}, "", "", {}}}, names_).rows)
      entry.value = std::move(row.value);
  if (auto noted = note(c, "station_whitelist_shortened", std::to_string(c.caller.company), entry.value);
      !noted)
    return noted.error();
  if (auto done = remove_from_whitelist(store_, c.caller.company, entry); !done)
    return done.error();
  return trustar::make_empty_answer();
}

} // namespace isacbot::station
