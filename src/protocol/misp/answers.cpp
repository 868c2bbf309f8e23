#include "protocol/misp/answers.hpp"

#include "protocol/misp/json_walk.hpp"
#include "protocol/trustar/iso_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace isacbot::misp {

namespace {

constexpr std::size_t max_quote = 200;
constexpr std::size_t max_deprecation = 300;
constexpr std::size_t key_length = 40;
/// MISP counts in windows of 15 minutes, so no wait is longer.
constexpr seconds longest_wait{900};
/// An error body is small; of a longer one nothing is read.
constexpr std::size_t max_error_body = 64U * 1024U;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The start of a foreign text, fit for a log: printable ASCII, and nothing that could be a key.
std::string quote(std::string_view text, std::size_t limit = max_quote) {
  std::string out;
  for (char c : text.substr(0, limit))
    out.push_back(c < ' ' || c > '~' ? ' ' : c);
  for (std::size_t start = 0; start < out.size();) {
    std::size_t end = start;
    while (end < out.size() && is_alnum(out[end]))
      ++end;
    if (end - start >= key_length)
      out.replace(start, end - start, end - start, '*');
    start = end + 1;
  }
  return out;
}

std::string_view media_type(const http::response& answer) {
  std::string_view type = answer.headers.find("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' '))
    type.remove_suffix(1);
  return type;
}

bool is_json(const http::response& answer) {
  return http::equal_ignoring_case(media_type(answer), "application/json");
}

template <class T>
std::optional<T> number_in(const http::response& answer, std::string_view header) {
  auto text = answer.headers.find(header);
  T number = 0;
  if (!text)
    return std::nullopt;
  auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (code != std::errc() || end != text->data() + text->size())
    return std::nullopt;
  return number;
}

constexpr json_place root_place = 1;
constexpr json_place member_place = 2;

/// Finds one text member of the outermost object.
class text_member final : public json_listener {
 public:
  explicit text_member(std::string_view name) : name_(name) {}
  json_place enter(json_place at, std::string_view key) override {
    return at == root_place && key == name_ ? member_place : skip_place;
  }
  void begin_object(json_place) override {}
  void end_object(json_place) override {}
  void scalar(json_place at, const json_scalar& value) override {
    if (at == member_place)
      text_.assign(value.text);
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string_view name_;
  std::string text_;
};

/// `message` of MISP's error object; empty when there is none.
std::string error_message(const http::response& answer) {
  text_member message("message");
  if (!is_json(answer) || answer.body.size() > max_error_body || !walk_json(answer.body, root_place, message))
    return {};
  return message.text();
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

error forbidden(const http::response& answer) {
  const std::string message = error_message(answer);
  if (holds(message, "do not have permission"))
    return fail(ec::bad_configuration, "MISP: the key's role may not do this, or the path does not exist",
                "check that the address is the base of the MISP server");
  if (holds(message, "expired"))
    return fail(ec::unauthorized, "MISP: the key is expired", "make a new key in MISP and configure it");
  if (holds(message, "IP address"))
    return fail(ec::unauthorized, "MISP: the key may not be used from our address",
                "add this machine's address to the key's allowed addresses in MISP");
  if (holds(message, "disabled"))
    return fail(ec::unauthorized, "MISP: the key's user is disabled", "enable the user in MISP");
  return fail(
      ec::unauthorized, "MISP refused the key (403)",
      "check the key (40 letters and digits) and that its user's role has API access; an expired key is "
      "refused the same way");
}

error unauthorized(const http::response& answer) {
  if (is_json(answer))
    return fail(ec::unauthorized, "MISP: the key's user does not exist any more (401)",
                "configure the key of another user");
  return fail(ec::bad_configuration, "the web server before MISP asks for a login of its own (401)",
              "let the bot's address through; where the proxy itself uses Authorization, set auth_header to "
              "\"X-MISP-AUTH\"");
}

error redirected(const http::response& answer) {
  const std::string_view location = answer.headers.find("Location").value_or("");
  if (holds(location, "/users/login"))
    return fail(ec::unavailable, "MISP redirects to its login page",
                "usually maintenance mode, in which MISP answers to nobody; it passes by itself");
  return fail(ec::unavailable, "MISP redirects (" + std::to_string(answer.status) + ")",
              "if it stays so, configure the address that it redirects to");
}

error not_found(const http::response& answer) {
  const std::string message = error_message(answer);
  if (holds(message, "Invalid event") || holds(message, "Event not found"))
    return fail(ec::not_found, "MISP: no such event, or not visible to the key's user");
  if (holds(message, "Invalid output format"))
    return fail(ec::upstream_rejected, "MISP does not know the form that was asked for");
  return fail(ec::bad_configuration, "nothing of MISP lies at this address (404)",
              "check the path in the configured address");
}

error rate_limited(const http::response& answer) {
  auto reset = number_in<std::uint32_t>(answer, "X-Rate-Limit-Reset");
  if (!reset)
    reset = number_in<std::uint32_t>(answer, "Retry-After");
  const seconds wait = std::clamp(seconds(reset.value_or(900)), seconds{1}, longest_wait);
  error e = fail(ec::rate_limited, "MISP: the rate limit of the key's role is used up (429)",
                 "it passes by itself; raise the role's limit in MISP if it happens often");
  e.retry_after = wait;
  return e;
}

error failed(const http::response& answer) {
  const std::string status = std::to_string(answer.status);
  if (is_json(answer))
    return fail(ec::upstream_failed, "MISP: internal error (" + status + ")",
                "usually PHP's memory or time is used up by a large answer, or the database is away");
  return fail(ec::upstream_failed, "the web server before MISP failed (" + status + ")");
}

result<void> check_success(const http::response& answer) {
  const std::string_view type = media_type(answer);
  if (!is_json(answer) && !http::equal_ignoring_case(type, "text/csv"))
    return fail(ec::unavailable,
                "MISP answered with a page for people instead of data (" + quote(type, 60) + ")",
                "usually a login or captive page in between, or a server too old for this form");
  auto length = number_in<std::uint64_t>(answer, "Content-Length");
  if (length && *length != answer.body.size())
    return fail(ec::upstream_failed, "MISP's answer was cut: " + std::to_string(answer.body.size()) + " of " +
                                         std::to_string(*length) + " bytes came");
  const std::size_t first = answer.body.find_first_not_of(" \t\r\n");
  if (first == std::string::npos)
    return fail(ec::upstream_failed, "MISP's answer is empty");
  if (is_json(answer) && answer.body[first] != '{' && answer.body[first] != '[')
    return fail(ec::upstream_failed, "MISP's answer has text before the data: " + quote(answer.body),
                "switch off `debug` in MISP");
  return {};
}

} // namespace

remedy remedy_of(const error& e) noexcept {
  switch (e.code) {
  case ec::unauthorized:
    return remedy::renew_key;
  case ec::bad_configuration:
  case ec::forbidden:
    return remedy::configure;
  case ec::upstream_rejected:
  case ec::invalid_argument:
    return remedy::repair_bot;
  case ec::not_found:
    return remedy::forget;
  case ec::rate_limited:
    return remedy::wait;
  case ec::timeout:
  case ec::too_large:
  case ec::upstream_failed:
    return remedy::ask_smaller;
  default:
    return remedy::retry;
  }
}

result<void> classify(const http::response& answer) {
  switch (answer.status) {
  case 200:
    return check_success(answer);
  case 401:
    return unauthorized(answer);
  case 403:
    return forbidden(answer);
  case 404:
    return not_found(answer);
  case 429:
    return rate_limited(answer);
  case 304:
    return fail(ec::protocol_violation, "MISP says \"unchanged\" (304), which was not asked");
  case 405:
    return fail(ec::upstream_rejected, "MISP did not take the request (405): " + quote(error_message(answer)),
                "check that the key's role may search");
  default:
    break;
  }
  if (answer.status >= 500 && answer.status <= 599)
    return failed(answer);
  if (answer.status >= 300 && answer.status <= 399)
    return redirected(answer);
  if (answer.status >= 400 && answer.status <= 499)
    return fail(ec::upstream_rejected, "MISP refused the request (" + std::to_string(answer.status) +
                                           "): " + quote(error_message(answer)));
  return fail(ec::protocol_violation, "MISP answered with status " + std::to_string(answer.status));
}

answer_notes read_notes(const http::response& answer) {
  answer_notes notes;
  if (auto date = answer.headers.find("Date"))
    notes.date = parse_http_date(*date);
  if (auto expiry = answer.headers.find("X-Auth-Key-Expiration"))
    if (auto time = trustar::parse_iso_time(*expiry))
      notes.key_expiry = *time;
  notes.result_count = number_in<std::uint64_t>(answer, "X-Result-Count");
  if (auto warning = answer.headers.find("X-Deprecation-Warning"))
    notes.deprecation = quote(*warning, max_deprecation);
  return notes;
}

std::optional<sys_time> parse_http_date(std::string_view text) noexcept {
  // "Sun, 06 Nov 1994 08:49:37 GMT" and nothing else: the obsolete forms are gone from servers.
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT") || text[19] != ':' ||
      text[22] != ':')
    return std::nullopt;
  auto number = [&](std::size_t at, std::size_t size) {
    int out = -1;
    auto [end, code] = std::from_chars(text.data() + at, text.data() + at + size, out);
    return code == std::errc() && end == text.data() + at + size ? out : -1;
  };
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  const int day = number(5, 2);
  const int year = number(12, 4);
  const int hour = number(17, 2);
  const int minute = number(20, 2);
  const int second = number(23, 2);
  if (month == months.end() || day < 1 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
      std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok())
    return std::nullopt;
  return sys_time{std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{hour} +
                  std::chrono::minutes{minute} + seconds{second}};
}

result<server_version> parse_version(const http::response& answer) {
  if (auto good = classify(answer); !good)
    return good.error();
  text_member version("version");
  if (auto walked = walk_json(answer.body, root_place, version); !walked)
    return walked.error();
  if (version.text().empty())
    return fail(ec::protocol_violation, "the answer holds no version: is this a MISP server?",
                "check the configured address");
  return server_version{quote(version.text(), 40)};
}

} // namespace isacbot::misp
