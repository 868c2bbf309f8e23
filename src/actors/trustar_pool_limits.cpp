// The TRUSTAR POOL: what Station says about its limits, passed on to the RATE LIMITER.
#include "actors/trustar_pool.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/rate_limit_fields.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds limiter_patience{5};
constexpr std::size_t most_accounts = 10'000;
constexpr std::chrono::hours longest_window{1};
constexpr std::chrono::hours a_day{24};

} // namespace

/// Headers count the calls that Station has seen; those on their way are still to come.
void trustar_pool::learn(const std::string& account, const http::response& answer) {
  if (!config_.limiter)
    return;
  std::optional<std::uint64_t> least;
  for (const auto& report : trustar::parse_limit_fields(answer.headers))
    if (!report.window || *report.window <= longest_window) // a day's count comes from request-quotas
      least = std::min(least.value_or(report.remaining), report.remaining);
  if (!least)
    return;
  const auto on_their_way =
      static_cast<std::uint64_t>(std::count_if(state.running.begin(), state.running.end(),
                                               [&](const auto& r) { return r.second.account == account; }));
  station_count told;
  told.credential = account;
  told.remaining = *least - std::min(on_their_way, *least);
  send(config_.limiter, atom::correct_v, std::move(told));
}

void trustar_pool::learn(const std::string& account, const error& e) {
  if (e.code != ec::rate_limited || !e.retry_after || !config_.limiter)
    return;
  state.next_quota.erase(account); // the next answer is reason enough to ask how the day stands
  station_count told;
  told.credential = account;
  told.not_before = *e.retry_after;
  send(config_.limiter, atom::correct_v, std::move(told));
}

void trustar_pool::learn_quota(const std::string& account, const http::response& answer) {
  auto quotas = trustar::parse_quotas(answer);
  if (!quotas)
    return env_.log.info("limits", "Station's answer about quotas is not understood",
                         {{"error", to_string(quotas.error())}});
  for (auto& quota : *quotas)
    if (quota.time_window == a_day && quota.max_requests > 0) {
      station_count told;
      told.credential = account;
      told.quota = std::move(quota);
      return send(config_.limiter, atom::correct_v, std::move(told));
    }
}

void trustar_pool::ask_for_quota(const std::string& account, const member& who,
                                 const domain::api_credentials& credentials) {
  const auto now = env_.time.steady_now();
  if (config_.quota_interval <= milliseconds{0} || !config_.limiter)
    return;
  auto& next = state.next_quota[account];
  if (next > now)
    return;
  next = now + config_.quota_interval;
  if (state.next_quota.size() > most_accounts)
    std::erase_if(state.next_quota, [&](const auto& item) { return item.second <= now; });
  acquire_request wanted;
  wanted.who = who;
  wanted.credential = account;
  wanted.counted = false;
  wanted.bulk = true;
  wanted.may_wait = false; // there is always a next time
  request(config_.limiter, limiter_patience, atom::acquire_v, std::move(wanted))
      .then(
          [this, who, credentials](const acquire_answer& allowed) {
            if (allowed.granted == 0)
              return;
            trustar_pool_state::job job;
            job.call.endpoint = "request_quotas";
            job.call.who = who;
            job.call.credentials = credentials;
            job.call.bulk = true;
            job.call.make = [](const trustar::origin& station, const secret& token) -> result<http::request> {
              return trustar::make_quotas_request(station, token);
            };
            job.arrived = env_.time.steady_now();
            if (line_up(std::move(job)))
              assign();
          },
          [](caf::error&) {});
}

} // namespace isacbot::actors
