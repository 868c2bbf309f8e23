#include "protocol/trustar/answers.hpp"

#include "protocol/json.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::trustar {

namespace {

/// The largest answers are pages of 1,000 indicators with notes and tags, and reports of 2 MB.
constexpr json::limits answer_limits{64U * 1024U * 1024U, 32};
constexpr std::size_t max_token = 4096;

error not_understood(const http::response& answer, const std::string& why) {
  std::string cause = "TruSTAR's answer is not understood: " + why;
  if (std::string trace = trace_id(answer); !trace.empty())
    cause.append(" [Trace-Id ").append(trace).append("]");
  return fail(ec::protocol_violation, std::move(cause));
}

std::optional<sys_time> read_time(const json::reader& from, std::string_view key) {
  auto ms = from.optional_integer(key);
  return ms ? std::optional(from_epoch_ms(*ms)) : std::nullopt;
}

std::optional<std::uint64_t> read_count(const json::reader& from, std::string_view key) {
  auto number = from.optional_integer(key);
  if (number && *number < 0) {
    from.refuse(key, "must not be negative");
    return std::nullopt;
  }
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

tag read_tag(const json::reader& from) {
  return {from.text_or("name"), from.text_or("enclaveId"), from.text_or("guid")};
}

indicator read_indicator(const json::reader& from) {
  indicator out;
  out.type = from.text_or("indicatorType");
  out.value = from.filled_text("value");
  out.first_seen = read_time(from, "firstSeen");
  out.last_seen = read_time(from, "lastSeen");
  out.sightings = read_count(from, "sightings");
  out.note_count = read_count(from, "noteCount");
  out.correlation_count = read_count(from, "correlationCount");
  out.notes = from.optional_texts("notes");
  out.source = from.text_or("source");
  out.enclave_ids = from.optional_texts("enclaveIds");
  for (const json::reader& t : from.optional_objects("tags"))
    out.tags.push_back(read_tag(t));
  return out;
}

enclave read_enclave(const json::reader& from) {
  enclave out;
  // One page of the original documentation calls it `guid`.
  out.id = from.has("id") ? from.filled_text("id") : from.filled_text("guid");
  out.name = from.text_or("name");
  out.type = from.text_or("type");
  out.read = from.flag_or("read", false);
  out.create = from.flag_or("create", false);
  out.update = from.flag_or("update", false);
  return out;
}

request_quota read_quota(const json::reader& from) {
  request_quota out;
  out.guid = from.text_or("guid");
  out.max_requests = read_count(from, "maxRequests").value_or(0);
  out.used_requests = read_count(from, "usedRequests").value_or(0);
  out.time_window = milliseconds(static_cast<std::int64_t>(read_count(from, "timeWindow").value_or(0)));
  out.last_reset = read_time(from, "lastResetTime").value_or(sys_time{});
  out.next_reset = read_time(from, "nextResetTime").value_or(sys_time{});
  return out;
}

summary read_summary(const json::reader& from) {
  summary out;
  out.value = from.filled_text("value");
  out.type = from.text_or("type");
  out.report_id = from.text_or("reportId");
  out.enclave_id = from.text_or("enclaveId");
  if (auto source = from.optional_object("source")) {
    out.source_key = source->text_or("key");
    out.source_name = source->text_or("name");
  }
  if (auto score = from.optional_object("score")) {
    out.score_name = score->text_or("name");
    out.score_value = score->text_or("value");
  }
  // Anything but 0..3 is not a severity: shown as none rather than refused.
  if (auto level = from.optional_integer("severityLevel"); level && *level >= 0 && *level <= 3)
    out.severity = static_cast<int>(*level);
  out.created = read_time(from, "created");
  out.updated = read_time(from, "updated");
  out.description = from.text_or("description");
  return out;
}

report read_report(const json::reader& from) {
  report out;
  out.id = from.filled_text("id");
  out.title = from.text_or("title");
  out.body = from.optional_text("reportBody");
  out.time_began = read_time(from, "timeBegan");
  out.external_id = from.optional_text(from.has("externalTrackingId") ? "externalTrackingId" : "externalId");
  out.external_url = from.optional_text("externalUrl");
  out.enclave_ids = from.optional_texts("enclaveIds");
  out.created = read_time(from, "created");
  out.updated = read_time(from, "updated");
  return out;
}

std::uint32_t read_page_field(const json::reader& from, std::string_view key) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(read_count(from, key).value_or(0), largest));
}

/// Reads the body with `read`, or says why it is not understood.
template <class Read>
auto read_body(const http::response& answer, Read read)
    -> result<decltype(read(std::declval<const json::document&>(), std::declval<json::fault&>()))> {
  if (auto outcome = classify(answer); !outcome)
    return outcome.error();
  auto document = json::parse(answer.body, answer_limits);
  if (!document)
    return not_understood(answer, document.error().cause);
  json::fault fault;
  auto value = read(*document, fault);
  if (fault)
    return not_understood(answer, fault.error().cause);
  return value;
}

template <class T>
result<std::vector<T>> read_list(const http::response& answer, T (*read)(const json::reader&)) {
  return read_body(answer, [&](const json::document& document, json::fault& fault) {
    std::vector<T> items;
    for (const json::reader& item : json::read_objects(document.root(), "answer", fault))
      items.push_back(read(item));
    return items;
  });
}

template <class T>
result<page<T>> read_page(const http::response& answer, T (*read)(const json::reader&)) {
  return read_body(answer, [&](const json::document& document, json::fault& fault) {
    json::reader body{document.root(), "answer", fault};
    page<T> out;
    for (const json::reader& item : body.objects("items"))
      out.items.push_back(read(item));
    out.page_number = read_page_field(body, "pageNumber");
    out.page_size = read_page_field(body, "pageSize");
    out.total_elements = read_count(body, "totalElements");
    bool computed = out.total_elements && out.page_size > 0 &&
                    (std::uint64_t{out.page_number} + 1) * out.page_size < *out.total_elements;
    out.has_next = body.flag_or("hasNext", computed);
    return out;
  });
}

template <class T>
result<T> read_object(const http::response& answer, T (*read)(const json::reader&)) {
  return read_body(answer, [&](const json::document& document, json::fault& fault) {
    return read(json::reader{document.root(), "answer", fault});
  });
}

access_token read_token(const json::reader& from) {
  access_token out;
  std::string text = from.filled_text("access_token");
  bool fits = text.size() <= max_token &&
              std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!fits)
    from.refuse("access_token", "cannot be sent in a header");
  out.token = secret(std::move(text));
  // RFC 6749 lets it be absent; the service's tokens live 10 minutes. A negative one is over already.
  out.expires_in =
      seconds(std::clamp<std::int64_t>(from.optional_integer("expires_in").value_or(600), 0, 86'400));
  return out;
}

processing_state to_state(std::string_view text) {
  if (text == "SUBMISSION_PROCESSING")
    return processing_state::processing;
  if (text == "SUBMISSION_SUCCESS")
    return processing_state::success;
  return text == "SUBMISSION_FAILURE" ? processing_state::failure : processing_state::unknown;
}

submission_status read_status(const json::reader& from) {
  submission_status out;
  out.id = from.text_or("id");
  out.state = to_state(from.filled_text("status"));
  out.error_message = from.text_or("errorMessage");
  out.accepted = read_count(from, "accepted");
  for (const json::reader& row : from.optional_objects("skipped"))
    out.skipped.push_back({static_cast<std::size_t>(read_count(row, "row").value_or(0)), row.text_or("value"),
                           row.text_or("reason")});
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// An id that is safe in a path, a log and a link.
bool is_plain_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

} // namespace

result<access_token> parse_token(const http::response& answer) {
  if (auto outcome = classify_token(answer); !outcome)
    return outcome.error();
  return read_object<access_token>(answer, read_token);
}

result<void> parse_ping(const http::response& answer) {
  if (auto outcome = classify(answer); !outcome)
    return outcome.error();
  if (trim(answer.body) != "pong")
    return not_understood(answer, "ping was not answered by \"pong\"");
  return {};
}

result<std::vector<enclave>> parse_enclaves(const http::response& answer) {
  return read_list<enclave>(answer, read_enclave);
}

result<std::vector<request_quota>> parse_quotas(const http::response& answer) {
  return read_list<request_quota>(answer, read_quota);
}

result<submission_answer> parse_submission_answer(const http::response& answer) {
  if (auto outcome = classify(answer); !outcome)
    return outcome.error();
  submission_answer out;
  if (auto id = answer.headers.find("Submission-Id"); id && is_plain_id(trim(*id)))
    out.submission_id = std::string(trim(*id));
  auto replay = answer.headers.find("Idempotent-Replay");
  out.replayed = replay && http::equal_ignoring_case(trim(*replay), "true");
  return out;
}

result<submission_status> parse_submission_status(const http::response& answer) {
  return read_object<submission_status>(answer, read_status);
}

result<page<indicator>> parse_indicator_page(const http::response& answer) {
  return read_page<indicator>(answer, read_indicator);
}

result<std::vector<indicator>> parse_indicators(const http::response& answer) {
  return read_list<indicator>(answer, read_indicator);
}

result<page<summary>> parse_summary_page(const http::response& answer) {
  return read_page<summary>(answer, read_summary);
}

result<page<report>> parse_report_page(const http::response& answer) {
  return read_page<report>(answer, read_report);
}

result<report> parse_report(const http::response& answer) {
  return read_object<report>(answer, read_report);
}

result<std::vector<tag>> parse_tags(const http::response& answer) {
  return read_list<tag>(answer, read_tag);
}

result<std::string> parse_report_id(const http::response& answer) {
  if (auto outcome = classify(answer); !outcome)
    return outcome.error();
  std::string_view id = trim(answer.body);
  if (!is_plain_id(id))
    return not_understood(answer, "the report id is none");
  return std::string(id);
}

} // namespace isacbot::trustar
