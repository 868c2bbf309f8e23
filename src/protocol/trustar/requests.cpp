#include "protocol/trustar/requests.hpp"

#include "core/bytes.hpp"
#include "core/utf8.hpp"
#include "protocol/percent.hpp"
#include "protocol/trustar/query.hpp"
#include "protocol/trustar/request_parts.hpp"
#include "protocol/trustar/types.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace isacbot::trustar {

namespace bj = boost::json;

namespace {

constexpr std::size_t max_idempotency_key = 255;

bj::array tags_to_json(const std::vector<tag>& tags) {
  bj::array list;
  list.reserve(tags.size());
  for (const tag& t : tags) // `guid` null means: make it or find it by name
    list.push_back(bj::object{{"name", t.name}, {"enclaveId", t.enclave_id}, {"guid", nullptr}});
  return list;
}

bj::object row_to_json(const submitted_row& row) {
  bj::object object{{"value", row.value}};
  if (row.first_seen)
    object["firstSeen"] = to_epoch_ms(*row.first_seen);
  if (row.last_seen)
    object["lastSeen"] = to_epoch_ms(*row.last_seen);
  if (row.sightings)
    object["sightings"] = *row.sightings;
  if (!row.source.empty())
    object["source"] = row.source;
  if (!row.notes.empty())
    object["notes"] = row.notes;
  if (!row.tags.empty())
    object["tags"] = tags_to_json(row.tags);
  return object;
}

std::string search_query(const search& what) {
  query_writer query;
  query.add("enclaveIds", what.enclave_ids);
  if (what.from)
    query.add("from", static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_epoch_ms(*what.from))));
  if (what.to)
    query.add("to", static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_epoch_ms(*what.to))));
  query.add("entityTypes", what.entity_types).add("tags", what.tags).add("excludedTags", what.excluded_tags);
  if (what.page_size)
    query.add("pageSize", std::uint64_t{*what.page_size});
  if (what.page_number)
    query.add("pageNumber", std::uint64_t{*what.page_number});
  return query.text();
}

std::string term_to_json(const std::string& term) {
  bj::value text = nullptr; // null is "no term": an empty string is refused by some servers
  if (!term.empty())
    text = term;
  return bj::serialize(bj::object{{"searchTerm", std::move(text)}});
}

bool is_header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string enclave_query(const std::vector<std::string>& enclave_ids) {
  return query_writer().add("enclaveIds", enclave_ids).text();
}

} // namespace

http::request make_token_request(const origin& station, std::string_view api_key, const secret& api_secret) {
  http::request request;
  request.method = "POST";
  request.target = absolute(station, "/oauth/token");
  secret pair(std::string(api_key).append(":").append(api_secret.reveal()));
  request.headers.add("Authorization", "Basic " + to_base64(pair.reveal()));
  request.headers.add("Accept", "*/*");
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=client_credentials";
  return request;
}

http::request make_ping_request(const origin& station, const secret& token) {
  return make_api_request(station, token, "GET", "/ping");
}

http::request make_version_request(const origin& station, const secret& token) {
  return make_api_request(station, token, "GET", "/version");
}

http::request make_enclaves_request(const origin& station, const secret& token) {
  return make_api_request(station, token, "GET", "/enclaves");
}

http::request make_quotas_request(const origin& station, const secret& token) {
  return make_api_request(station, token, "GET", "/request-quotas");
}

result<http::request> make_submission_request(const origin& station, const secret& token,
                                              const indicator_submission& submission,
                                              std::string_view idempotency_key) {
  if (submission.content.empty() || submission.enclave_ids.empty())
    return fail(ec::invalid_argument, "an indicator submission needs rows and an enclave");
  if (submission.content.size() > max_rows_per_submission)
    return fail(ec::too_large, "more than 10000 rows in one submission", "send it in parts");
  if (idempotency_key.size() > max_idempotency_key || !is_header_text(idempotency_key))
    return fail(ec::invalid_argument, "the idempotency key is no header text of 1 to 255 characters");
  bj::array content;
  content.reserve(submission.content.size());
  for (const submitted_row& row : submission.content)
    content.push_back(row_to_json(row));
  bj::object body{{"enclaveIds", texts_to_json(submission.enclave_ids)}};
  if (!submission.tags.empty())
    body["tags"] = tags_to_json(submission.tags);
  body["content"] = std::move(content);
  http::request request = make_json_request(station, token, "POST", "/indicators", bj::serialize(body));
  if (!idempotency_key.empty())
    request.headers.add("Idempotency-Key", std::string(idempotency_key));
  return request;
}

http::request make_submission_status_request(const origin& station, const secret& token,
                                             std::string_view id) {
  return make_api_request(station, token, "GET",
                          "/submissions/" + percent::encode(id, percent::alphabet::path) + "/status");
}

http::request make_indicator_search_request(const origin& station, const secret& token, const search& what) {
  return make_json_request(station, token, "POST", "/indicators/search" + search_query(what),
                           term_to_json(what.term));
}

result<http::request> make_metadata_request(const origin& station, const secret& token,
                                            std::span<const indicator_key> keys,
                                            const std::vector<std::string>& enclave_ids) {
  if (keys.size() > max_metadata_rows)
    return fail(ec::too_large, "metadata of more than 1000 values in one call", "ask in parts");
  auto typed =
      std::count_if(keys.begin(), keys.end(), [](const indicator_key& k) { return !k.type.empty(); });
  if (typed != 0 && static_cast<std::size_t>(typed) != keys.size())
    return fail(ec::invalid_argument, "metadata: either every row has a type or none");
  bj::array body;
  body.reserve(keys.size());
  for (const indicator_key& key : keys) {
    bj::object row{{"value", key.value}, {"indicatorType", nullptr}};
    if (!key.type.empty())
      row["indicatorType"] = key.type;
    body.push_back(std::move(row));
  }
  return make_json_request(station, token, "POST", "/indicators/metadata" + enclave_query(enclave_ids),
                           bj::serialize(body));
}

result<http::request> make_summaries_request(const origin& station, const secret& token,
                                             const std::vector<std::string>& values,
                                             const std::vector<std::string>& enclave_ids) {
  if (values.size() > max_summary_values)
    return fail(ec::too_large, "summaries of more than 100 values in one call", "ask in parts");
  query_writer query;
  query.add("enclaveIds", enclave_ids).add("pageNumber", std::uint64_t{0});
  query.add("pageSize", std::uint64_t{max_summary_values});
  return make_json_request(station, token, "POST", "/indicators/summaries" + query.text(),
                           bj::serialize(texts_to_json(values)));
}

result<http::request> make_report_search_request(const origin& station, const secret& token,
                                                 const search& what) {
  if (!what.term.empty() && count_characters(what.term) < min_search_characters)
    return fail(ec::invalid_argument, "a report search needs a term of at least 3 characters",
                "search for a longer word");
  search reports_only = what;
  reports_only.entity_types.clear();
  return make_json_request(station, token, "POST", "/reports/search" + search_query(reports_only),
                           term_to_json(what.term));
}

namespace {

std::string page_link(std::string_view station_url, std::string_view last_segment) {
  while (station_url.ends_with('/'))
    station_url.remove_suffix(1);
  return std::string(station_url).append("/constellation/reports/").append(last_segment);
}

} // namespace

std::string report_link(std::string_view station_url, std::string_view report_id) {
  return page_link(station_url, percent::encode(report_id, percent::alphabet::path));
}

std::string indicator_link(std::string_view station_url, std::string_view wire_type, std::string_view value) {
  // The quoting is Python's urllib.parse.quote, as the vendors' integrations used it: a slash stays.
  std::string quoted;
  std::string guid = indicator_guid(wire_type, value);
  for (std::size_t start = 0; start <= guid.size();) {
    std::size_t slash = std::min(guid.find('/', start), guid.size());
    quoted.append(start == 0 ? "" : "/")
        .append(
            percent::encode(std::string_view(guid).substr(start, slash - start), percent::alphabet::path));
    start = slash + 1;
  }
  return page_link(station_url, to_base64(quoted));
}

} // namespace isacbot::trustar
