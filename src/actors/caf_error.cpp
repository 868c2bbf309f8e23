#include "actors/caf_error.hpp"

#include <caf/all.hpp>

#include <cstdint>
#include <string>

namespace isacbot {

namespace {

constexpr auto category = caf::atom("isacbot");
constexpr std::int64_t no_wait = -1;

} // namespace

caf::error to_caf_error(const error& e) {
  std::int64_t wait = e.retry_after ? e.retry_after->count() : no_wait;
  // CAF reads code 0 as success; ours starts there.
  return caf::error{static_cast<std::uint8_t>(static_cast<unsigned>(e.code) + 1U), category,
                    caf::make_message(e.cause, e.mend, wait)};
}

error from_caf_error(const caf::error& e) {
  if (e.category() == category && e.code() > 0) {
    error out;
    out.code = static_cast<ec>(e.code() - 1U);
    if (e.context().match_elements<std::string, std::string, std::int64_t>()) {
      out.cause = e.context().get_as<std::string>(0);
      out.mend = e.context().get_as<std::string>(1);
      if (auto wait = e.context().get_as<std::int64_t>(2); wait != no_wait)
        out.retry_after = std::chrono::milliseconds{wait};
    }
    return out;
  }
  if (e == caf::sec::request_timeout)
    return fail(ec::timeout, "an actor did not answer in time");
  if (e == caf::sec::request_receiver_down)
    return fail(ec::timeout, "a part of the service stopped before it answered"); // effect unknown
  return fail(ec::internal, "an actor failed with code " + std::to_string(e.code()));
}

bool failed_here(const caf::error& e) {
  auto code = from_caf_error(e).code;
  return code == ec::internal || code == ec::timeout || code == ec::unavailable;
}

} // namespace isacbot
