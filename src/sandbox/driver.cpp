// Sending and settling: what every action has in common. The actions themselves are in member_actions.cpp.
#include "sandbox/driver.hpp"

#include <array>

namespace isacbot::sandbox {

namespace {

/// What a member reads when the app fails them.
void tell_failure(context& in, const exchange& e) {
  if (e.kind != "command")
    return;
  message m;
  m.ref.channel = text_at(e.payload, "channel_id");
  m.author = "USLACKBOT";
  m.visible_to = e.user;
  m.content["text"] =
      text_at(e.payload, "command") + " failed because the app did not respond. (" + e.outcome + ")";
  m.source = "slackbot";
  add_message(in, std::move(m));
}

void plan_retry(context& in, const exchange& e, const std::string& reason) {
  constexpr std::array<std::chrono::minutes, 3> delays{std::chrono::minutes{0}, std::chrono::minutes{1},
                                                       std::chrono::minutes{5}};
  if (e.kind == "event" && e.attempt < delays.size() && text_at(e.payload, "type") == "event_callback")
    in.state.retries.push_back({e.payload, e.attempt + 1, reason, in.steady_now + delays[e.attempt]});
}

std::string failure_reason(const result<http::response>& answer, std::chrono::nanoseconds latency) {
  if (!answer)
    return answer.error().code == ec::timeout ? "http_timeout" : "connection_failed";
  if (latency > acknowledge_deadline)
    return "http_timeout";
  return answer->status / 100 == 2 ? "" : "http_error";
}

} // namespace

driver::driver(workspace& world, ports::http_client& client, bot_addresses bot)
    : world_(world),
      client_(client),
      bot_(std::move(bot)) {}

error not_possible(std::string cause) {
  return fail(ec::invalid_argument, std::move(cause));
}

driver::outgoing driver::prepare(context& in, exchange record, const std::string& address,
                                 std::string content_type, std::string body) {
  outgoing what;
  what.request.method = "POST";
  what.request.target = address;
  what.request.headers = signature_headers(in, body);
  what.request.headers.add("Content-Type", std::move(content_type));
  what.request.headers.add("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)");
  what.request.body = std::move(body);
  what.id = record_exchange(in, std::move(record)).id;
  what.sent = in.steady_now;
  return what;
}

driver::outgoing driver::prepare_interaction(context& in, const std::string& user,
                                             json::object payload) const {
  std::string body = encode_form({{"payload", json::serialize(payload)}});
  exchange record;
  record.kind = text_at(payload, "type");
  record.user = user;
  record.payload = std::move(payload);
  return prepare(in, std::move(record), bot_.interactions, "application/x-www-form-urlencoded",
                 std::move(body));
}

exchange_id driver::send(outgoing what, settle on_success) {
  auto done = [this, id = what.id, sent = what.sent, settled = std::move(on_success)](
                  const result<http::response>& answer) { finish(id, sent, answer, settled); };
  client_.send(std::move(what.request), acknowledge_deadline, std::move(done));
  return what.id;
}

void driver::finish(exchange_id id, steady_time sent, const result<http::response>& answer,
                    const settle& on_success) {
  world_.change([&](context& in) {
    exchange* e = find_exchange(in.state, id);
    if (e == nullptr)
      return;
    e->latency = in.steady_now - sent;
    if (answer) {
      e->status = answer->status;
      e->answer = answer->body;
    }
    std::string reason = failure_reason(answer, *e->latency);
    // A dialog shows its own trouble, also for statuses that are no success.
    bool is_dialog_answer = e->kind == "view_submission" && answer && reason != "http_timeout";
    if (reason.empty() || is_dialog_answer) {
      e->outcome = on_success(in, *answer);
      return;
    }
    e->outcome = "failed: " + reason;
    if (e->kind == "view_submission")
      if (view* shown = find_view(in.state, text_at(e->payload.at("view").as_object(), "id")))
        shown->notice = "We had some trouble connecting. Try again?";
    tell_failure(in, *e);
    bool wants_no_retry = answer && answer->headers.find("X-Slack-No-Retry") == "1";
    if (!wants_no_retry)
      plan_retry(in, *e, reason);
  });
  deliver_due();
}

void driver::deliver_due() {
  // Called with every request: looking is cheap, a change would wake everybody who waits.
  if (world_.read([](const workspace_state& state) { return state.retries.empty(); }))
    return;
  auto due = world_.change([](context& in) {
    std::vector<pending_retry> ready;
    std::erase_if(in.state.retries, [&](const pending_retry& r) {
      bool is_due = r.due <= in.steady_now;
      if (is_due)
        ready.push_back(r);
      return is_due;
    });
    return ready;
  });
  for (pending_retry& r : due)
    send_event(std::move(r.payload), r.attempt, r.reason);
}

exchange_id driver::send_event(json::object payload, unsigned attempt, const std::string& reason) {
  std::string challenge = text_at(payload, "challenge");
  outgoing what = world_.change([&](context& in) {
    std::string body = json::serialize(payload);
    exchange record;
    record.kind = "event";
    record.attempt = attempt;
    if (const json::object* event = object_at(payload, "event"))
      record.user = text_at(*event, "user");
    record.payload = std::move(payload);
    outgoing o = prepare(in, std::move(record), bot_.events, "application/json", std::move(body));
    if (attempt > 0) {
      o.request.headers.add("X-Slack-Retry-Num", std::to_string(attempt));
      o.request.headers.add("X-Slack-Retry-Reason", reason);
    }
    return o;
  });
  return send(std::move(what), [challenge](context&, const http::response& answer) -> std::string {
    if (challenge.empty() || answer.body == challenge)
      return "ok";
    auto parsed = parse_json(answer.body);
    bool is_echo = parsed && parsed->is_object() && text_at(parsed->get_object(), "challenge") == challenge;
    return is_echo ? "ok" : "failed: the challenge did not come back";
  });
}

result<exchange> driver::wait(exchange_id id, milliseconds timeout) const {
  auto is_settled = [id](const workspace_state& state) {
    const exchange* e = find_exchange(state, id);
    return e == nullptr || !e->outcome.empty();
  };
  if (!world_.wait_until(is_settled, timeout))
    return fail(ec::timeout, "exchange " + std::to_string(id) + " got no answer in time");
  return world_.read([id](const workspace_state& state) -> result<exchange> {
    const exchange* e = find_exchange(state, id);
    if (e == nullptr)
      return fail(ec::not_found, "no exchange " + std::to_string(id));
    return *e;
  });
}

} // namespace isacbot::sandbox
