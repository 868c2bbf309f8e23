#include "station/pages/page_routes.hpp"

#include <algorithm>
#include <array>

namespace isacbot::station {

namespace {

constexpr std::string_view reports_prefix = "/constellation/reports/";
constexpr std::string_view report_pattern = "/constellation/reports/{id}";
constexpr std::string_view indicator_pattern = "/constellation/reports/{indicator}";

constexpr std::array pages{
    page_route{"GET", "/", page::search, "/"},
    page_route{"GET", "/login", page::login_form, "/login"},
    page_route{"POST", "/login", page::log_in, "/login"},
    page_route{"GET", "/logout", page::login_form, "/login"},
    page_route{"POST", "/logout", page::log_out, "/logout"},
    page_route{"GET", "/account", page::account, "/account"},
    page_route{"POST", "/account/secret", page::renew_secret, "/account/secret"},
    page_route{"GET", "/constellation/style.css", page::style_sheet, "/constellation/style.css"},
    page_route{"GET", report_pattern, page::report, "/constellation/reports/{id}"},
    page_route{"GET", indicator_pattern, page::indicator, "/constellation/reports/{indicator}"},
};

bool is_path(std::string_view pattern, const std::vector<std::string>& segments) noexcept {
  for (const std::string& segment : segments) {
    if (!pattern.starts_with('/') || !pattern.substr(1).starts_with(segment))
      return false;
    pattern.remove_prefix(1 + segment.size());
  }
  return pattern.empty() || pattern == "/";
}

} // namespace

std::span<const page_route> all_pages() noexcept {
  return pages;
}

std::string_view rest_of_path(const request_target& target) noexcept {
  std::string_view path = target.path;
  return path.starts_with(reports_prefix) ? path.substr(reports_prefix.size()) : std::string_view();
}

const page_route* find_page(std::string_view method, const request_target& target) noexcept {
  std::string_view rest = rest_of_path(target);
  bool is_report = rest.find('-') != std::string_view::npos; // which Base64 never has
  auto found = std::find_if(pages.begin(), pages.end(), [&](const page_route& r) {
    if (r.method != method)
      return false;
    if (rest.empty())
      return is_path(r.pattern, target.segments);
    return r.pattern == (is_report ? report_pattern : indicator_pattern);
  });
  return found == pages.end() ? nullptr : &*found;
}

} // namespace isacbot::station
