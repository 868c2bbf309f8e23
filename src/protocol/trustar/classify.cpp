/// Statuses and error bodies of the API, as errors of ours.
#include "protocol/json.hpp"
#include "protocol/trustar/answers.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace isacbot::trustar {

namespace {

constexpr std::size_t max_message = 300;
constexpr std::size_t max_trace_id = 100;
/// An error body is small; of a longer one (a proxy's page) nothing is read.
constexpr json::limits error_limits{64U * 1024U, 16};

/// Keeps printable ASCII and whole UTF-8 sequences as they came; control characters become spaces. JSON text
/// has been checked for UTF-8 already.
std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (char c : text.substr(0, limit))
    out.push_back(static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c);
  if (text.size() > limit) { // don't end inside a sequence
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U)
      out.pop_back();
    if (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80U) != 0)
      out.pop_back();
    out.append("...");
  }
  return out;
}

struct error_body {
  std::string message;
  std::string error;
  std::string error_description;
  std::optional<double> wait_time;
};

error_body read_error_body(const http::response& answer) {
  error_body out;
  auto document = json::parse(answer.body, error_limits);
  if (!document)
    return out;
  const auto* object = document->root().if_object();
  if (object == nullptr)
    return out;
  auto text = [&](std::string_view key) {
    const auto* value = object->if_contains(key);
    const auto* found = value == nullptr ? nullptr : value->if_string();
    return found == nullptr ? std::string() : std::string(found->data(), found->size());
  };
  out.message = text("message");
  out.error = text("error");
  out.error_description = text("error_description");
  if (const auto* wait = object->if_contains("waitTime"); wait != nullptr && wait->is_number())
    out.wait_time = wait->to_number<double>();
  return out;
}

std::optional<milliseconds> retry_after_header(const http::response& answer) {
  auto text = answer.headers.find("Retry-After"); // seconds; the date form is not worth reading
  std::uint32_t number = 0;
  if (!text)
    return std::nullopt;
  auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (code != std::errc() || end != text->data() + text->size())
    return std::nullopt;
  return std::min(milliseconds(seconds(number)), longest_wait);
}

milliseconds wait_of(const error_body& body, const http::response& answer) {
  if (!body.wait_time || !(*body.wait_time >= 0)) // NaN fails the comparison too
    return retry_after_header(answer).value_or(default_wait);
  double longest = static_cast<double>(longest_wait.count());
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(*body.wait_time, longest))));
}

ec code_of(unsigned status) {
  switch (status) {
  case 401:
    return ec::unauthorized;
  case 403:
    return ec::forbidden;
  case 404:
    return ec::not_found;
  case 409:
    return ec::conflict;
  case 413:
    return ec::too_large;
  case 429:
    return ec::rate_limited;
  default:
    break;
  }
  if (status >= 500 && status <= 599)
    return ec::upstream_failed;
  return status >= 400 && status <= 499 ? ec::upstream_rejected : ec::protocol_violation;
}

std::string describe_answer(const http::response& answer, const error_body& body) {
  std::string cause = "TruSTAR answered " + std::to_string(answer.status);
  const std::string& message = body.message.empty() ? body.error_description : body.message;
  if (!message.empty())
    cause.append(": ").append(printable(message, max_message));
  if (std::string trace = trace_id(answer); !trace.empty())
    cause.append(" [Trace-Id ").append(trace).append("]");
  return cause;
}

} // namespace

std::string trace_id(const http::response& answer) {
  std::string out;
  for (char c : answer.headers.find("Trace-Id").value_or(std::string_view()))
    if (c > ' ' && c < '\x7f' && out.size() < max_trace_id)
      out.push_back(c);
  return out;
}

result<void> classify(const http::response& answer) {
  if (answer.status >= 200 && answer.status <= 299)
    return {};
  error_body body = read_error_body(answer);
  error e = fail(code_of(answer.status), describe_answer(answer, body));
  if (answer.status == 400 && body.error_description == token_expired_text)
    e.code = ec::token_expired;
  if (answer.status == 400 && body.error_description == token_invalid_text)
    e.code = ec::token_invalid;
  if (e.code == ec::rate_limited)
    e.retry_after = wait_of(body, answer);
  return e;
}

result<void> classify_token(const http::response& answer) {
  auto outcome = classify(answer);
  if (outcome)
    return outcome;
  error e = outcome.error();
  bool client_refused = false;
  if (answer.status == 400) { // some OAuth servers answer 400 here (RFC 6749 section 5.2)
    error_body body = read_error_body(answer);
    client_refused = body.error == "unauthorized" || body.error == "invalid_client" ||
                     body.error == "invalid_grant" || body.error == "unauthorized_client";
  }
  if (answer.status == 403 || client_refused)
    e.code = ec::unauthorized;
  return e;
}

} // namespace isacbot::trustar
