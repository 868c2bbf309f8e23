#include "protocol/slack/signature.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>

namespace isacbot::slack {

namespace {

constexpr std::string_view version_prefix = "v0=";
constexpr std::size_t signature_size = 3 + 64;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) noexcept {
  // from_chars alone would take "-1"; twelve digits reach the year 33658 and cannot overflow a difference.
  if (text.empty() || text.size() > 12 || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
}

} // namespace

std::string sign(const secret& key, std::string_view body, std::string_view timestamp) {
  std::string base = "v0:";
  base.reserve(base.size() + timestamp.size() + 1 + body.size());
  base.append(timestamp).append(":").append(body);
  std::string digest = hmac_sha256(key.reveal(), base);
  return std::string(version_prefix) + to_hex(std::as_bytes(std::span(digest)));
}

result<void> verify_signature(const secret& key, std::string_view body, std::string_view timestamp,
                              std::string_view signature, sys_time now) {
  if (key.empty()) // an HMAC under an empty key is one that everybody can make
    return fail(ec::bad_signature, "there is no signing secret", "set slack.signing_secret");
  auto sent = parse_timestamp(timestamp);
  if (!sent)
    return fail(ec::bad_signature, "X-Slack-Request-Timestamp is no decimal number");
  std::int64_t skew = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count() - *sent;
  if (skew > signature_window.count() || skew < -signature_window.count())
    return fail(ec::stale_request, "the request's time differs from ours by " + std::to_string(skew) + " s",
                "check the clock of this machine");
  if (signature.size() != signature_size || !signature.starts_with(version_prefix))
    return fail(ec::bad_signature, "X-Slack-Signature is not of the form v0=<64 hex digits>");
  if (!equal_constant_time(sign(key, body, timestamp), signature))
    return fail(ec::bad_signature, "X-Slack-Signature does not match", "check slack.signing_secret");
  return {};
}

result<void> verify_request(const secret& key, const http::request& request, sys_time now) {
  for (std::string_view name : {"X-Slack-Request-Timestamp", "X-Slack-Signature"}) {
    std::size_t count = request.headers.count(name);
    if (count != 1)
      return fail(ec::bad_signature, std::string(name) + (count == 0 ? " is missing" : " comes twice"));
  }
  return verify_signature(key, request.body, *request.headers.find("X-Slack-Request-Timestamp"),
                          *request.headers.find("X-Slack-Signature"), now);
}

} // namespace isacbot::slack
