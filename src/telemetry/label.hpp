/// A metric's label value, fixed when the program is compiled: the compiler itself keeps user data out.
#pragma once

#include <string_view>

namespace isacbot::telemetry {

/// Text known at compile time. There is no other way to make one, so a name that came over a wire can never
/// become a label value. Route tables and switch functions may store and return labels.
class label {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is a label
  consteval label(const char* text) : text_(text) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  consteval label(std::string_view text) : text_(text) {}

  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  friend constexpr bool operator==(const label&, const label&) = default;

 private:
  std::string_view text_;
};

} // namespace isacbot::telemetry
