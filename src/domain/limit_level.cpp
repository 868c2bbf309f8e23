#include "domain/limit_level.hpp"

namespace isacbot::domain {

std::string_view to_string(limit_level level) noexcept {
  switch (level) {
  case limit_level::user:
    return "user";
  case limit_level::credential:
    return "credential";
  case limit_level::workspace:
    return "workspace";
  case limit_level::address:
    return "address";
  case limit_level::company_day:
    return "company_day";
  }
  return "unknown";
}

} // namespace isacbot::domain
