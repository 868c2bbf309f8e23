/// Which request means which page. Pure.
#pragma once

#include "station/routes.hpp"
#include "telemetry/label.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace isacbot::station {

enum class page : std::uint8_t {
  login_form,
  log_in,
  log_out,
  style_sheet,
  search,
  account,
  renew_secret,
  report,
  indicator,
};

struct page_route {
  std::string_view method;
  std::string_view pattern; ///< "{id}" and "{indicator}" stand for the rest of the path
  page what;
  telemetry::label name; ///< for metrics
};

/// Every page there is.
std::span<const page_route> all_pages() noexcept;

/// What stands behind "/constellation/reports/" in the path as it came: an id, or Base64, which may have a
/// slash. Empty elsewhere.
std::string_view rest_of_path(const request_target& target) noexcept;

/// @returns nullptr when there is no such page, or not with this method
const page_route* find_page(std::string_view method, const request_target& target) noexcept;

} // namespace isacbot::station
