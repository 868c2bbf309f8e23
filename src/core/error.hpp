/// Errors are values: a code that programs decide on, a cause for the log, and what to do next for the
/// person.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot {

/// What kind of failure it was. One sentence per code: see `describe`.
enum class ec : std::uint8_t {
  invalid_argument,    ///< a value breaks a documented rule
  malformed,           ///< bytes do not follow their format
  unsupported,         ///< well-formed, but nothing here handles it
  too_large,           ///< over a size or count limit
  not_found,           ///< no such thing, or not visible to the caller
  conflict,            ///< exists already, or changed meanwhile
  precondition_failed, ///< an atomic batch found another value than it expected
  bad_signature,       ///< a signature is missing or does not match
  stale_request,       ///< a signed time lies outside the accepted window
  unauthorized,        ///< credentials are missing or wrong
  forbidden,           ///< credentials are right, the permission is missing
  token_expired,       ///< an access token ran out: renew and repeat
  token_invalid,       ///< an access token is unknown: renew and repeat
  rate_limited,        ///< a limit was reached; `retry_after` says how long
  overloaded,          ///< a bounded queue is full
  timeout,             ///< no answer before the deadline; the effect is unknown
  unavailable,         ///< no connection: certain that nothing was sent
  upstream_failed,     ///< the other side failed (5xx, cut connection); the effect is unknown
  upstream_rejected,   ///< the other side refused the request for good (4xx)
  protocol_violation,  ///< the other side's answer breaks its own protocol
  io_failure,          ///< disk or file system
  corrupted,           ///< stored bytes fail their check
  wrong_key,           ///< the master key does not open this store
  locked,              ///< another process holds the store
  schema_mismatch,     ///< the store was written by another version
  bad_configuration,   ///< a configuration value is missing or wrong
  cancelled,           ///< stopped on purpose, usually at shutdown
  internal,            ///< a defect of this program
};

/// @returns one sentence for `code`, lower case, no full stop.
std::string_view describe(ec code) noexcept;

/// @returns the enumerator's name, as logs and JSON output spell it.
std::string_view to_string(ec code) noexcept;

/// Whether the same request may succeed later without anybody changing anything. The only place that decides
/// this.
bool is_transient(ec code) noexcept;

/// Whether the request may have taken effect although no success was seen: settle that before repeating it.
bool is_ambiguous(ec code) noexcept;

/// A failure. Holds no secret and no whole body, so it may be logged and shown.
struct error {
  ec code = ec::internal;
  /// What happened, to which id: for the log and the operator.
  std::string cause;
  /// What the person can do next; empty when the place that shows it knows better.
  std::string mend;
  /// With ec::rate_limited: how long to wait, if the other side said so.
  std::optional<std::chrono::milliseconds> retry_after;

  friend bool operator==(const error&, const error&) = default;
};

/// "cause (code description); mend", for logs and terminals.
std::string to_string(const error& e);

/// Makes an error; the usual way to fail: `return fail(ec::malformed, "no such field", "send it");`
error fail(ec code, std::string cause, std::string mend = {});

/// Thrown by result<T>::value() on an error: a defect of the caller, who has to look first.
class bad_result_access : public std::exception {
 public:
  explicit bad_result_access(const error& e);
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

/// A value or an error.
template <class T>
using result = boost::system::result<T, error>;

} // namespace isacbot
