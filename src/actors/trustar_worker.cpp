#include "actors/trustar_worker.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "protocol/trustar/answers.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr telemetry::label token_endpoint = "token";

/// Codes by which Station judges the call itself: nothing else may carry them out of the worker.
bool is_verdict(ec code) noexcept {
  return code == ec::too_large || code == ec::upstream_rejected || code == ec::not_found;
}

} // namespace

trustar_worker::trustar_worker(caf::actor_config& cfg, trustar_worker_config config, environment env)
    : super(cfg),
      config_(std::move(config)),
      env_(env) {}

trustar_worker::behavior_type trustar_worker::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  return {
      [this](atom::call, trustar_call& call) -> caf::result<http_response_ptr> {
        if (state.now != trustar_worker_state::phase::idle)
          return to_caf_error(fail(ec::overloaded, "the worker is busy"));
        state.call = std::move(call);
        state.promise = make_response_promise<http_response_ptr>();
        auto promise = state.promise;
        start();
        return promise;
      },
      [this](atom::outcome, const http_outcome& x) {
        if (x.ticket == state.ticket && state.now != trustar_worker_state::phase::idle)
          on_outcome(*x.value);
      },
  };
}

void trustar_worker::start() {
  state.renewed = false;
  state.deadline = env_.time.steady_now() + state.call.deadline;
  std::optional<secret> cached;
  if (!state.call.fresh_token)
    cached = config_.tokens->find(state.call.credentials, env_.time.steady_now());
  if (!cached)
    return ask_for_token();
  state.token = std::move(*cached);
  send_call();
}

void trustar_worker::ask_for_token() {
  state.now = trustar_worker_state::phase::token;
  exchange(trustar::make_token_request(config_.station, state.call.credentials.key.reveal(),
                                       state.call.credentials.key_secret));
}

void trustar_worker::send_call() {
  state.now = trustar_worker_state::phase::call;
  auto request = state.call.make(config_.station, state.token);
  if (!request)
    return finish(request.error());
  exchange(std::move(*request));
}

void trustar_worker::exchange(http::request request) {
  state.sent = env_.time.steady_now();
  auto left = std::chrono::duration_cast<milliseconds>(state.deadline - state.sent);
  if (left <= milliseconds{0})
    return finish(fail(ec::unavailable, "the time for the call was over before it was sent"));
  auto self = caf::actor_cast<trustar_worker_actor>(this);
  env_.http.send(std::move(request), left, [self, ticket = ++state.ticket](result<http::response> outcome) {
    caf::anon_send(self, atom::outcome_v,
                   http_outcome{ticket, std::make_shared<const result<http::response>>(std::move(outcome))});
  });
}

void trustar_worker::on_outcome(const result<http::response>& outcome) {
  auto took = env_.time.steady_now() - state.sent;
  bool token_phase = state.now == trustar_worker_state::phase::token;
  telemetry::label endpoint = token_phase ? token_endpoint : state.call.endpoint;
  if (outcome)
    env_.metrics.trustar_call(endpoint, outcome->status, took);
  else
    env_.metrics.trustar_call(endpoint, outcome.error().code, took);
  if (token_phase)
    on_token(outcome);
  else
    on_answer(outcome);
}

void trustar_worker::on_token(const result<http::response>& outcome) {
  if (!outcome) {
    // Nothing but a sign-in was sent: whatever happened to it, the call itself has had no effect.
    error e = outcome.error();
    if (is_ambiguous(e.code) || is_verdict(e.code))
      e = fail(ec::unavailable, "signing in to Station failed: " + e.cause, e.mend);
    return finish(std::move(e));
  }
  auto token = trustar::parse_token(*outcome);
  if (!token) {
    error e = token.error();
    if (is_ambiguous(e.code) || is_verdict(e.code))
      e.code = ec::unavailable;
    return finish(std::move(e));
  }
  auto now = env_.time.steady_now();
  config_.tokens->put(state.call.credentials, token->token, now + token->expires_in, now);
  state.token = std::move(token->token);
  send_call();
}

void trustar_worker::on_answer(const result<http::response>& outcome) {
  if (!outcome) {
    error e = outcome.error();
    if (is_verdict(e.code)) // an answer too large to read: the call may have had its effect
      e.code = ec::upstream_failed;
    return finish(std::move(e));
  }
  auto verdict = trustar::classify(*outcome);
  if (verdict)
    return finish(std::make_shared<const http::response>(*outcome));
  bool token_fault = verdict.error().code == ec::token_expired || verdict.error().code == ec::token_invalid;
  if (token_fault && !state.renewed) {
    // Station refused before it looked at the call, so repeating is safe (TruSTAR, "Expired OAuth2 Token").
    state.renewed = true;
    config_.tokens->drop(state.call.credentials, state.token);
    return ask_for_token();
  }
  finish(verdict.error());
}

void trustar_worker::finish(result<http_response_ptr> outcome) {
  state.now = trustar_worker_state::phase::idle;
  auto promise = std::exchange(state.promise, {});
  state.call = {};
  state.token = {};
  if (outcome)
    promise.deliver(std::move(*outcome));
  else
    promise.deliver(to_caf_error(outcome.error()));
}

} // namespace isacbot::actors
