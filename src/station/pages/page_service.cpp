/// Sessions and routes; what the pages show stands in page_views.cpp.
#include "station/pages/page_service.hpp"

#include "protocol/form.hpp"
#include "station/audit_notes.hpp"
#include "station/pages/layout.hpp"
#include "station/pages/views.hpp"

#include <algorithm>

namespace isacbot::station {

namespace {

constexpr std::size_t max_form_bytes = 8'192;
constexpr std::size_t max_next_bytes = 2'000;

/// A path on this server to go on to after login; anything else would make us a springboard.
std::string safe_next(std::string_view next) {
  bool own_path = next.starts_with('/') && !next.starts_with("//") && next.size() <= max_next_bytes;
  bool plain =
      std::all_of(next.begin(), next.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
  return own_path && plain ? std::string(next) : std::string("/");
}

/// Whether a form came from a page of ours: browsers say so; programs that don't are no browsers.
bool is_own_form(const http::request& request) {
  auto site = request.headers.find("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none")
    return false;
  auto origin = request.headers.find("Origin");
  if (!origin)
    return true;
  std::size_t scheme = origin->find("://");
  auto host = request.headers.find("Host");
  return scheme != std::string_view::npos && host &&
         http::equal_ignoring_case(origin->substr(scheme + 3), *host);
}

std::string wait_text(seconds wait) {
  auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
  return "Too many attempts for this key. Try again in " + std::to_string(minutes) +
         (minutes == 1 ? " minute." : " minutes.");
}

} // namespace

bool page_service::owns(const request_target& target) noexcept {
  if (target.segments.empty())
    return true;
  const std::string& first = target.segments.front();
  return first == "constellation" ||
         (target.segments.size() == 1 && (first == "login" || first == "logout")) ||
         (target.segments.size() <= 2 && first == "account");
}

std::string page_service::cookie_name() const {
  return settings_.secure_cookies ? "__Host-station_session" : "station_session";
}

std::optional<std::string> page_service::session_token(const http::request& request) const {
  std::string prefix = cookie_name() + "=";
  std::optional<std::string> token;
  for (const auto& [name, value] : request.headers) {
    if (!http::equal_ignoring_case(name, "Cookie"))
      continue;
    for (std::size_t begin = 0; begin < value.size();) {
      std::size_t end = std::min(value.find(';', begin), value.size());
      std::string_view one = std::string_view(value).substr(begin, end - begin);
      one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
      begin = end + 1;
      if (!one.starts_with(prefix))
        continue;
      if (token) // which of two is meant would be a guess
        return std::nullopt;
      token = one.substr(prefix.size());
    }
  }
  return token;
}

http::response page_service::with_cookie(http::response answer, const std::string& token) const {
  std::string cookie = cookie_name() + "=" + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
                       std::to_string(token.empty() ? 0 : session_store::life.count());
  answer.headers.add("Set-Cookie", cookie + (settings_.secure_cookies ? "; Secure" : ""));
  return answer;
}

result<std::optional<page_service::visitor>> page_service::recognise(const http::request& request) const {
  auto token = session_token(request);
  auto session = token ? sessions_.find(*token) : std::nullopt;
  if (!session)
    return std::optional<visitor>();
  auto who = people_.find_user(session->user_key);
  if (!who)
    return who.error();
  if (!*who || (*who)->secret_hash != session->secret_hash) // removed, or given a new secret
    return std::optional<visitor>();
  auto granted = people_.enclaves_of(session->user_key);
  if (!granted)
    return granted.error();
  visitor v{std::move(**who), std::move(*granted), {}};
  for (const granted_enclave& g : v.granted)
    v.readable.push_back(g.enclave);
  return std::optional(std::move(v));
}

http::response page_service::ask_to_log_in(const http::request& request) const {
  // A link from elsewhere (Slack, mail) brings no SameSite=Strict cookie even of somebody who is logged in.
  if (request.headers.find("Sec-Fetch-Site") == "cross-site")
    return make_bounce_page(safe_next(request.target));
  return make_page(200, "Log in", "", make_login_view({safe_next(request.target), ""}));
}

result<http::response> page_service::log_in(const http::request& request) {
  if (!is_own_form(request))
    return make_message_page(403, "Not from here", "This form was sent from another site.");
  auto form = form::parse(request.body, {max_form_bytes, 16});
  if (!form)
    return make_message_page(400, "Not understood", "The form could not be read.");
  std::string next = safe_next(form->find("next").value_or("/"));
  std::string key(form->find("key").value_or(std::string_view()));
  secret presented(std::string(form->find("secret").value_or(std::string_view())));
  auto refuse = [&](unsigned status, std::string message) {
    return make_page(status, "Log in", "", make_login_view({next, std::move(message)}));
  };
  if (key.empty() || presented.reveal().empty())
    return refuse(400, "Key and secret are both needed.");
  if (auto wait = limit_.admit(key)) {
    http::response answer = refuse(429, wait_text(*wait));
    answer.headers.add("Retry-After", std::to_string(wait->count()));
    return answer;
  }
  auto who = people_.find_user(key);
  if (!who)
    return who.error();
  if (!secrets_.matches(*who, presented))
    return refuse(403, "Key or secret is wrong.");
  limit_.forget(key);
  if (auto before = session_token(request))
    sessions_.end(*before);
  return with_cookie(make_redirect(next), sessions_.begin(**who));
}

http::response page_service::log_out(const http::request& request) {
  if (!is_own_form(request))
    return make_message_page(403, "Not from here", "This form was sent from another site.");
  if (auto token = session_token(request))
    sessions_.end(*token);
  return with_cookie(make_page(200, "Logged out", "", make_login_view({"/", ""})), "");
}

result<http::response> page_service::renew_secret(const http::request& request) {
  if (!is_own_form(request))
    return make_message_page(403, "Not from here", "This form was sent from another site.");
  auto who = recognise(request);
  if (!who)
    return who.error();
  if (!*who)
    return ask_to_log_in(request);
  auto note =
      make_note((*who)->who, time_.now(), "station_secret_renewed", (*who)->who.name, "on the account page");
  if (auto written = write_note(store_, note, random_); !written)
    return written.error();
  if (settings_.noted)
    settings_.noted();
  auto fresh = people_.renew_secret((*who)->who.key);
  if (!fresh)
    return fresh.error();
  html content;
  content
      .raw("<h1>Your new secret</h1>\n<p>It is shown this once. Put it into every client that uses the key ")
      .text((*who)->who.key)
      .raw("; the old one is worth nothing any more.</p>\n<pre>")
      .text(fresh->reveal())
      .raw("</pre>\n");
  return with_cookie(make_page(200, "Your new secret", "", content), ""); // sessions end with their secret
}

result<page_answer> page_service::answer(const http::request& request, const request_target& target) {
  if (const page_route* route = find_page(request.method, target))
    return answer_page(request, *route, target);
  if (request.method != "GET")
    return page_answer{make_message_page(400, "Not supported", "Pages are read with GET.")};
  return show(request, nullptr, target);
}

result<page_answer> page_service::answer_page(const http::request& request, const page_route& route,
                                              const request_target& target) {
  auto named = [&](result<http::response> answer) -> result<page_answer> {
    if (!answer)
      return answer.error();
    return page_answer{std::move(*answer), route.name};
  };
  switch (route.what) {
  case page::login_form:
    return named(make_page(200, "Log in", "", make_login_view({"/", ""})));
  case page::log_in:
    return named(log_in(request));
  case page::log_out:
    return named(log_out(request));
  case page::renew_secret:
    return named(renew_secret(request));
  case page::style_sheet:
    return named(make_style_sheet());
  case page::search:
  case page::account:
  case page::report:
  case page::indicator:
    break;
  }
  return show(request, &route, target);
}

} // namespace isacbot::station
