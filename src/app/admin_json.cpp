#include "app/admin_json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace isacbot::app {

std::string to_iso(sys_time when) {
  auto day = std::chrono::floor<std::chrono::days>(when);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(when - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text.data();
}

boost::json::value iso_or_null(const std::optional<sys_time>& when) {
  return when ? boost::json::value(to_iso(*when)) : boost::json::value(nullptr);
}

std::string last_four(std::string_view key) {
  return "..." + std::string(key.substr(key.size() - std::min<std::size_t>(key.size() / 2, 4)));
}

} // namespace isacbot::app
