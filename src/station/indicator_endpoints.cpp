/// The endpoints about indicators.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "protocol/trustar/server_summaries.hpp"
#include "protocol/trustar/types.hpp"
#include "station/endpoints.hpp"
#include "station/index_queue.hpp"
#include "station/indicator_reader.hpp"
#include "station/scores.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace isacbot::station {

namespace {

constexpr std::uint32_t default_page = 25;
constexpr std::chrono::days default_window{30};
constexpr std::size_t max_idempotency_key = 255;

/// @returns the key, empty when the header is absent
result<std::string> read_idempotency_key(const http::request& request) {
  std::size_t count = request.headers.count("Idempotency-Key");
  if (count == 0)
    return std::string();
  std::string key(request.headers.find("Idempotency-Key").value_or(std::string_view()));
  bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (count > 1 || key.empty() || key.size() > max_idempotency_key || !printable)
    return fail(ec::malformed,
                "The header Idempotency-Key must be one text of 1 to 255 printable characters.");
  return key;
}

result<void> check_tags(const std::vector<trustar::tag>& tags, const std::vector<enclave>& enclaves) {
  for (const trustar::tag& t : tags) {
    bool known = t.enclave_id.empty() || std::any_of(enclaves.begin(), enclaves.end(),
                                                     [&](const enclave& e) { return e.id == t.enclave_id; });
    if (!known)
      return fail(ec::malformed, "A tag names an enclave that the submission does not go to.");
  }
  return {};
}

http::response submission_answer(const submission_outcome& outcome) {
  http::response answer = trustar::make_empty_answer();
  answer.headers.add("Submission-Id", outcome.id);
  if (outcome.replayed)
    answer.headers.add("Idempotent-Replay", "true");
  return answer;
}

/// Whose it is, and colleagues who see every enclave that it went to: the skipped rows quote it.
bool may_see(const call& c, const submission_record& record) {
  return record.user_key == c.caller.key ||
         (record.company == c.caller.company &&
          std::all_of(record.enclave_ids.begin(), record.enclave_ids.end(),
                      [&](const std::string& id) { return find_granted(c, id) != nullptr; }));
}

/// Exact first; a value in another spelling is found by its normal form.
result<std::vector<trustar::indicator>> find_value(const storage::kv_store& store,
                                                   const std::vector<enclave>& enclaves,
                                                   const trustar::indicator_key& key,
                                                   const observables::known_names& names) {
  std::string type(key.type.empty() ? std::string_view() : trustar::wire_type(key.type).value_or(key.type));
  auto exact = read_metadata(store, enclaves, key.value, type);
  if (!exact || !exact->empty())
    return exact;
  typed_rows normal = find_types({trustar::submitted_row{key.value, {}, {}, {}, "", "", {}}}, names);
  if (normal.rows.empty() || normal.rows.front().value == key.value)
    return exact;
  return read_metadata(store, enclaves, normal.rows.front().value, type);
}

} // namespace

result<http::response> endpoints::submit_indicators(const call& c) {
  auto key = read_idempotency_key(c.request);
  if (!key)
    return key.error();
  auto content = trustar::parse_submission(c.request.body);
  if (!content)
    return content.error();
  // Before the rights: a batch that was applied stays applied, whatever was revoked since.
  auto replay = writer_.find_replay(c.caller.company, *key, *content, c.now);
  if (!replay)
    return replay.error();
  if (*replay)
    return submission_answer(**replay);
  auto where = creatable_enclaves(c, content->enclave_ids);
  if (!where)
    return where.error();
  if (auto ok = check_tags(content->tags, *where); !ok)
    return ok.error();
  for (const trustar::submitted_row& row : content->content)
    if (auto ok = check_tags(row.tags, *where); !ok)
      return ok.error();
  auto outcome = writer_.submit({random_uuid(random_), c.caller.company, c.caller.key, std::move(*key),
                                 std::move(*where), std::move(*content)},
                                c.now);
  if (!outcome)
    return outcome.error();
  return submission_answer(*outcome);
}

result<http::response> endpoints::show_submission(const call& c) const {
  auto found = find_submission(store_, c.id);
  if (!found)
    return found.error();
  if (!*found || !may_see(c, **found))
    return fail(ec::not_found, "No submission with that ID.");
  submission_record& record = **found;
  trustar::submission_status status;
  status.id = record.id;
  bool nothing_taken = record.accepted == 0 && !record.skipped.empty();
  auto place = find_place(store_, record.id, record.order);
  if (!place)
    return place.error();
  status.state = nothing_taken ? trustar::processing_state::failure : state_of(*place);
  if (nothing_taken)
    status.error_message = "None of the values was understood.";
  else if (*place == queue_place::set_aside)
    status.error_message = set_aside_message;
  status.accepted = record.accepted;
  status.skipped = std::move(record.skipped);
  return trustar::make_status_answer(status);
}

result<http::response> endpoints::find_indicators(const call& c) const {
  auto asked = read_list_call(c, c.request.body, {default_page, trustar::max_indicator_page, default_window});
  if (!asked)
    return asked.error();
  auto hits = station::search_indicators(store_, asked->where,
                                         make_indicator_query(asked->what, asked->from, asked->to));
  if (!hits)
    return hits.error();
  auto shown = load_indicators(store_, asked->where, asked->page.part_of(*hits));
  if (!shown)
    return shown.error();
  auto answer = asked->page.make_page<trustar::indicator>(hits->size());
  answer.items = std::move(*shown);
  return trustar::make_indicator_page_answer(answer);
}

result<http::response> endpoints::show_metadata(const call& c) const {
  auto keys = trustar::parse_metadata_keys(c.request.body);
  if (!keys)
    return keys.error();
  auto where = readable_enclaves(c, c.target.query.list("enclaveIds"));
  if (!where)
    return where.error();
  std::vector<trustar::indicator> all;
  for (const trustar::indicator_key& key : *keys) {
    auto found = find_value(store_, *where, key, names_);
    if (!found)
      return found.error();
    for (trustar::indicator& item : *found)
      all.push_back(std::move(item));
  }
  return trustar::make_metadata_answer(all);
}

result<http::response> endpoints::show_summaries(const call& c) const {
  auto values = trustar::parse_values(c.request.body);
  if (!values)
    return values.error();
  auto asked = read_list_call(c, "", {default_page, trustar::max_summary_values});
  if (!asked)
    return asked.error();
  std::vector<trustar::summary> all;
  std::set<std::string> seen; // each value once
  for (const std::string& value : *values) {
    if (!seen.insert(value).second)
      continue;
    auto found = read_summaries(store_, asked->where, value, names_);
    if (!found)
      return found.error();
    std::move(found->begin(), found->end(), std::back_inserter(all));
  }
  auto answer = asked->page.make_page<trustar::summary>(all.size());
  for (const trustar::summary& x : asked->page.part_of(all))
    answer.items.push_back(x);
  return trustar::make_summary_page_answer(answer);
}

} // namespace isacbot::station
