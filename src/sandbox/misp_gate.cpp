/// What happens to a request before it reaches an endpoint: key, Accept, Content-Type, rate limit, ordered
/// faults; and its way to the endpoint.
#include "sandbox/misp_answers.hpp"
#include "sandbox/misp_server.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace isacbot::sandbox {

namespace {

constexpr std::size_t max_calls = 10'000;
constexpr std::int64_t rate_window = 900;
constexpr std::string_view search_path = "/events/restSearch";
constexpr std::string_view attribute_path = "/attributes/restSearch";
constexpr std::string_view index_path = "/events/index";
constexpr std::string_view view_path = "/events/view/";
constexpr std::string_view bad_key =
    "Authentication failed. Please make sure you pass the API key of an API enabled user along in the "
    "Authorization header.";

std::string_view trim(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

/// One of several comma-separated keys has to fit.
bool accepts_key(const misp_settings& settings, const http::request& request) {
  std::string_view offered = request.headers.find("X-MISP-AUTH").value_or("");
  if (offered.empty())
    offered = request.headers.find("Authorization").value_or("");
  while (!settings.key.empty()) {
    const std::size_t comma = offered.find(',');
    if (equal_constant_time(trim(offered.substr(0, comma)), settings.key.reveal()))
      return true;
    if (comma == std::string_view::npos)
      return false;
    offered.remove_prefix(comma + 1);
  }
  return false;
}

http::response redirect_to_login() {
  auto out = http::make_response(302, "text/html; charset=UTF-8", "");
  out.headers.add("Location", "/users/login");
  return out;
}

/// As the framework escapes a page's text.
std::string escape_html(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"')
      out += "&quot;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out.push_back(c);
  }
  return out;
}

struct gate {
  misp_state& state;
  const http::request& request;
  std::string path;
  std::string accept;
  std::int64_t now;
  bool key_accepted;

  [[nodiscard]] bool is_search() const {
    return path.starts_with(search_path) || path.starts_with(attribute_path);
  }
  [[nodiscard]] bool wants_json() const { return accept == "application/json" || path.ends_with(".json"); }
  [[nodiscard]] bool wants_csv() const {
    return state.settings.csv && accept == "text/csv" && path.starts_with(index_path);
  }
  /// An error as JSON or as a page, as the request was taken.
  [[nodiscard]] http::response error(unsigned status, std::string_view message) const {
    return wants_json() ? make_misp_error(status, message, path) : make_misp_page(status, message);
  }

  /// MISP takes no other spelling for JSON; then the body does not count, and everything is asked for.
  [[nodiscard]] bool has_json_body() const {
    const std::string_view type = request.headers.find("Content-Type").value_or("");
    return type == "application/json" || type.starts_with("application/json;");
  }

  http::response answer(bool lose_body) {
    if (!is_search() && !wants_json() && !wants_csv())
      return answer_browser();
    if (!key_accepted)
      return error(403, bad_key);
    if (state.settings.maintenance)
      return redirect_to_login();
    misp_request asked{path, request.method == "GET", wants_csv(), {}, now};
    if (request.method == "POST" && has_json_body() && !lose_body && !request.body.empty()) {
      auto body = parse_json(request.body);
      if (!body || request.body.starts_with("\xEF\xBB\xBF"))
        return error(
            405, "Invalid JSON input. Make sure that the JSON input is a correctly formatted JSON string.");
      if (const auto* parameters = body->if_object())
        asked.parameters = *parameters;
      if (const auto* wrapped = object_at(asked.parameters, "request"))
        asked.parameters = json::object(*wrapped);
    }
    if (is_search() && is_over_limit()) {
      auto out = make_misp_error(429, "Rate limit exceeded.", path);
      add_limit_headers(out);
      return out;
    }
    http::response out = route(asked);
    if (is_search())
      add_limit_headers(out);
    if (!state.settings.key_expires.empty())
      out.headers.add("X-Auth-Key-Expiration", state.settings.key_expires);
    return out;
  }

  /// No API call: the login page; some near misses of the exact value are worse.
  http::response answer_browser() {
    if (accept.starts_with("application/json,") && path.starts_with(index_path) && key_accepted) {
      http::response out = answer_misp_index(state, {path, false, false, {}, now});
      return http::make_response(200, "text/html; charset=UTF-8", escape_html(out.body));
    }
    if (accept.starts_with("application/json;") && path.starts_with(view_path) && key_accepted)
      return make_misp_page(500, "An Internal Error Has Occurred.");
    return redirect_to_login();
  }

  [[nodiscard]] http::response route(const misp_request& asked) const {
    if (path.starts_with(search_path))
      return answer_misp_search(state, asked);
    if (path.starts_with(attribute_path))
      return answer_misp_attributes(state, asked);
    if (path.starts_with(index_path))
      return answer_misp_index(state, asked);
    if (path.starts_with(view_path))
      return answer_misp_view(state, asked);
    if (path == "/servers/getVersion" || path == "/servers/getVersion.json")
      return answer_misp_version(state);
    if (path.starts_with("/events/") || path.starts_with("/servers/"))
      return make_misp_error(403, "You do not have permission to use this functionality.", path);
    return make_misp_error(404, "Not Found", path);
  }

  bool is_over_limit() {
    if (state.settings.searches_per_window == 0)
      return false;
    if (now >= state.window_start + rate_window) {
      state.window_start = now;
      state.searches = 0;
    }
    return ++state.searches > state.settings.searches_per_window;
  }
  void add_limit_headers(http::response& out) const {
    const unsigned limit = state.settings.searches_per_window;
    if (limit == 0)
      return;
    out.headers.add("X-Rate-Limit-Limit", std::to_string(limit));
    out.headers.add("X-Rate-Limit-Remaining", std::to_string(limit - std::min(limit, state.searches)));
    out.headers.add("X-Rate-Limit-Reset", std::to_string(state.window_start + rate_window - now));
  }
};

std::optional<misp_fault> take_fault(misp_state& state, std::string_view path) {
  auto found = std::find_if(state.faults.begin(), state.faults.end(),
                            [&](const misp_fault& f) { return path.starts_with(f.path); });
  if (found == state.faults.end())
    return std::nullopt;
  misp_fault out = *found;
  if (--found->times == 0)
    state.faults.erase(found);
  return out;
}

std::optional<http::response> answer_with(const misp_fault& fault, gate& at) {
  using what = misp_fault::what;
  switch (fault.kind) {
  case what::error:
    return make_misp_error(fault.status,
                           fault.status == 500 ? "An Internal Error Has Occurred." : "Ordered by a test.",
                           at.path);
  case what::page:
    return make_misp_page(fault.status, "Ordered by a test");
  case what::login:
    return redirect_to_login();
  case what::rate_limit: {
    auto out = make_misp_error(429, "Rate limit exceeded.", at.path);
    out.headers.add("X-Rate-Limit-Reset", std::to_string(fault.seconds_to_reset));
    return out;
  }
  case what::cut: {
    http::response out = at.answer(false);
    out.body.resize(std::min(out.body.size(), fault.bytes));
    return out;
  }
  case what::notice: {
    http::response out = at.answer(false);
    out.body.insert(0, "Notice (8): Undefined index: extension [APP/Model/Event.php, line 1]\n");
    return out;
  }
  case what::every_event:
    return at.answer(true);
  case what::empty:
    return http::make_response(200, "application/json", "");
  case what::drop:
    break;
  }
  return std::nullopt;
}

} // namespace

std::optional<http::response> answer_misp(misp_state& state, const http::request& request, sys_time now) {
  const std::int64_t server_time =
      std::chrono::floor<seconds>(now + state.settings.clock_offset).time_since_epoch().count();
  gate at{state,
          request,
          request.target.substr(0, request.target.find('?')),
          std::string(request.headers.find("Accept").value_or("")),
          server_time,
          accepts_key(state.settings, request)};
  const auto fault = take_fault(state, at.path);
  std::optional<http::response> response = fault ? answer_with(*fault, at) : at.answer(false);
  state.calls.push_back({state.next_sequence++, now, request.method, at.path, at.accept, request.body,
                         at.key_accepted, response ? response->status : 0});
  if (state.calls.size() > max_calls)
    state.calls.pop_front();
  return response;
}

} // namespace isacbot::sandbox
