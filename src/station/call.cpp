#include "station/call.hpp"

#include "protocol/trustar/server_requests.hpp"

#include <algorithm>

namespace isacbot::station {

namespace {

constexpr std::chrono::days longest_window{365};

result<std::vector<enclave>> pick(const call& c, const std::vector<std::string>& ids, access needed,
                                  std::string_view right) {
  std::vector<enclave> picked;
  for (const std::string& id : ids) {
    auto found = std::find_if(c.enclaves.begin(), c.enclaves.end(), [&](const granted_enclave& g) {
      return g.enclave.id == id && g.level >= needed;
    });
    if (found == c.enclaves.end())
      return fail(ec::forbidden, "No permission to " + std::string(right) + " in one of the enclaves named.");
    bool doubled = std::any_of(picked.begin(), picked.end(), [&](const enclave& e) { return e.id == id; });
    if (!doubled)
      picked.push_back(found->enclave);
  }
  return picked;
}

} // namespace

result<std::vector<enclave>> readable_enclaves(const call& c, const std::vector<std::string>& ids) {
  if (!ids.empty())
    return pick(c, ids, access::view, "read");
  std::vector<enclave> all;
  for (const granted_enclave& g : c.enclaves)
    all.push_back(g.enclave);
  return all;
}

result<std::vector<enclave>> creatable_enclaves(const call& c, const std::vector<std::string>& ids) {
  return pick(c, ids, access::submit, "submit");
}

const granted_enclave* find_granted(const call& c, std::string_view id) noexcept {
  auto found = std::find_if(c.enclaves.begin(), c.enclaves.end(),
                            [&](const granted_enclave& g) { return g.enclave.id == id; });
  return found == c.enclaves.end() ? nullptr : &*found;
}

result<page_request> make_page_request(const trustar::search& what, std::uint32_t default_size,
                                       std::uint32_t max_size) {
  page_request page;
  page.number = what.page_number.value_or(0);
  page.size = std::clamp<std::uint32_t>(what.page_size.value_or(default_size), 1, max_size);
  if (page.begin() >= trustar::max_reachable_results)
    return fail(ec::invalid_argument, "Only the first 10000 results can be reached; narrow the search.");
  return page;
}

result<std::pair<sys_time, sys_time>> make_window(const trustar::search& what, sys_time now,
                                                  milliseconds default_span) {
  // Without an end the window is open: stamps that only just lie ahead of this moment belong to it.
  constexpr sys_time open_end = from_epoch_ms(253'402'300'799'999);
  sys_time to = what.to.value_or(open_end);
  sys_time end = what.to.value_or(now);
  sys_time from = what.from.value_or(end - default_span);
  if (from > to)
    return fail(ec::invalid_argument, "The time window ends before it begins.");
  return std::pair(std::max(from, end - longest_window), to);
}

result<list_call> read_list_call(const call& c, std::string_view body, const list_bounds& bounds) {
  auto what = trustar::parse_search(c.target.query, body);
  if (!what)
    return what.error();
  auto where = readable_enclaves(c, what->enclave_ids);
  if (!where)
    return where.error();
  list_call read;
  if (bounds.default_window) {
    auto window = make_window(*what, c.now, *bounds.default_window);
    if (!window)
      return window.error();
    read.from = window->first;
    read.to = window->second;
  }
  auto page = make_page_request(*what, bounds.default_page, bounds.max_page);
  if (!page)
    return page.error();
  read.what = std::move(*what);
  read.where = std::move(*where);
  read.page = *page;
  return read;
}

} // namespace isacbot::station
