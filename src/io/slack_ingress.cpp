#include "io/slack_ingress.hpp"

#include "protocol/slack/acknowledgement.hpp"
#include "protocol/slack/signature.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace isacbot::io {

namespace {

using slack::operator""_mrkdwn;

constexpr std::array<std::string_view, 3> paths{"/slack/commands", "/slack/interactions", "/slack/events"};

bool is_ours(std::string_view target) {
  auto path = target.substr(0, target.find('?'));
  for (auto p : paths)
    if (path == p)
      return true;
  return false;
}

http::response empty(unsigned status) {
  return http::make_response(status, "", "");
}

telemetry::label kind_label(const slack::request& r) {
  struct visitor {
    telemetry::label operator()(const slack::ssl_check&) const { return "ssl_check"; }
    telemetry::label operator()(const slack::slash_command&) const { return "command"; }
    telemetry::label operator()(const slack::block_actions&) const { return "block_actions"; }
    telemetry::label operator()(const slack::view_submission&) const { return "view_submission"; }
    telemetry::label operator()(const slack::view_closed&) const { return "view_closed"; }
    telemetry::label operator()(const slack::block_suggestion&) const { return "block_suggestion"; }
    telemetry::label operator()(const slack::shortcut&) const { return "shortcut"; }
    telemetry::label operator()(const slack::message_action&) const { return "message_action"; }
    telemetry::label operator()(const slack::url_verification&) const { return "url_verification"; }
    telemetry::label operator()(const slack::event_callback&) const { return "event"; }
    telemetry::label operator()(const slack::app_rate_limited&) const { return "app_rate_limited"; }
    telemetry::label operator()(const slack::unknown_payload&) const { return "unknown"; }
  };
  return std::visit(visitor{}, r);
}

/// What Slack gets when the dispatcher cannot take the request. Slack shows a command's 5xx as a bare code,
/// so the member gets words instead; a dialog stays open on a 503 with all that was typed; events are sent
/// again.
http::response cannot_take(const slack::request& r) {
  if (std::holds_alternative<slack::slash_command>(r))
    return slack::to_response(
        slack::ack_message(slack::message{"I am too busy or just restarting, and did not take "
                                          "this command. Please run it again in a minute."_mrkdwn}));
  if (std::holds_alternative<slack::view_submission>(r) || std::holds_alternative<slack::event_callback>(r))
    return empty(503);
  return empty(200);
}

} // namespace

slack_ingress::slack_ingress(secret signing_secret, const clock& time, telemetry::metrics& metrics,
                             telemetry::logger log, dispatcher dispatch)
    : signing_secret_(std::move(signing_secret)),
      time_(time),
      metrics_(metrics),
      log_(std::move(log)),
      dispatch_(std::move(dispatch)) {}

void slack_ingress::handle(http::request request, ports::http_exchange exchange, reply done) {
  if (!is_ours(request.target))
    return done(empty(404));
  if (request.method != "POST") {
    auto refused = empty(405);
    refused.headers.add("Allow", "POST");
    return done(std::move(refused));
  }
  auto started = time_.steady_now();
  auto content_type = request.headers.find("Content-Type").value_or("");
  if (slack::is_ssl_check(content_type, request.body)) {
    metrics_.slack_request("ssl_check", "answered");
    return done(empty(200));
  }
  if (auto signed_by_slack = slack::verify_request(signing_secret_, request, time_.now()); !signed_by_slack) {
    metrics_.slack_request("unknown", "bad_signature");
    log_.warning("slack_ingress", "a request was refused",
                 {{"request", exchange.request_id},
                  {"peer", exchange.peer},
                  {"reason", signed_by_slack.error().cause}});
    return done(empty(401));
  }
  auto parsed = slack::parse_request(content_type, request.body);
  if (!parsed) {
    metrics_.slack_request("unknown", "malformed");
    log_.warning("slack_ingress", "a signed request was not understood",
                 {{"request", exchange.request_id}, {"reason", parsed.error().cause}});
    return done(empty(400));
  }
  auto kind = kind_label(*parsed);
  if (const auto* verification = std::get_if<slack::url_verification>(&*parsed)) {
    metrics_.slack_request(kind, "answered");
    return done(slack::to_response(slack::ack_challenge(verification->challenge)));
  }
  if (std::holds_alternative<slack::unknown_payload>(*parsed)) {
    // Newer than this program, which is not Slack's fault: accept and forget it.
    metrics_.slack_request(kind, "ignored");
    return done(empty(200));
  }
  auto shared = std::make_shared<const slack::request>(std::move(*parsed));
  dispatch_(shared, exchange.request_id,
            [this, shared, kind, started, id = exchange.request_id,
             done = std::move(done)](result<http::response> ack) {
              metrics_.slack_ack(kind, time_.steady_now() - started);
              if (ack) {
                metrics_.slack_request(kind, "acknowledged");
                return done(std::move(*ack));
              }
              metrics_.slack_request(kind, "failed");
              log_.error("slack_ingress", "the dispatcher did not take a request",
                         {{"request", id}, {"error", to_string(ack.error())}});
              done(cannot_take(*shared));
            });
}

} // namespace isacbot::io
