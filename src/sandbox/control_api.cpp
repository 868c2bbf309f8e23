#include "sandbox/control_api.hpp"

#include "core/bytes.hpp"
#include "sandbox/files.hpp"
#include "sandbox/handles.hpp"
#include "sandbox/snapshots.hpp"

#include <charconv>
#include <memory>

namespace isacbot::sandbox {

namespace {

http::response json_answer(unsigned status, const json::value& body) {
  return http::make_response(status, "application/json; charset=utf-8", json::serialize(body));
}

http::response refusal_answer(const error& e) {
  unsigned status = e.code == ec::not_found    ? 404
                    : e.code == ec::forbidden  ? 403
                    : e.code == ec::overloaded ? 503
                                               : 400;
  return json_answer(status, json::object{{"error", to_string(e.code)}, {"cause", e.cause}});
}

/// A page on another site must not drive the sandbox through somebody's browser: the address asked for has to
/// be loopback's (no rebound name), and a browser's request has to come from it.
bool is_foreign(const http::request& request) {
  std::string_view host = request.headers.find("Host").value_or("localhost");
  auto origin = request.headers.find("Origin");
  std::string_view name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  bool is_loopback = name == "localhost" || name == "127.0.0.1" || name == "[::1]";
  return !is_loopback || (origin && *origin != "http://" + std::string(host));
}

result<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return fail(ec::invalid_argument, "not a number: " + std::string(text));
  return number;
}

json::value started(exchange_id id) {
  return json::object{{"exchange", id}};
}

result<json::value> started(const result<exchange_id>& id) {
  if (!id)
    return id.error();
  return started(*id);
}

} // namespace

control_api::control_api(workspace& world, driver& members) : world_(world), members_(members) {}

void control_api::handle(const http::request& request, ports::http_service::reply done) {
  if (is_foreign(request))
    return done(refusal_answer(fail(ec::forbidden, "the sandbox is driven from its own host only")));
  std::size_t mark = request.target.find('?');
  std::string path = request.target.substr(0, mark).substr(std::string_view("/sandbox/").size());
  if (request.method == "POST") {
    auto order = parse_json(request.body.empty() ? "{}" : request.body);
    if (!order || !order->is_object())
      return done(refusal_answer(fail(ec::malformed, "the body has to be a JSON object")));
    answer outcome = act(path, order->get_object());
    return done(outcome ? json_answer(200, *outcome) : refusal_answer(outcome.error()));
  }
  if (request.method != "GET")
    return done(http::make_response(405, "text/plain", "GET or POST"));
  auto query =
      decode_form(mark == std::string::npos ? "" : std::string_view(request.target).substr(mark + 1));
  if (!query)
    return done(refusal_answer(query.error()));
  if (first_of(*query, "wait") != "1") {
    answer outcome = look(path, *query);
    return done(outcome ? json_answer(200, *outcome) : refusal_answer(outcome.error()));
  }
  auto reply = std::make_shared<ports::http_service::reply>(std::move(done));
  // The caller's connection is long gone by then: forget the question at the next change.
  steady_time end = world_.steady_now() + std::chrono::minutes{1};
  auto waiting = world_.when_changed([this, path, fields = *query, reply, end] {
    answer outcome = look(path, fields);
    if (outcome && is_pending(*outcome) && world_.steady_now() < end)
      return false;
    (*reply)(outcome ? json_answer(200, *outcome) : refusal_answer(outcome.error()));
    return true;
  });
  if (!waiting)
    (*reply)(refusal_answer(waiting.error()));
}

control_api::answer control_api::look(std::string_view path, const form_fields& query) const {
  std::uint64_t after = 0;
  if (std::string text = first_of(query, "after"); !text.empty()) {
    auto number = number_of(text);
    if (!number && path != "messages") // messages are counted by ts, which is no whole number
      return number.error();
    after = number ? *number : 0;
  }
  return world_.read([&](const workspace_state& state) -> answer {
    if (path == "state")
      return show_workspace(state);
    if (path == "messages")
      return show_messages(state, first_of(query, "user"), first_of(query, "channel"),
                           first_of(query, "after"));
    if (path == "view")
      return show_top_view(state, first_of(query, "user"));
    if (path == "home")
      return show_home(state, first_of(query, "user"));
    if (path == "calls")
      return show_calls(state, first_of(query, "method"), after);
    if (path == "exchanges")
      return show_exchanges(state, after);
    constexpr std::string_view one = "exchanges/";
    if (path.starts_with(one)) {
      auto id = number_of(path.substr(one.size()));
      const exchange* e = id ? find_exchange(state, *id) : nullptr;
      if (e == nullptr)
        return fail(ec::not_found, "no such exchange");
      return show_exchange(*e);
    }
    return fail(ec::not_found, "no such page: /sandbox/" + std::string(path));
  });
}

std::string control_api::view_of(const json::object& order) const {
  if (std::string id = text_at(order, "view"); !id.empty())
    return id;
  return world_.read([&](const workspace_state& state) {
    const view* top = top_view(state, text_at(order, "user"));
    return top != nullptr ? top->id : std::string();
  });
}

control_api::answer control_api::act(std::string_view path, const json::object& order) {
  std::string user = text_at(order, "user");
  std::string channel = text_at(order, "channel");
  if (path == "command")
    return started(members_.run_command(user, channel, text_at(order, "command"), text_at(order, "text")));
  if (path == "press")
    return press(order);
  if (path == "submit") {
    const json::object* entries = object_at(order, "values");
    return started(members_.submit(user, view_of(order), entries != nullptr ? *entries : json::object()));
  }
  if (path == "options")
    return started(
        members_.load_options(user, view_of(order), text_at(order, "block"), text_at(order, "text")));
  if (path == "close") {
    auto told = members_.close(user, view_of(order));
    if (!told)
      return told.error();
    return *told ? started(**told) : json::value(json::object());
  }
  if (path == "say")
    return say(order);
  if (path == "home")
    return started(members_.open_home(user));
  if (path == "shortcut") {
    std::string ts = text_at(order, "ts");
    std::string callback_id = text_at(order, "callback_id");
    return started(ts.empty() ? members_.use_shortcut(user, callback_id)
                              : members_.use_message_shortcut(user, {channel, ts}, callback_id));
  }
  if (path == "verify")
    return started(members_.verify_events_address());
  if (path == "probe")
    return started(members_.probe_tls());
  if (path == "handles")
    return make_handles(order);
  if (path == "files")
    return make_file(order);
  if (path == "faults")
    return plan_fault(order);
  return fail(ec::not_found, "no such action: /sandbox/" + std::string(path));
}

control_api::answer control_api::say(const json::object& order) {
  std::string user = text_at(order, "user");
  std::string channel = text_at(order, "channel");
  enclosure with;
  with.thread_ts = text_at(order, "thread_ts");
  if (const json::array* ids = array_at(order, "files"))
    for (const json::value& id : *ids)
      with.files.emplace_back(id.is_string() ? std::string_view(id.get_string()) : std::string_view());
  auto wrote = members_.say(user, channel.empty() ? members_.direct_channel(user) : channel,
                            text_at(order, "text"), with);
  if (!wrote)
    return wrote.error();
  json::object shown{{"channel", wrote->ref.channel}, {"ts", wrote->ref.ts}};
  if (wrote->event)
    shown["exchange"] = *wrote->event;
  return shown;
}

control_api::answer control_api::press(const json::object& order) {
  std::string user = text_at(order, "user");
  std::string action_id = text_at(order, "action");
  json::value value = has(order, "value") ? order.at("value") : json::value();
  if (std::string ts = text_at(order, "ts"); !ts.empty())
    return started(members_.press(user, message_ref{text_at(order, "channel"), ts}, action_id, value));
  return started(members_.press(user, view_of(order), action_id, value));
}

control_api::answer control_api::make_handles(const json::object& order) {
  std::string user = text_at(order, "user");
  return world_.change([&](context& in) -> answer {
    std::string view_id;
    if (const view* top = top_view(in.state, user))
      view_id = top->id;
    json::object made{{"trigger_id", issue_trigger(in, user, view_id)}};
    if (std::string channel = text_at(order, "channel"); in.state.channels.contains(channel))
      made["response_url"] = issue_response_url(in, "commands", user, {channel, ""});
    return made;
  });
}

control_api::answer control_api::make_file(const json::object& order) {
  stored_file file;
  file.user = text_at(order, "user");
  file.name = text_at(order, "name");
  file.mimetype = has(order, "mimetype") ? text_at(order, "mimetype") : "text/plain";
  file.content = text_at(order, "content");
  if (has(order, "base64")) {
    auto bytes = from_base64(text_at(order, "base64"));
    if (!bytes)
      return bytes.error();
    file.content = std::move(*bytes);
  }
  file.is_foreign = has(order, "foreign") && order.at("foreign") == true;
  if (file.name.empty() || file.content.empty())
    return fail(ec::invalid_argument, "say user, name, and content or base64");
  return world_.change([&](context& in) -> answer {
    if (!in.state.people.contains(file.user))
      return fail(ec::invalid_argument, "nobody here is " + file.user);
    file.created = in.now;
    return json::object{{"file", add_file(in, std::move(file))}};
  });
}

control_api::answer control_api::plan_fault(const json::object& order) {
  using what = planned_fault::what;
  auto number = [&](std::string_view key, unsigned otherwise) {
    json::error_code failure;
    unsigned value = has(order, key) ? order.at(key).to_number<unsigned>(failure) : otherwise;
    return failure ? otherwise : value;
  };
  planned_fault fault;
  if (has(order, "error")) {
    fault.error = text_at(order, "error");
  } else if (has(order, "status")) {
    fault.kind = what::status;
    fault.status = number("status", 500);
  } else if (has(order, "retry_after")) {
    fault.kind = what::rate_limit;
    fault.retry_after = number("retry_after", 1);
  } else if (text_at(order, "drop") == "before" || text_at(order, "drop") == "after") {
    fault.kind = text_at(order, "drop") == "before" ? what::drop_before : what::drop_after;
  } else {
    return fail(ec::invalid_argument, "say error, status, retry_after or drop (before or after)");
  }
  fault.times = number("times", 1);
  std::string method = has(order, "method") ? text_at(order, "method") : "*";
  if (fault.times == 0 || fault.status < 200 || fault.status > 599)
    return fail(ec::invalid_argument, "times has to be at least 1, a status 200 to 599");
  world_.change([&](context& in) { in.state.faults[method].push_back(fault); });
  return json::object{{"planned", method}};
}

} // namespace isacbot::sandbox
