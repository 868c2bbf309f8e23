#include "io/http_rules.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace isacbot::io {

namespace {

/// Visible ASCII: all that may stand in a request target.
bool is_target_text(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

/// Letters, digits, '-', '.' and '_': what a name in DNS or an IPv4 address is made of. Escapes are refused:
/// decoded, one could hold what ends a host ("api%2Fx").
bool is_host_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

std::optional<std::string> origin_form(std::string_view method, std::string_view target) {
  if (target.empty() || !is_target_text(target))
    return std::nullopt;
  if (target == "*")
    return method == "OPTIONS" ? std::optional<std::string>{"*"} : std::nullopt;
  if (target.front() == '/')
    return std::string{target};
  auto absolute = parse_absolute_target(target);
  if (!absolute)
    return std::nullopt;
  return std::move(absolute->origin_form);
}

bool is_safe_field(std::string_view name, std::string_view value) noexcept {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const bool token = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
  return token &&
         std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string http_date(sys_time now) {
  // strftime would follow the locale.
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t t = std::chrono::floor<seconds>(now).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&t, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text.data();
}

bool is_safe_method(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool is_final_status(unsigned status) noexcept {
  return status >= 200 && status <= 599;
}

result<absolute_target> parse_absolute_target(std::string_view target) {
  const auto refuse = [](const char* why) { return fail(ec::invalid_argument, why); };
  if (!is_target_text(target))
    return refuse("the address holds characters that are not allowed");
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view{target.data(), target.size()});
  if (!parsed)
    return refuse("the address is no absolute URL");
  const boost::urls::url_view url = *parsed;
  absolute_target out;
  if (url.scheme_id() == boost::urls::scheme::https)
    out.tls = true;
  else if (url.scheme_id() != boost::urls::scheme::http)
    return refuse("the address is neither http nor https");
  if (!url.has_authority() || url.has_userinfo())
    return refuse("the address has no plain host");
  const bool is_v6 = url.host_type() == boost::urls::host_type::ipv6;
  const auto encoded = url.encoded_host_address(); // IPv6 without its brackets
  const std::string host{encoded.data(), encoded.size()};
  if (!is_v6 && !is_host_name(host))
    return refuse("the address has no plain host");
  std::transform(host.begin(), host.end(), std::back_inserter(out.host), lower);
  const std::uint16_t usual = out.tls ? 443 : 80;
  out.port = usual;
  if (url.has_port() && !url.port().empty()) {
    const auto text = url.port();
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out.port);
    if (failed != std::errc{} || end != text.data() + text.size() || out.port == 0)
      return refuse("the address has no usable port");
  }
  out.authority = out.host.find(':') == std::string::npos ? out.host : "[" + out.host + "]";
  if (out.port != usual)
    out.authority += ":" + std::to_string(out.port);
  const auto path = url.encoded_path();
  if (!path.empty() && path.front() != '/') // "http://h:80x/": Boost.URL 1.81 ends the port at the letter
    return refuse("the address is no absolute URL");
  out.origin_form = path.empty() ? "/" : std::string{path.data(), path.size()};
  if (url.has_query()) {
    const auto query = url.encoded_query();
    out.origin_form.append("?").append(query.data(), query.size());
  }
  return out;
}

} // namespace isacbot::io
