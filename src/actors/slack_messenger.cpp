#include "actors/slack_messenger.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "actors/slack_calls.hpp"
#include "domain/answers.hpp"
#include "protocol/slack/response_url.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

// Named, because clang 14 crashes on a label made inside a conditional expression.
constexpr telemetry::label good_call{"ok"};
constexpr telemetry::label failed_call{"failed"};
constexpr std::uint32_t most_tries = 4;
constexpr milliseconds longest_pause{60'000}; // a member has gone on by then; other ways are tried instead

slack_call post_to(secret response_url, std::shared_ptr<const slack::message> content, bool replace) {
  return {"response_url",
          [url = std::move(response_url), m = std::move(content), replace](const slack::api_access&) {
            slack::response_options options;
            options.replace_original = replace;
            return slack::response_url_post(url, *m, options);
          },
          [](const http::response& r) -> std::optional<slack::api_fault> {
            auto answer = slack::parse_response_url_answer(r);
            if (answer)
              return std::nullopt;
            return answer.error();
          },
          false};
}

/// A direct message that stands in for an answer in the conversation says why it comes this way.
std::shared_ptr<const slack::message> private_content(const slack_delivery& delivery) {
  if (delivery.direct || delivery.target.channel.empty())
    return delivery.content;
  return std::make_shared<const slack::message>(domain::answers::in_private_instead(*delivery.content));
}

} // namespace

slack_messenger::slack_messenger(caf::actor_config& cfg, slack_messenger_config config, environment env)
    : super(cfg),
      config_(std::move(config)),
      env_(env) {}

slack_messenger::behavior_type slack_messenger::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  return {
      [this](atom::deliver, slack_delivery& delivery) -> caf::result<atom::done> {
        if (state.exchanges.size() >= config_.max_in_flight)
          return to_caf_error(fail(ec::overloaded, "too many messages to Slack are waiting"));
        auto promise = make_response_promise<atom::done>();
        auto d = std::make_shared<slack_delivery_in_flight>(
            slack_delivery_in_flight{std::move(delivery), promise});
        if (d->delivery.direct)
          by_direct_message(d);
        else
          by_response_url(d);
        return promise;
      },
      [this](atom::call, slack_call& call) -> caf::result<http_response_ptr> {
        if (state.exchanges.size() >= config_.max_in_flight)
          return to_caf_error(fail(ec::overloaded, "too many calls to Slack are waiting"));
        auto promise = make_response_promise<http_response_ptr>();
        start(std::move(call), [promise](result<http_response_ptr> outcome) mutable {
          if (outcome)
            promise.deliver(std::move(*outcome));
          else
            promise.deliver(to_caf_error(outcome.error()));
        });
        return promise;
      },
      [this](atom::outcome, const http_outcome& x) { on_outcome(x.ticket, *x.value); },
      [this](atom::resume, std::uint64_t ticket) { send_now(ticket); },
  };
}

void slack_messenger::start(slack_call call, continuation then) {
  auto ticket = ++state.last_ticket;
  state.exchanges.emplace(ticket, slack_exchange{std::move(call), std::move(then)});
  send_now(ticket);
}

void slack_messenger::send_now(std::uint64_t ticket) {
  auto found = state.exchanges.find(ticket);
  if (found == state.exchanges.end())
    return;
  ++found->second.tries;
  auto self = caf::actor_cast<slack_messenger_actor>(this);
  env_.http.send(found->second.call.make(config_.access), config_.call_deadline,
                 [self, ticket](result<http::response> outcome) {
                   caf::anon_send(self, atom::outcome_v,
                                  http_outcome{ticket, std::make_shared<const result<http::response>>(
                                                           std::move(outcome))});
                 });
}

void slack_messenger::on_outcome(std::uint64_t ticket, const result<http::response>& outcome) {
  auto found = state.exchanges.find(ticket);
  if (found == state.exchanges.end())
    return;
  auto& exchange = found->second;
  std::optional<error> failure;
  auto next = slack::next_step::retry;
  if (!outcome) {
    failure = outcome.error();
  } else if (auto fault = exchange.call.judge(*outcome)) {
    failure = fault->to_error();
    next = fault->next;
  }
  env_.metrics.slack_api_call(exchange.call.method, failure ? failed_call : good_call);
  if (failure) {
    if (auto pause = pause_before_repeat(exchange, *failure, next)) {
      delayed_send(this, *pause, atom::resume_v, ticket);
      return;
    }
    env_.log.warning("slack_messenger", "Slack refused a call",
                     {{"method", exchange.call.method.text()}, {"error", to_string(*failure)}});
  }
  auto then = std::move(exchange.then);
  state.exchanges.erase(found);
  if (failure)
    then(std::move(*failure));
  else
    then(std::make_shared<const http::response>(*outcome));
}

std::optional<milliseconds> slack_messenger::pause_before_repeat(const slack_exchange& x, const error& e,
                                                                 slack::next_step next) const {
  if (x.tries >= most_tries)
    return std::nullopt;
  if (next == slack::next_step::wait) {
    auto pause = e.retry_after.value_or(milliseconds{30'000});
    return pause <= longest_pause ? std::optional{pause} : std::nullopt;
  }
  if (next != slack::next_step::retry)
    return std::nullopt;
  // A post whose answer was lost may be there already: once more at most, because no answer is worse than
  // two.
  if (is_ambiguous(e.code) && !x.call.repeatable && x.tries >= 2)
    return std::nullopt;
  auto base = milliseconds{500} * (1U << (2 * (x.tries - 1)));
  return base + std::chrono::duration_cast<milliseconds>(base * random_unit(env_.random) / 4);
}

void slack_messenger::by_response_url(const delivery_ptr& d) {
  const auto& url = d->delivery.target.response_url;
  if (url.empty())
    return by_ephemeral(d);
  if (auto allowed = slack::check_response_url(url, config_.response_url_hosts); !allowed) {
    env_.log.warning("slack_messenger", "a response_url was not used",
                     {{"request", d->delivery.target.request_id}, {"error", to_string(allowed.error())}});
    return by_ephemeral(d);
  }
  start(post_to(url, d->delivery.content, d->delivery.replace_original),
        [this, d](result<http_response_ptr> outcome) {
          if (outcome)
            arrived(d, telemetry::answer_route::response_url);
          else
            by_ephemeral(d);
        });
}

void slack_messenger::by_ephemeral(const delivery_ptr& d) {
  const auto& target = d->delivery.target;
  if (target.channel.empty())
    return by_direct_message(d);
  start(post_ephemeral(target.channel, target.who.user, d->delivery.content),
        [this, d](result<http_response_ptr> outcome) {
          if (outcome)
            arrived(d, telemetry::answer_route::ephemeral);
          else
            by_direct_message(d);
        });
}

void slack_messenger::by_direct_message(const delivery_ptr& d) {
  start(open_direct_message(d->delivery.target.who.user), [this, d](result<http_response_ptr> opened) {
    if (!opened)
      return lost(d, opened.error());
    auto channel = slack::parse_conversations_open(**opened);
    if (!channel)
      return lost(d, channel.error().to_error());
    start(post_message(*channel, private_content(d->delivery)), [this, d](result<http_response_ptr> posted) {
      if (posted)
        arrived(d, telemetry::answer_route::direct);
      else
        lost(d, posted.error());
    });
  });
}

void slack_messenger::arrived(const delivery_ptr& d, telemetry::answer_route route) {
  if (d->delivery.final)
    env_.metrics.slack_answer(route);
  d->promise.deliver(atom::done_v);
}

void slack_messenger::lost(const delivery_ptr& d, const error& e) {
  env_.metrics.slack_answer(telemetry::answer_route::none);
  env_.log.error("slack_messenger", "a member could not be answered by any way",
                 {{"request", d->delivery.target.request_id},
                  {"team", d->delivery.target.who.team},
                  {"user", d->delivery.target.who.user},
                  {"error", to_string(e)}});
  d->promise.deliver(to_caf_error(e));
}

} // namespace isacbot::actors
