#include "sandbox/web_api.hpp"

#include "core/bytes.hpp"
#include "sandbox/api_method.hpp"
#include "sandbox/form.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

using arguments_result = boost::system::result<json::object, refusal>;

std::string_view media_type(const http::request& request) {
  std::string_view type = request.headers.find("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' '))
    type.remove_suffix(1);
  return type;
}

/// A view may travel as JSON in a string, in forms always.
arguments_result with_view_parsed(json::object arguments) {
  json::value* sent = arguments.if_contains("view");
  if (sent == nullptr || !sent->is_string())
    return arguments;
  auto parsed = parse_json(sent->get_string());
  if (!parsed)
    return refusal{"invalid_arguments", {"[ERROR] failed to match all allowed schemas [json-pointer:/view]"}};
  *sent = std::move(*parsed);
  return arguments;
}

arguments_result read_arguments(const http::request& request) {
  if (request.body.empty())
    return json::object();
  std::string_view type = media_type(request);
  if (http::equal_ignoring_case(type, "application/json")) {
    auto parsed = parse_json(request.body);
    if (!parsed)
      return refusal{"invalid_json", {}};
    if (!parsed->is_object())
      return refusal{"json_not_object", {}};
    return with_view_parsed(std::move(parsed->get_object()));
  }
  if (http::equal_ignoring_case(type, "application/x-www-form-urlencoded")) {
    auto fields = decode_form(request.body);
    if (!fields)
      return refusal{"invalid_form_data", {}};
    json::object arguments;
    for (const auto& [name, value] : *fields)
      arguments[name] = value;
    return with_view_parsed(std::move(arguments));
  }
  return refusal{type.empty() ? "missing_post_type" : "invalid_post_type", {}};
}

/// @returns the token, from the header or, as old clients send it, from the body; and removes it from there
std::string take_token(const http::request& request, json::object& arguments) {
  std::string token = text_at(arguments, "token");
  arguments.erase("token");
  constexpr std::string_view scheme = "Bearer ";
  std::string_view header = request.headers.find("Authorization").value_or("");
  return header.starts_with(scheme) ? std::string(header.substr(scheme.size())) : token;
}

std::optional<refusal> refuse_token(const workspace_state& state, const http::request& request,
                                    std::string_view token) {
  // A token in the address would end up in logs on the way.
  if (request.target.find("token=") != std::string::npos)
    return refusal{"not_authed", {}};
  if (token.empty())
    return refusal{"not_authed", {}};
  if (token.starts_with("xapp-"))
    return refusal{"not_allowed_token_type", {}};
  if (!equal_constant_time(token, state.settings.bot_token.reveal()))
    return refusal{"invalid_auth", {}};
  return std::nullopt;
}

std::string join(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& one : list)
    text += (text.empty() ? "" : ",") + one;
  return text;
}

json::object refusal_body(const refusal& r) {
  json::object body{{"ok", false}, {"error", r.error}};
  if (!r.messages.empty())
    body["response_metadata"] = {{"messages", json::value_from(r.messages)}};
  return body;
}

api_result run(context& in, const http::request& request, std::string_view name, arguments_result& arguments,
               std::string_view token) {
  if (!arguments)
    return arguments.error();
  if (auto refused = refuse_token(in.state, request, token))
    return *refused;
  const api_method* method = find_api_method(name);
  if (method == nullptr)
    return refusal{"unknown_method", {}};
  const std::vector<std::string>& scopes = in.state.settings.scopes;
  if (!method->scope.empty() && std::find(scopes.begin(), scopes.end(), method->scope) == scopes.end())
    return refusal{"missing_scope", {}};
  return method->run(in, *arguments);
}

http::response answer(context& in, std::string_view name, const json::object& body) {
  http::response response =
      http::make_response(200, "application/json; charset=utf-8", json::serialize(body));
  const api_method* method = find_api_method(name);
  response.headers.add("X-OAuth-Scopes", join(in.state.settings.scopes));
  if (method != nullptr && !method->scope.empty())
    response.headers.add("X-Accepted-OAuth-Scopes", std::string(method->scope));
  return response;
}

} // namespace

std::optional<planned_fault> take_fault(workspace_state& state, const std::string& method) {
  for (const std::string& key : {method, std::string("*")}) {
    auto planned = state.faults.find(key);
    if (planned == state.faults.end() || planned->second.empty())
      continue;
    planned_fault fault = planned->second.front();
    if (--planned->second.front().times == 0)
      planned->second.pop_front();
    return fault;
  }
  return std::nullopt;
}

std::optional<http::response> answer_fault(const planned_fault& fault) {
  switch (fault.kind) {
  case planned_fault::what::error:
    return http::make_response(200, "application/json; charset=utf-8",
                               json::serialize(json::object{{"ok", false}, {"error", fault.error}}));
  case planned_fault::what::status:
    return http::make_response(fault.status, "text/html", "<html><body>planned trouble</body></html>");
  case planned_fault::what::rate_limit: {
    http::response limited =
        http::make_response(429, "application/json; charset=utf-8", R"({"ok":false,"error":"ratelimited"})");
    limited.headers.add("Retry-After", std::to_string(fault.retry_after));
    return limited;
  }
  case planned_fault::what::drop_before:
  case planned_fault::what::drop_after:
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<http::response> answer_web_api(workspace& world, std::string_view method,
                                             const http::request& request) {
  if (request.method != "POST")
    return http::make_response(405, "text/plain", "POST only");
  arguments_result arguments = read_arguments(request);
  std::string token;
  if (arguments)
    token = take_token(request, *arguments);

  return world.change([&](context& in) -> std::optional<http::response> {
    std::optional<planned_fault> fault = take_fault(in.state, std::string(method));
    recorded_call record;
    record.method = method;
    record.arguments = arguments ? *arguments : json::object();
    bool is_carried_out = !fault || fault->kind == planned_fault::what::drop_after;
    std::optional<http::response> response;
    if (is_carried_out) {
      api_result outcome = run(in, request, method, arguments, token);
      json::object body = outcome ? *outcome : refusal_body(outcome.error());
      body["ok"] = outcome.has_value();
      if (!outcome && outcome.error().error == "missing_scope") {
        const std::string& needed = outcome.error().needed;
        body["needed"] = needed.empty() ? std::string(find_api_method(method)->scope) : needed;
        body["provided"] = join(in.state.settings.scopes);
      }
      record.outcome = outcome ? "ok" : outcome.error().error;
      response = answer(in, method, body);
    }
    if (fault) {
      response = answer_fault(*fault);
      record.outcome = fault->kind == planned_fault::what::error ? fault->error : "planned fault";
    }
    record.status = response ? response->status : 0;
    if (response)
      response->headers.add("X-Slack-Req-Id", random_hex(in.random, 16));
    record_call(in, std::move(record));
    return response;
  });
}

} // namespace isacbot::sandbox
