#include "station/service.hpp"

#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "station/accounts.hpp"
#include "station/call_limits.hpp"
#include "station/endpoints.hpp"
#include "station/indexer.hpp"
#include "station/pages/layout.hpp"
#include "station/pages/page_service.hpp"
#include "station/routes.hpp"
#include "station/secret_checker.hpp"
#include "station/token_store.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace isacbot::station {

namespace {

unsigned status_of(ec code) {
  switch (code) {
  case ec::malformed:
  case ec::invalid_argument:
    return 400;
  case ec::unauthorized:
    return 401;
  case ec::forbidden:
    return 403;
  case ec::not_found:
    return 404;
  case ec::conflict:
    return 409;
  case ec::too_large:
    return 413;
  case ec::overloaded:
    return 503;
  default:
    return 500;
  }
}

/// Where a request came to an end: with its answer, and the route for the metrics.
struct outcome {
  http::response answer;
  telemetry::label route = "none";
};

} // namespace

struct service::state {
  state(storage::kv_store& s, const clock& t, random_source& r, service_settings cfg, service_hooks h)
      : time(t),
        random(r),
        settings(cfg),
        hooks(std::move(h)),
        people(s, t, r, cfg.secret_cost, cfg.sabotage),
        secrets(r, cfg.secret_cost),
        tokens(t, r, cfg.token_life),
        minute(t, cfg.calls_per_minute),
        day(s, t, cfg.calls_per_day),
        indexing(s, t, hooks.work_waits, hooks.set_aside),
        api(s, people, r, day, cfg.idempotency, cfg.names, hooks.noted),
        pages(s, people, secrets, day, t, r, cfg.names,
              {cfg.secure_cookies, cfg.calls_per_minute, hooks.noted}) {}

  const clock& time;
  random_source& random;
  service_settings settings;
  service_hooks hooks;
  accounts people;
  secret_checker secrets;
  token_store tokens;
  minute_limit minute;
  day_limit day;
  indexer indexing;
  endpoints api;
  page_service pages;

  http::response answer_error(const error& e, std::string_view path, std::string_view trace_id) {
    unsigned status = status_of(e.code);
    if (status < 500)
      return trustar::make_error_answer(status, e.cause, path, time.now());
    if (hooks.failed)
      hooks.failed(trace_id, e);
    std::string_view message =
        status == 503 ? "Too busy, try again." : "The server failed; its log has the Trace-Id.";
    return trustar::make_error_answer(status, message, path, time.now());
  }

  /// What a person sees of a fault of ours.
  http::response answer_page_error(const error& e, std::string_view trace_id) {
    if (hooks.failed)
      hooks.failed(trace_id, e);
    return make_message_page(500, "That did not work", "The server failed; its log has the reason.");
  }

  result<http::response> answer_token(const http::request& request, const request_target& target) {
    http::response refused = trustar::make_oauth_error(401, "unauthorized", "Bad credentials");
    refused.headers.add("WWW-Authenticate", "Basic realm=\"station\"");
    if (request.headers.count("Authorization") != 1)
      return refused;
    auto presented = trustar::parse_basic(request.headers.find("Authorization").value_or(std::string_view()));
    if (!presented)
      return refused;
    if (trustar::grant_type_of(target.query, request.body) != "client_credentials")
      return trustar::make_oauth_error(400, "unsupported_grant_type",
                                       "grant_type must be client_credentials");
    auto who = people.find_user(presented->key);
    if (!who)
      return who.error();
    if (!secrets.matches(*who, presented->api_secret))
      return refused;
    return trustar::make_token_answer(tokens.issue(**who));
  }

  /// The user whose token the request carries, or the answer that refuses it.
  result<std::variant<user, http::response>> authenticate(const http::request& request,
                                                          std::string_view path) {
    std::size_t count = request.headers.count("Authorization");
    if (count == 0)
      return trustar::make_error_answer(401, "No credentials were sent.", path, time.now());
    auto token = trustar::parse_bearer(request.headers.find("Authorization").value_or(std::string_view()));
    if (count > 1 || !token)
      return trustar::make_token_invalid_answer();
    token_store::finding found = tokens.find(*token);
    if (found.what == token_store::verdict::expired)
      return trustar::make_token_expired_answer();
    if (found.what == token_store::verdict::unknown)
      return trustar::make_token_invalid_answer();
    auto who = people.find_user(found.user_key);
    if (!who)
      return who.error();
    if (!*who || (*who)->secret_hash != found.secret_hash) // removed, or given a new secret
      return trustar::make_token_invalid_answer();
    return std::move(**who);
  }

  /// @returns the answer 429 when the caller has to wait
  result<std::optional<http::response>> limit(const user& who, day_quota quota) {
    if (auto wait = minute.admit(who.key))
      return std::optional(trustar::make_limit_answer(*wait));
    if (quota == day_quota::exempt)
      return std::optional<http::response>();
    auto wait = day.admit(who.company);
    if (!wait)
      return wait.error();
    return *wait ? std::optional(trustar::make_limit_answer(**wait)) : std::nullopt;
  }

  /// The allowance of the minute, as the IETF draft "RateLimit header fields for HTTP" has it (version 7).
  void add_allowance(http::response& answer, const std::string& user_key) const {
    auto left = minute.left(user_key);
    if (!left)
      return;
    answer.headers.add("RateLimit-Limit", std::to_string(left->limit));
    answer.headers.add("RateLimit-Remaining", std::to_string(left->remaining));
    answer.headers.add("RateLimit-Reset", std::to_string(left->reset.count()));
  }

  result<http::response> answer_api(const http::request& request, const request_target& target,
                                    route_match match, std::string_view trace_id) {
    auto who = authenticate(request, target.path);
    if (!who)
      return who.error();
    if (auto* refusal = std::get_if<http::response>(&*who))
      return std::move(*refusal);
    user caller = std::get<user>(std::move(*who));
    const std::string user_key = caller.key;
    auto answered = answer_caller(request, target, std::move(match), std::move(caller));
    http::response answer =
        answered ? std::move(*answered) : answer_error(answered.error(), target.path, trace_id);
    add_allowance(answer, user_key);
    return answer;
  }

  result<http::response> answer_caller(const http::request& request, const request_target& target,
                                       route_match match, user caller) {
    auto wait = limit(caller, match.found == nullptr ? day_quota::counted : match.found->quota);
    if (!wait)
      return wait.error();
    if (*wait)
      return std::move(**wait);
    if (match.found == nullptr)
      return match.path_known ? fail(ec::malformed, "The method is not supported on this path.")
                              : fail(ec::not_found, "There is nothing at this path.");
    auto enclaves = people.enclaves_of(caller.key);
    if (!enclaves)
      return enclaves.error();
    call c{request,
           target,
           std::move(match.id),
           std::move(match.name),
           std::move(caller),
           std::move(*enclaves),
           time.now()};
    return answer_endpoint(match.found->what, c);
  }

  result<http::response> answer_endpoint(endpoint what, const call& c) {
    index_use use = use_of_index(what);
    if (use == index_use::asks)
      indexing.catch_up();
    if (use == index_use::feeds)
      indexing.keep_pace();
    auto answered = api.answer(what, c);
    if (use == index_use::feeds && answered)
      indexing.notice();
    return answered;
  }

  outcome answer(const http::request& request, std::string_view trace_id) {
    auto target = parse_target(request.target);
    if (!target)
      return {answer_error(target.error(), request.target.substr(0, request.target.find('?')), trace_id)};
    if (request.body.size() > settings.max_body_bytes)
      return {answer_error(fail(ec::too_large, "The body is too large."), target->path, trace_id)};
    if (page_service::owns(*target)) {
      indexing.catch_up();
      auto page = pages.answer(request, *target);
      if (!page)
        return {answer_page_error(page.error(), trace_id)};
      return {std::move(page->answer), page->route};
    }
    route_match match = match_route(request.method, target->segments);
    telemetry::label name = match.found == nullptr ? telemetry::label("none") : match.found->name;
    bool is_token = match.found != nullptr && match.found->what == endpoint::token;
    if (match.found == nullptr && match.path_known && target->segments.front() == "oauth")
      return {answer_error(fail(ec::malformed, "Ask for a token with POST."), target->path, trace_id), name};
    auto answered =
        is_token ? answer_token(request, *target) : answer_api(request, *target, std::move(match), trace_id);
    if (!answered)
      return {answer_error(answered.error(), target->path, trace_id), name};
    return {std::move(*answered), name};
  }
};

service::service(storage::kv_store& store, const clock& time, random_source& random,
                 service_settings settings, service_hooks hooks)
    : state_(std::make_unique<state>(store, time, random, settings, std::move(hooks))) {}

service::~service() = default;

result<bool> service::index_some() {
  return state_->indexing.work();
}

milliseconds service::index_lag() const {
  return state_->indexing.lag();
}

http::response service::handle(const http::request& request) {
  std::string trace_id = random_uuid(state_->random);
  outcome done;
  try {
    done = state_->answer(request, trace_id);
  } catch (const std::exception& e) { // out of memory; a defect would come here too
    done = {state_->answer_error(fail(ec::internal, e.what()), "", trace_id)};
  }
  done.answer.headers.add("Trace-Id", trace_id);
  if (state_->hooks.answered)
    state_->hooks.answered(done.route, done.answer.status);
  return std::move(done.answer);
}

} // namespace isacbot::station
