#include "station/pages/layout.hpp"

#include "protocol/trustar/requests.hpp"

#include <array>
#include <cstdio>

namespace isacbot::station {

namespace {

/// Nothing but our own style sheet and our own forms; no script at all, nobody may frame us.
constexpr const char* content_policy =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

constexpr const char* style = R"(:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0;color:CanvasText;background:Canvas}
header,main{max-width:62rem;margin:0 auto;padding:.75rem 1rem}
header{display:flex;gap:1rem;align-items:center;flex-wrap:wrap;border-bottom:1px solid #8886}
header .who{margin-left:auto}
h1{font-size:1.4rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin-top:2rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}
dt{color:GrayText}
dd{margin:0;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:1rem;border:1px solid #8886;border-radius:.5rem}
mark{background:#fc36;color:inherit;border-radius:.2rem}
mark a{color:inherit}
.tag{border:1px solid #8888;border-radius:1rem;padding:0 .6rem;margin-right:.3rem;display:inline-block}
.quiet{color:GrayText}
.fault{border-left:4px solid #c33;padding-left:.75rem}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top;overflow-wrap:anywhere}
form.login{max-width:24rem;display:grid;gap:.75rem}
form.inline{display:inline}
input,button{font:inherit;padding:.4rem .6rem}
label{display:grid;gap:.25rem}
)";

http::response with_safe_headers(http::response answer) {
  answer.headers.add("Content-Security-Policy", content_policy);
  answer.headers.add("X-Content-Type-Options", "nosniff");
  answer.headers.add("Referrer-Policy", "same-origin");
  answer.headers.add("Cache-Control", "no-store");
  answer.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  answer.headers.add("Cross-Origin-Resource-Policy", "same-origin");
  return answer;
}

} // namespace

http::response make_page(unsigned status, std::string_view title, std::string_view user_name,
                         const html& content) {
  html page;
  page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"robots\" content=\"noindex\">\n<title>")
      .text(title)
      .raw(" · Station</title>\n<link rel=\"stylesheet\" href=\"/constellation/style.css\">\n</head>\n"
           "<body>\n<header><strong>Station</strong>");
  if (!user_name.empty())
    page.raw("<nav><a href=\"/\">Search</a> <a href=\"/account\">Account</a></nav><span class=\"who\">")
        .text(user_name)
        .raw("</span><form class=\"inline\" method=\"post\" action=\"/logout\">"
             "<button>Log out</button></form>");
  page.raw("</header>\n<main>\n").add(content).raw("\n</main>\n</body>\n</html>\n");
  return with_safe_headers(http::make_response(status, "text/html;charset=UTF-8", page.bytes()));
}

http::response make_message_page(unsigned status, std::string_view title, std::string_view message,
                                 std::string_view user_name) {
  html content;
  content.raw("<h1>").text(title).raw("</h1>\n<p>").text(message).raw("</p>");
  return make_page(status, title, user_name, content);
}

http::response make_redirect(std::string_view path) {
  http::response answer = with_safe_headers(http::make_response(303, "", ""));
  answer.headers.add("Location", std::string(path));
  return answer;
}

http::response make_bounce_page(std::string_view path) {
  html page;
  page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Station</title>\n"
           "<meta http-equiv=\"refresh\" content=\"0;url=")
      .text(path)
      .raw("\">\n</head>\n<body>\n<p><a href=\"")
      .text(path)
      .raw("\">Go on</a></p>\n</body>\n</html>\n");
  return with_safe_headers(http::make_response(200, "text/html;charset=UTF-8", page.bytes()));
}

http::response make_style_sheet() {
  http::response answer = http::make_response(200, "text/css;charset=UTF-8", style);
  answer.headers.add("X-Content-Type-Options", "nosniff");
  answer.headers.add("Cache-Control", "public, max-age=3600");
  return answer;
}

std::string format_time(sys_time at) {
  auto day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(std::chrono::floor<seconds>(at - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

std::string report_path(std::string_view id) {
  return trustar::report_link("", id);
}

std::string indicator_path(std::string_view wire_type, std::string_view value) {
  return trustar::indicator_link("", wire_type, value);
}

} // namespace isacbot::station
