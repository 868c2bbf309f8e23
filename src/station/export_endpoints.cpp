/// The endpoints of the bulk export of indicator metadata.
#include "protocol/trustar/server_indicator_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "station/endpoints.hpp"
#include "station/indicator_reader.hpp"

#include <utility>

namespace isacbot::station {

namespace {

constexpr std::chrono::days default_window{30};

} // namespace

result<http::response> endpoints::start_export(const call& c) {
  auto what = trustar::parse_search(c.target.query, c.request.body);
  if (!what)
    return what.error();
  if (auto where = readable_enclaves(c, what->enclave_ids); !where)
    return where.error();
  auto window = make_window(*what, c.now, default_window);
  if (!window)
    return window.error();
  what->from = window->first; // the window is that of the question, whenever the answer is fetched
  what->to = what->to.value_or(c.now);
  std::string guid = random_uuid(random_);
  exports_.add(guid, {c.caller.key, std::move(*what), c.now});
  return trustar::make_guid_answer(guid);
}

result<http::response> endpoints::show_export_status(const call& c) const {
  if (!exports_.find(c.id, c.caller.key, c.now))
    return fail(ec::not_found, "No export with that ID.");
  return trustar::make_export_status_answer("COMPLETE");
}

result<http::response> endpoints::show_export(const call& c) const {
  auto asked = exports_.find(c.id, c.caller.key, c.now);
  if (!asked)
    return fail(ec::not_found, "No export with that ID.");
  auto where = readable_enclaves(c, asked->what.enclave_ids);
  if (!where)
    return where.error();
  auto query = make_indicator_query(asked->what, asked->what.from.value_or(sys_time{}),
                                    asked->what.to.value_or(c.now));
  auto hits = station::search_indicators(store_, *where, query);
  if (!hits)
    return hits.error();
  auto rows = load_indicators(store_, *where, *hits);
  if (!rows)
    return rows.error();
  return trustar::make_csv_answer(*rows);
}

} // namespace isacbot::station
