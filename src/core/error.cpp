#include "core/error.hpp"

#include <utility>

namespace isacbot {

// Both switches have no default on purpose: the compiler reports a forgotten code.
std::string_view describe(ec code) noexcept {
  switch (code) {
  case ec::invalid_argument:
    return "a value is not allowed";
  case ec::malformed:
    return "the data does not follow its format";
  case ec::unsupported:
    return "this is not supported";
  case ec::too_large:
    return "over a size limit";
  case ec::not_found:
    return "not found";
  case ec::conflict:
    return "exists already or has changed meanwhile";
  case ec::precondition_failed:
    return "the stored value is not the expected one";
  case ec::bad_signature:
    return "the signature is missing or wrong";
  case ec::stale_request:
    return "the request is too old or from the future";
  case ec::unauthorized:
    return "the credentials are missing or wrong";
  case ec::forbidden:
    return "the permission is missing";
  case ec::token_expired:
    return "the access token has expired";
  case ec::token_invalid:
    return "the access token is not known";
  case ec::rate_limited:
    return "a rate limit was reached";
  case ec::overloaded:
    return "too much is waiting already";
  case ec::timeout:
    return "no answer in time";
  case ec::unavailable:
    return "no connection";
  case ec::upstream_failed:
    return "the other side failed";
  case ec::upstream_rejected:
    return "the other side refused";
  case ec::protocol_violation:
    return "the other side's answer is not understood";
  case ec::io_failure:
    return "reading or writing failed";
  case ec::corrupted:
    return "stored data is damaged";
  case ec::wrong_key:
    return "the master key does not fit";
  case ec::locked:
    return "another process uses the database";
  case ec::schema_mismatch:
    return "the database was written by another version";
  case ec::bad_configuration:
    return "the configuration is wrong";
  case ec::cancelled:
    return "cancelled";
  case ec::internal:
    return "an internal fault";
  }
  return "an unknown fault";
}

std::string_view to_string(ec code) noexcept {
  switch (code) {
  case ec::invalid_argument:
    return "invalid_argument";
  case ec::malformed:
    return "malformed";
  case ec::unsupported:
    return "unsupported";
  case ec::too_large:
    return "too_large";
  case ec::not_found:
    return "not_found";
  case ec::conflict:
    return "conflict";
  case ec::precondition_failed:
    return "precondition_failed";
  case ec::bad_signature:
    return "bad_signature";
  case ec::stale_request:
    return "stale_request";
  case ec::unauthorized:
    return "unauthorized";
  case ec::forbidden:
    return "forbidden";
  case ec::token_expired:
    return "token_expired";
  case ec::token_invalid:
    return "token_invalid";
  case ec::rate_limited:
    return "rate_limited";
  case ec::overloaded:
    return "overloaded";
  case ec::timeout:
    return "timeout";
  case ec::unavailable:
    return "unavailable";
  case ec::upstream_failed:
    return "upstream_failed";
  case ec::upstream_rejected:
    return "upstream_rejected";
  case ec::protocol_violation:
    return "protocol_violation";
  case ec::io_failure:
    return "io_failure";
  case ec::corrupted:
    return "corrupted";
  case ec::wrong_key:
    return "wrong_key";
  case ec::locked:
    return "locked";
  case ec::schema_mismatch:
    return "schema_mismatch";
  case ec::bad_configuration:
    return "bad_configuration";
  case ec::cancelled:
    return "cancelled";
  case ec::internal:
    return "internal";
  }
  return "unknown";
}

bool is_transient(ec code) noexcept {
  switch (code) {
  case ec::rate_limited:
  case ec::overloaded:
  case ec::timeout:
  case ec::unavailable:
  case ec::upstream_failed:
  case ec::token_expired:
  case ec::token_invalid:
    return true;
  default:
    return false;
  }
}

bool is_ambiguous(ec code) noexcept {
  // A garbled answer came from somebody who had read the request: as unknown as none.
  return code == ec::timeout || code == ec::upstream_failed || code == ec::protocol_violation;
}

std::string to_string(const error& e) {
  std::string text = e.cause;
  text.append(text.empty() ? "" : " ").append("(").append(describe(e.code)).append(")");
  if (!e.mend.empty())
    text.append("; ").append(e.mend);
  return text;
}

error fail(ec code, std::string cause, std::string mend) {
  return error{code, std::move(cause), std::move(mend), std::nullopt};
}

bad_result_access::bad_result_access(const error& e) : text_(to_string(e)) {}

void throw_exception_from_error(const error& e, const boost::source_location&) {
  throw bad_result_access(e);
}

} // namespace isacbot
