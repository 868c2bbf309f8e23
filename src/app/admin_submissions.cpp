// isacbot submissions list|show|retry|cancel: the queue, its dead letters, and what a person decides about
// them.
#include "app/admin_handlers.hpp"
#include "app/receipt_json.hpp"

#include <boost/json/array.hpp>

#include <optional>
#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

constexpr std::size_t most_listed = 1'000;

result<domain::receipt> receipt_of(const admin_desk& desk, const admin_call& call) {
  auto id = call.text("id");
  if (!id)
    return id.error();
  auto receipt = desk.tables.outbox.find(submission_id{*id});
  if (!receipt)
    return receipt.error();
  if (!*receipt)
    return fail(ec::not_found, "no submission " + id->substr(0, 60), "`isacbot submissions list` shows them");
  return std::move(**receipt);
}

result<json::value> request(admin_desk& desk, const admin_call& call, storage::part_request_kind kind) {
  auto id = call.text("id");
  if (!id)
    return id.error();
  auto outcome = desk.request_parts({kind, submission_id{*id}});
  if (!outcome)
    return outcome.error();
  return json::value(json::object{{"id", *id},
                                  {"parts", outcome->changed},
                                  {"under_way", outcome->under_way},
                                  {"doubtful", outcome->doubtful}});
}

} // namespace

result<json::value> submissions_list(admin_desk& desk, const admin_call& call) {
  auto wanted = call.text_or_empty("standing");
  if (!wanted)
    return wanted.error();
  auto ids = desk.tables.outbox.recent(most_listed);
  auto depth = desk.tables.outbox.depth();
  if (!ids || !depth)
    return !ids ? ids.error() : depth.error();
  json::array list;
  for (const submission_id& id : *ids) {
    auto receipt = desk.tables.outbox.find(id);
    if (!receipt)
      return receipt.error();
    if (*receipt && (wanted->empty() || *wanted == standing_of(**receipt)))
      list.emplace_back(receipt_summary(**receipt));
  }
  json::object parts{
      {"due", depth->due}, {"parked", depth->parked}, {"held", depth->held}, {"buried", depth->buried}};
  return json::value(json::object{{"parts", std::move(parts)}, {"submissions", std::move(list)}});
}

result<json::value> submissions_show(admin_desk& desk, const admin_call& call) {
  auto receipt = receipt_of(desk, call);
  if (!receipt)
    return receipt.error();
  auto ahead = desk.tables.outbox.due_before(receipt->submission.id);
  return json::value(receipt_json(*receipt, desk.time.now(), ahead ? std::optional{*ahead} : std::nullopt));
}

result<json::value> submissions_retry(admin_desk& desk, const admin_call& call) {
  return request(desk, call, storage::part_request_kind::retry);
}

result<json::value> submissions_cancel(admin_desk& desk, const admin_call& call) {
  return request(desk, call, storage::part_request_kind::cancel);
}

} // namespace isacbot::app
