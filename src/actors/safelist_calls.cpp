#include "actors/safelist_calls.hpp"

#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

namespace isacbot::actors {

trustar_call safelist_call(const domain::api_credentials& account, std::uint32_t page,
                           milliseconds deadline) {
  trustar_call call;
  call.endpoint = "whitelist";
  call.credentials = account;
  call.deadline = deadline;
  call.make = [page](const trustar::origin& station, const secret& token) -> result<http::request> {
    return trustar::make_whitelist_request(station, token, page, trustar::max_indicator_page);
  };
  return call;
}

result<bool> add_safelist_page(domain::safelist& to, const http::response& response) {
  auto page = trustar::parse_indicator_page(response);
  if (!page)
    return page.error();
  for (const auto& item : page->items)
    to.add(item.type, item.value);
  return page->has_next && !page->items.empty();
}

} // namespace isacbot::actors
