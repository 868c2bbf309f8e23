#include "protocol/trustar/server_indicator_requests.hpp"

#include "protocol/json.hpp"
#include "protocol/trustar/request_fields.hpp"

#include <algorithm>

namespace isacbot::trustar {

namespace {

constexpr std::int64_t lowest_score = -1;
constexpr std::int64_t highest_score = 3;

void check_scores(const json::reader& root, std::string_view key) {
  const auto* value = root.find(key);
  if (value == nullptr)
    return;
  const auto* list = value->if_array();
  bool right = list != nullptr && std::all_of(list->begin(), list->end(), [](const boost::json::value& x) {
                 return x.is_int64() && x.get_int64() >= lowest_score && x.get_int64() <= highest_score;
               });
  if (!right)
    root.refuse(key, "must be a list of numbers from -1 to 3");
}

} // namespace

result<indicator_tag> parse_indicator_tag(std::string_view body) {
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  json::fault fault;
  json::reader root{document->root(), "body", fault};
  indicator_tag out{root.filled_text("value"), {}};
  if (json::reader tag = root.object("tag"); !fault) {
    out.tag = read_tag(tag);
    if (out.tag.enclave_id.empty())
      tag.refuse("enclaveId", "is missing");
  }
  if (fault)
    return fault.error();
  return out;
}

result<void> check_triage(std::string_view body) {
  if (is_blank(body))
    return {};
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  json::fault fault;
  json::reader root{document->root(), "body", fault};
  read_time(root, "from");
  read_time(root, "to");
  check_scores(root, "priorityEventScore");
  check_scores(root, "normalizedIndicatorScore");
  // The Python SDK changes the two about when it walks through pages, so neither is looked into.
  (void)root.optional_texts("status");
  (void)root.optional_texts("enclaveIds");
  (void)root.optional_text("cursor");
  return fault ? result<void>(fault.error()) : result<void>();
}

} // namespace isacbot::trustar
