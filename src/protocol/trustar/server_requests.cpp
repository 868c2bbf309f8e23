#include "protocol/trustar/server_requests.hpp"

#include "core/bytes.hpp"
#include "protocol/json.hpp"
#include "protocol/trustar/iso_time.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::trustar {

namespace {

/// The listener bounds a body much closer; this is what a codec fed by somebody else puts up with.
constexpr json::limits body_limits{64U * 1024U * 1024U, 32};
constexpr std::size_t max_notes_bytes = 8U * 1024U;
constexpr std::size_t max_source_bytes = 1'000;
constexpr std::size_t max_title_bytes = 1'000;
constexpr std::size_t max_external_id_characters = 500;
constexpr std::int64_t last_time_ms = 253'402'300'799'999; // end of the year 9999

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<sys_time> read_time(const json::reader& from, std::string_view key) {
  auto ms = from.optional_integer(key);
  if (!ms)
    return std::nullopt;
  if (*ms < 0 || *ms > last_time_ms) {
    from.refuse(key, "is no time in milliseconds since 1970");
    return std::nullopt;
  }
  return from_epoch_ms(*ms);
}

std::string read_bounded(const json::reader& from, std::string_view key, std::size_t max_bytes) {
  std::string text = from.text_or(key);
  if (text.size() > max_bytes)
    from.refuse(key, "is longer than " + std::to_string(max_bytes) + " bytes");
  return text;
}

tag read_tag(const json::reader& from) {
  tag out{normal_tag_name(from.text("name")), from.text_or("enclaveId"), ""};
  bool control = std::any_of(out.name.begin(), out.name.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
  if (out.name.empty() || control)
    from.refuse("name", "is no tag name");
  if (count_characters(out.name) > max_tag_characters)
    from.refuse("name", "is longer than 90 characters");
  return out;
}

std::vector<tag> read_tags(const json::reader& from) {
  std::vector<tag> tags;
  for (const json::reader& item : from.optional_objects("tags"))
    tags.push_back(read_tag(item));
  return tags;
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

std::optional<sys_time> read_time_began(const json::reader& from) {
  const auto* value = from.find("timeBegan");
  if (value == nullptr || !value->is_string())
    return read_time(from, "timeBegan");
  std::string text = from.text("timeBegan");
  if (is_blank(text))
    return std::nullopt;
  if (auto time = parse_iso_time(text))
    return *time;
  from.refuse("timeBegan", "is neither ISO 8601 nor milliseconds since 1970");
  return std::nullopt;
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
  std::string out(trim(name));
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
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
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  const auto* list = document->root().if_array();
  if (list == nullptr)
    return fail(ec::malformed, "body: a list of texts is expected");
  if (list->size() > max_summary_values)
    return fail(ec::too_large, "more than 100 values in one call");
  std::vector<std::string> values;
  for (const auto& item : *list) {
    const auto* text = item.if_string();
    if (text == nullptr)
      return fail(ec::malformed, "body: a list of texts is expected");
    values.emplace_back(text->data(), text->size());
  }
  return values;
}

result<report> parse_new_report(std::string_view body) {
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  json::fault fault;
  json::reader root{document->root(), "body", fault};
  report out;
  out.title = root.text("title");
  out.body = root.text("reportBody");
  if (is_blank(out.title))
    root.refuse("title", "must not be blank");
  if (out.title.size() > max_title_bytes)
    root.refuse("title", "is longer than 1000 bytes");
  if (is_blank(*out.body))
    root.refuse("reportBody", "must not be blank");
  out.time_began = read_time_began(root);
  out.external_id = root.optional_text("externalTrackingId");
  if (out.external_id && out.external_id->empty())
    out.external_id.reset();
  if (out.external_id && count_characters(*out.external_id) > max_external_id_characters)
    root.refuse("externalTrackingId", "is longer than 500 characters");
  out.external_url = root.optional_text("externalUrl");
  if (out.external_url && count_characters(*out.external_url) > max_external_url_characters)
    root.refuse("externalUrl", "is longer than 500 characters");
  out.enclave_ids = root.optional_texts("enclaveIds");
  if (out.enclave_ids.size() != 1)
    root.refuse("enclaveIds", "must name exactly one enclave");
  if (fault)
    return fault.error();
  if (out.body->size() > max_report_bytes)
    return fail(ec::too_large, "reportBody is longer than 2 MB");
  return out;
}

} // namespace isacbot::trustar
