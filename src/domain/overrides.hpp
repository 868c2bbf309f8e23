/// The rules of `submit.withhold` that a list's owner overrides. Pure.
#pragma once

#include "domain/model.hpp"

namespace isacbot::domain {

struct overrides {
  bool special_address = false;
  bool safelisted = false;

  /// Whether what is withheld for `reason` is sent all the same.
  [[nodiscard]] constexpr bool cover(line_reason reason) const noexcept {
    return (reason == line_reason::special_address && special_address) ||
           (reason == line_reason::safelisted && safelisted);
  }
  friend bool operator==(const overrides&, const overrides&) = default;
};

} // namespace isacbot::domain
