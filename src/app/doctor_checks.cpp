#include "app/doctor_checks.hpp"

#include "protocol/misp/answers.hpp"
#include "protocol/slack/web_api.hpp"
#include "protocol/trustar/answers.hpp"

#include <algorithm>
#include <cstdlib>

namespace isacbot::app {

namespace {

constexpr std::chrono::days expiry_warning{14};
constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

/// Scopes without which no command can be answered.
constexpr std::string_view vital_scopes[] = {"commands", "chat:write", "im:write"};

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, end);
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (!one.empty())
      scopes.emplace_back(one.substr(0, one.find_last_not_of(' ') + 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

std::string day_of(sys_time when) {
  std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(when));
  auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(static_cast<int>(date.year())) + "-" + two(static_cast<unsigned>(date.month())) +
         "-" + two(static_cast<unsigned>(date.day()));
}

doctor_row unreachable(std::string check, const error& e, std::string mend) {
  return {std::move(check), health::fail, to_string(e), std::move(mend)};
}

/// A row about something that ends on a day.
doctor_row judge_expiry(std::string check, std::string what, sys_time expiry, sys_time now,
                        std::string mend) {
  if (expiry <= now)
    return {std::move(check), health::fail, what + " expired on " + day_of(expiry), std::move(mend)};
  if (expiry - now < expiry_warning)
    return {std::move(check), health::warn, what + " expires on " + day_of(expiry), std::move(mend)};
  return {std::move(check), health::ok, what + " is valid until " + day_of(expiry), {}};
}

} // namespace

std::string_view to_string(health h) noexcept {
  switch (h) {
  case health::ok:
    return "ok";
  case health::warn:
    return "warn";
  case health::fail:
    return "fail";
  }
  return "fail";
}

std::vector<doctor_row> judge_slack(const result<http::response>& answer,
                                    const std::vector<std::string>& wanted) {
  if (!answer)
    return {unreachable("slack token", answer.error(), "check the network, the proxy and slack.api_url")};
  auto who = slack::parse_auth_test(*answer);
  if (!who)
    return {{"slack token", health::fail, "Slack answered " + who.error().code,
             who.error().kind == ec::unauthorized || who.error().next == slack::next_step::reinstall
                 ? "install the app again and put its token into slack.bot_token"
                 : "slack.bot_token has to be the token (xoxb-...) under OAuth & Permissions of the app"}};
  std::vector<doctor_row> rows{
      {"slack token",
       health::ok,
       "bot " + who->user.value + " of " + who->team_name + " (" + who->team.value + ")",
       {}}};
  auto header = answer->headers.find("X-OAuth-Scopes");
  if (!header) {
    rows.push_back({"slack scopes", health::warn, "Slack did not say which scopes the token has",
                    "look at OAuth & Permissions of the app"});
    return rows;
  }
  auto granted = split_scopes(*header);
  std::string missing;
  bool vital = false;
  for (const std::string& scope : wanted) {
    if (std::find(granted.begin(), granted.end(), scope) != granted.end())
      continue;
    missing += (missing.empty() ? "" : ", ") + scope;
    vital =
        vital || std::find(std::begin(vital_scopes), std::end(vital_scopes), scope) != std::end(vital_scopes);
  }
  if (missing.empty())
    rows.push_back(
        {"slack scopes", health::ok, std::to_string(wanted.size()) + " scopes, as in the manifest", {}});
  else
    rows.push_back({"slack scopes", vital ? health::fail : health::warn, "missing: " + missing,
                    "update the app from `isacbot manifest`, then install it into the workspace again"});
  return rows;
}

doctor_row judge_station(const result<http::response>& answer, bool with_credentials) {
  if (!answer)
    return unreachable("station", answer.error(), "check trustar.origin, trustar.ca_file, trustar.proxy");
  if (!with_credentials) {
    if (answer->status >= 500)
      return {"station", health::fail, "it answers with status " + std::to_string(answer->status),
              "look at Station's own log"};
    return {"station", health::warn, "it answers; no credentials were tried",
            "set trustar.operator_key and trustar.operator_secret"};
  }
  auto token = trustar::parse_token(*answer);
  if (token)
    return {"station", health::ok, "it answers and takes the operator's credentials", {}};
  if (token.error().code == ec::unauthorized)
    return {"station", health::fail, "it refuses the operator's credentials",
            "put right key and secret into trustar.operator_key and trustar.operator_secret"};
  return {"station", health::fail, to_string(token.error()), "check that trustar.origin is a Station"};
}

doctor_row judge_set_aside(std::uint64_t entries) {
  return {
      "station index", health::fail,
      std::to_string(entries) + " accepted submissions or reports cannot be indexed: something is damaged",
      "the log names the damage; restore what is damaged from a backup, then restart: they are tried again"};
}

doctor_row judge_limits(const result<std::vector<trustar::request_quota>>& quotas,
                        const limit_list& credential) {
  if (!quotas)
    return {"limits", health::warn, "Station's quotas cannot be read: " + quotas.error().cause,
            "look at the station row; limits are kept as configured"};
  std::uint64_t used = 0;
  for (const trustar::request_quota& quota : *quotas) {
    used = std::max(used, quota.max_requests > 0 ? quota.used_requests * 100 / quota.max_requests : 0);
    for (const domain::limit& limit : credential) {
      if (quota.max_requests == 0 || quota.time_window.count() <= 0 || limit.window > quota.time_window)
        continue;
      // What the bot may ask in the quota's time, if it keeps asking.
      double windows = static_cast<double>(quota.time_window.count()) /
                       std::chrono::duration<double, std::milli>(limit.window).count();
      if (static_cast<double>(limit.count) * windows > static_cast<double>(quota.max_requests) * 1.001 &&
          quota.time_window <= std::chrono::hours{1})
        return {"limits", health::warn,
                "limits.credential grants more than Station's quota of " + std::to_string(quota.max_requests),
                "lower limits.credential, or Station refuses what the bot lets through"};
    }
  }
  if (used >= 90)
    return {"limits", health::warn,
            "the operator's account has used " + std::to_string(used) + " % of its quota",
            "wait for the next reset, or ask for a larger quota"};
  return {"limits", health::ok, "within Station's " + std::to_string(quotas->size()) + " quotas", {}};
}

doctor_row judge_misp(const std::string& name, const result<http::response>& answer, sys_time now) {
  std::string check = "misp " + name;
  std::string section = "misp." + name;
  if (!answer)
    return unreachable(std::move(check), answer.error(),
                       "check " + section + ".url, .ca_file, .server_name and .proxy");
  auto version = misp::parse_version(*answer);
  if (!version) {
    std::string mend = version.error().mend;
    if (version.error().code == ec::unauthorized)
      mend = "put a valid automation key into " + section +
             ".key; check its expiry and allowed addresses in MISP";
    else if (mend.empty())
      mend = "check " + section + ".url: it is the base address, without /events";
    return {std::move(check), health::fail, to_string(version.error()), std::move(mend)};
  }
  std::string what = "MISP " + version->version.substr(0, 40) + "; the key";
  auto notes = misp::read_notes(*answer);
  if (!notes.key_expiry)
    return {std::move(check), health::ok, what + " has no end", {}};
  return judge_expiry(std::move(check), what, *notes.key_expiry, now,
                      "make a new automation key in MISP and put it into " + section + ".key");
}

doctor_row judge_clock(const std::vector<clock_sighting>& seen) {
  if (seen.empty())
    return {"clock", health::warn, "nobody answered who could tell the time", "mend the rows above first"};
  std::int64_t worst = 0;
  std::string whose;
  for (const clock_sighting& sighting : seen) {
    auto off = std::chrono::duration_cast<seconds>(sighting.ours - sighting.theirs).count();
    if (std::llabs(off) >= std::llabs(worst)) {
      worst = off;
      whose = sighting.whose;
    }
  }
  std::string finding =
      std::to_string(std::llabs(worst)) + " s " + (worst >= 0 ? "ahead of " : "behind ") + whose;
  if (std::llabs(worst) >= 300)
    return {"clock", health::fail, finding,
            "set this machine's clock (timedatectl): Slack's requests are refused"};
  if (std::llabs(worst) >= 30)
    return {"clock", health::warn, finding, "switch time synchronisation on (timedatectl)"};
  return {"clock", health::ok, finding, {}};
}

doctor_row judge_certificate(const std::string& key, const std::string& file, std::optional<sys_time> expiry,
                             sys_time now) {
  std::string check = "certificate " + key;
  if (!expiry)
    return {std::move(check), health::fail, file + " cannot be read as a PEM certificate",
            "name the file with the certificate chain in " + key};
  return judge_expiry(std::move(check), file, *expiry, now, "renew it, then restart the service");
}

doctor_row judge_free_space(const std::string& path, std::uint64_t free_bytes) {
  std::string finding = std::to_string(free_bytes / mebibyte) + " MiB free in " + path;
  if (free_bytes < 100 * mebibyte)
    return {"disk space", health::fail, std::move(finding), "make room: without it nothing can be accepted"};
  if (free_bytes < 1024 * mebibyte)
    return {"disk space", health::warn, std::move(finding), "make room soon"};
  return {"disk space", health::ok, std::move(finding), {}};
}

} // namespace isacbot::app
