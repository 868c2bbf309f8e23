/// What the doctor makes of what it was answered. Pure: answers in, rows out.
#pragma once

#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/http/message.hpp"
#include "protocol/trustar/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::app {

enum class health : std::uint8_t { ok, warn, fail };
std::string_view to_string(health h) noexcept;

/// One row of the doctor's report.
struct doctor_row {
  std::string check; ///< "slack token", "misp main", ...
  health status = health::ok;
  std::string finding; ///< what was seen; no secret
  std::string mend;    ///< what to do; empty when all is well

  friend bool operator==(const doctor_row&, const doctor_row&) = default;
};

/// Answer to auth.test. @returns two rows: token, scopes; only the first when the token is refused
/// @param wanted  bot scopes that the app's manifest asks for
/// @see Slack documentation, "auth.test"; scopes come in the header X-OAuth-Scopes
std::vector<doctor_row> judge_slack(const result<http::response>& answer,
                                    const std::vector<std::string>& wanted);

/// Answer of Station to the sign-in with the operator's credentials, or to a ping without any.
doctor_row judge_station(const result<http::response>& answer, bool with_credentials);
/// What the embedded Station has accepted and cannot index.
doctor_row judge_set_aside(std::uint64_t entries);
/// Station's quotas against the limit that the bot keeps for one account.
doctor_row judge_limits(const result<std::vector<trustar::request_quota>>& quotas,
                        const limit_list& credential);

/// Answer of a MISP server to getVersion.
doctor_row judge_misp(const std::string& name, const result<http::response>& answer, sys_time now);

/// The clock of another machine, from the Date header of its answer (RFC 9110 section 6.6.1).
struct clock_sighting {
  std::string whose;
  sys_time theirs{};
  sys_time ours{};
};
/// Slack refuses what is off by five minutes, and the bot refuses Slack.
doctor_row judge_clock(const std::vector<clock_sighting>& seen);

/// @param expiry  nullopt: the file cannot be read as a certificate
doctor_row judge_certificate(const std::string& key, const std::string& file, std::optional<sys_time> expiry,
                             sys_time now);

doctor_row judge_free_space(const std::string& path, std::uint64_t free_bytes);

} // namespace isacbot::app
