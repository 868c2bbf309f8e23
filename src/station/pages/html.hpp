/// HTML that cannot be broken out of: markup comes from literals, everything else is escaped by its type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::station {

/// Markup known when the program is compiled. There is no other way to make one.
class markup {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is markup
  consteval markup(const char* text) : text_(text) {}
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

/// A piece of a page. Chains: `html{}.raw("<b>").text(title).raw("</b>")`.
class html {
 public:
  html& raw(markup piece) {
    text_.append(piece.text());
    return *this;
  }
  /// Data, for element content and quoted attributes alike: & < > " ' escaped, control characters but line
  /// breaks and tabs shown as U+FFFD, and so are the marks that reorder text on the screen.
  html& text(std::string_view data);
  html& number(std::uint64_t value) { return text(std::to_string(value)); }
  html& add(const html& piece) {
    text_.append(piece.text_);
    return *this;
  }

  [[nodiscard]] const std::string& bytes() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

 private:
  std::string text_;
};

} // namespace isacbot::station
