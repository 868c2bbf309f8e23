#include "protocol/trustar/server_requests.hpp"

#include "core/bytes.hpp"
#include "core/case_fold.hpp"
#include "protocol/json.hpp"
#include "protocol/trustar/request_fields.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::trustar {

namespace {

constexpr std::size_t max_notes_bytes = 8U * 1024U;
constexpr std::size_t max_source_bytes = 1'000;

std::string read_bounded(const json::reader& from, std::string_view key, std::size_t max_bytes) {
  std::string text = from.text_or(key);
  if (text.size() > max_bytes)
    from.refuse(key, "is longer than " + std::to_string(max_bytes) + " bytes");
  return text;
}

submitted_row read_row(const json::reader& from) {
  submitted_row row;
  row.value = from.text("value");
  row.first_seen = read_time(from, "firstSeen");
  row.last_seen = read_time(from, "lastSeen");
  if (auto sightings = from.optional_integer("sightings")) {
    if (*sightings < 0 || *sightings > std::numeric_limits<std::int32_t>::max())
      from.refuse("sightings", "is no count");
    else
      row.sightings = static_cast<std::uint64_t>(*sightings);
  }
  row.source = read_bounded(from, "source", max_source_bytes);
  row.notes = read_bounded(from, "notes", max_notes_bytes);
  row.tags = read_tags(from);
  return row;
}

void read_number_parameter(const query_reader& query, std::string_view key, std::optional<std::uint32_t>& out,
                           std::optional<error>& problem) {
  auto number = query.number(key);
  if (!number)
    problem = number.error();
  else if (*number)
    out = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(**number, std::numeric_limits<std::uint32_t>::max()));
}

void read_time_parameter(const query_reader& query, std::string_view key, std::optional<sys_time>& out,
                         std::optional<error>& problem) {
  auto number = query.number(key);
  if (!number)
    problem = number.error();
  else if (*number)
    out = from_epoch_ms(std::min(static_cast<std::int64_t>(**number), last_time_ms));
}

} // namespace

std::string normal_tag_name(std::string_view name) {
  return fold_case(trim(name));
}

result<std::string> parse_tag_name(std::string_view name) {
  std::string normal = normal_tag_name(name);
  if (std::string_view fault = find_tag_fault(normal); !fault.empty())
    return fail(ec::malformed, "name: " + std::string(fault));
  return normal;
}

result<basic_credentials> parse_basic(std::string_view authorization) {
  error refused = fail(ec::unauthorized, "no Basic credentials");
  constexpr std::string_view scheme = "Basic ";
  if (authorization.size() < scheme.size() ||
      !http::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return refused;
  auto pair = from_base64(trim(authorization.substr(scheme.size())));
  if (!pair)
    return refused;
  secret bytes(std::move(*pair));
  std::size_t colon = bytes.reveal().find(':');
  if (colon == std::string_view::npos || colon == 0)
    return refused;
  return basic_credentials{std::string(bytes.reveal().substr(0, colon)),
                           secret(std::string(bytes.reveal().substr(colon + 1)))};
}

std::optional<std::string_view> parse_bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() < scheme.size() ||
      !http::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return std::nullopt;
  return trim(authorization.substr(scheme.size()));
}

std::string grant_type_of(const query_reader& query, std::string_view body) {
  if (auto form = query_reader::parse(trim(body.substr(0, 4096))))
    if (auto value = form->text("grant_type"))
      return std::string(*value);
  return std::string(query.text("grant_type").value_or(std::string_view()));
}

result<indicator_submission> parse_submission(std::string_view body) {
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  json::fault fault;
  json::reader root{document->root(), "body", fault};
  indicator_submission out;
  out.enclave_ids = root.texts("enclaveIds");
  out.tags = read_tags(root);
  const auto* content = root.find("content");
  // Counted before anything is copied: a body of rows too many costs no more than its parsing.
  if (content != nullptr && content->is_array() && content->get_array().size() > max_rows_per_submission)
    return fail(ec::too_large, "content has more than 10000 rows");
  for (const json::reader& item : root.objects("content"))
    out.content.push_back(read_row(item));
  if (out.enclave_ids.empty())
    root.refuse("enclaveIds", "must not be empty");
  if (out.content.empty())
    root.refuse("content", "must not be empty");
  if (fault)
    return fault.error();
  return out;
}

result<search> parse_search(const query_reader& query, std::string_view body) {
  search out;
  std::optional<error> problem;
  out.enclave_ids = query.list("enclaveIds");
  out.entity_types = query.list("entityTypes");
  for (const std::string& name : query.list("tags"))
    out.tags.push_back(normal_tag_name(name));
  for (const std::string& name : query.list("excludedTags"))
    out.excluded_tags.push_back(normal_tag_name(name));
  read_time_parameter(query, "from", out.from, problem);
  read_time_parameter(query, "to", out.to, problem);
  read_number_parameter(query, "pageNumber", out.page_number, problem);
  read_number_parameter(query, "pageSize", out.page_size, problem);
  if (problem)
    return *problem;
  out.term = query.text("searchTerm").value_or(std::string_view());
  if (is_blank(body))
    return out;
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  if (document->root().is_null()) // the JSON literal null stands for "no body" in some clients
    return out;
  json::fault fault;
  json::reader root{document->root(), "body", fault};
  if (auto term = root.optional_text("searchTerm"))
    out.term = std::move(*term);
  if (fault)
    return fault.error();
  return out;
}

result<std::vector<indicator_key>> parse_metadata_keys(std::string_view body) {
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  const auto* list = document->root().if_array();
  if (list != nullptr && list->size() > max_metadata_rows)
    return fail(ec::too_large, "more than 1000 values in one call");
  json::fault fault;
  std::vector<indicator_key> keys;
  std::size_t typed = 0;
  for (const json::reader& item : json::read_objects(document->root(), "body", fault)) {
    keys.push_back({item.text("value"), item.text_or("indicatorType")});
    typed += keys.back().type.empty() ? 0 : 1;
  }
  if (typed != 0 && typed != keys.size())
    fault.report(ec::malformed, "body: if one row has an indicatorType, all must have one");
  if (fault)
    return fault.error();
  return keys;
}

result<std::vector<std::string>> parse_values(std::string_view body) {
  return parse_texts(body, max_summary_values, "values");
}

} // namespace isacbot::trustar
