#include "protocol/trustar/server_answers.hpp"

#include "protocol/trustar/answer_parts.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace isacbot::trustar {

namespace bj = boost::json;

namespace {

constexpr const char* text_type = "text/plain;charset=UTF-8";

std::string_view reason_phrase(unsigned status) {
  switch (status) {
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 409:
    return "Conflict";
  case 413:
    return "Payload Too Large";
  case 503:
    return "Service Unavailable";
  default:
    return status >= 500 ? "Internal Server Error" : "Bad Request";
  }
}

bj::object indicator_basics(const indicator& item) {
  return {{"guid", indicator_guid(item.type, item.value)},
          {"indicatorType", item.type},
          {"value", item.value},
          {"priorityLevel", "NOT_FOUND"}, // what the service always said at its end
          {"firstSeen", optional_time(item.first_seen)},
          {"lastSeen", optional_time(item.last_seen)}};
}

std::string printable_path(std::string_view path) {
  std::string out;
  for (char c : path.substr(0, 500))
    out.push_back(c > ' ' && c < '\x7f' ? c : '?');
  return out;
}

std::string_view to_text(processing_state state) {
  switch (state) {
  case processing_state::processing:
    return "SUBMISSION_PROCESSING";
  case processing_state::success:
    return "SUBMISSION_SUCCESS";
  case processing_state::failure:
    return "SUBMISSION_FAILURE";
  case processing_state::unknown:
    return "UNKNOWN";
  }
  return "UNKNOWN";
}

} // namespace

http::response make_text_answer(std::string text) {
  return http::make_response(200, text_type, std::move(text));
}

http::response make_empty_answer() {
  return http::make_response(200, "", "");
}

http::response make_error_answer(unsigned status, std::string_view message, std::string_view path,
                                 sys_time now) {
  return json_answer(status, bj::object{{"timestamp", to_epoch_ms(now)},
                                        {"status", status},
                                        {"error", reason_phrase(status)},
                                        {"message", message},
                                        {"path", printable_path(path)}});
}

http::response make_oauth_error(unsigned status, std::string_view error, std::string_view description) {
  return json_answer(status, bj::object{{"error", error}, {"error_description", description}});
}

http::response make_token_expired_answer() {
  return make_oauth_error(400, "invalid_request", token_expired_text);
}

http::response make_token_invalid_answer() {
  return make_oauth_error(400, "invalid_request", token_invalid_text);
}

http::response make_limit_answer(milliseconds wait) {
  std::string message = "Request limit exceeded for the current time period.  Please wait " +
                        std::to_string(wait.count()) + " milliseconds before making more requests.";
  return json_answer(429, bj::object{{"message", std::move(message)}, {"waitTime", wait.count()}});
}

http::response make_token_answer(const access_token& token) {
  return json_answer(200, bj::object{{"access_token", token.token.reveal()},
                                     {"token_type", "bearer"},
                                     {"expires_in", token.expires_in.count()},
                                     {"scope", "read"}});
}

http::response make_enclaves_answer(std::span<const enclave> enclaves) {
  return json_answer(200, list_of(enclaves, [](const enclave& e) {
                       return bj::object{{"id", e.id},
                                         {"name", e.name},
                                         {"type", e.type},
                                         {"templateName", "Private Enclave"},
                                         {"workflowSupported", false},
                                         {"read", e.read},
                                         {"create", e.create},
                                         {"update", e.update}};
                     }));
}

http::response make_quotas_answer(std::span<const request_quota> quotas) {
  return json_answer(200, list_of(quotas, [](const request_quota& q) {
                       return bj::object{{"guid", q.guid},
                                         {"maxRequests", q.max_requests},
                                         {"usedRequests", q.used_requests},
                                         {"timeWindow", q.time_window.count()},
                                         {"lastResetTime", to_epoch_ms(q.last_reset)},
                                         {"nextResetTime", to_epoch_ms(q.next_reset)}};
                     }));
}

http::response make_status_answer(const submission_status& status) {
  bj::object body{
      {"id", status.id}, {"status", to_text(status.state)}, {"errorMessage", status.error_message}};
  if (status.accepted) {
    body["accepted"] = *status.accepted;
    body["skipped"] = list_of(status.skipped, [](const skipped_row& s) {
      return bj::object{{"row", s.row}, {"value", s.value}, {"reason", s.reason}};
    });
  }
  return json_answer(200, body);
}

http::response make_indicator_page_answer(const page<indicator>& found) {
  return page_answer(list_of(found.items, indicator_basics), found);
}

http::response make_metadata_answer(std::span<const indicator> found) {
  return json_answer(200, list_of(found, [](const indicator& item) {
                       bj::object object = indicator_basics(item);
                       object["correlationCount"] = item.correlation_count.value_or(0);
                       object["noteCount"] = item.note_count.value_or(0);
                       object["sightings"] = item.sightings.value_or(0);
                       object["enclaveIds"] = texts(item.enclave_ids);
                       object["notes"] = texts(item.notes);
                       object["source"] = item.source;
                       object["tags"] = list_of(item.tags, tag_object);
                       return object;
                     }));
}

} // namespace isacbot::trustar
