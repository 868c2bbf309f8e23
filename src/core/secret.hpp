/// A text that must not be seen: it cannot be printed, formatted or compared by accident.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace isacbot {

/// Owns a secret and wipes its bytes when it goes. There is no operator<<, no conversion and no formatter;
/// `reveal` is the one door, and every call of it is a place to review.
class secret {
 public:
  secret() = default;
  explicit secret(std::string text) noexcept : text_(std::move(text)) {}
  secret(const secret&) = default;
  secret& operator=(const secret&);
  secret(secret&& other) noexcept;
  secret& operator=(secret&& other) noexcept;
  ~secret();

  /// The bytes, for the one use they are kept for. Don't store the view.
  [[nodiscard]] std::string_view reveal() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

  /// Constant time for equal lengths.
  friend bool operator==(const secret& a, const secret& b) noexcept;

 private:
  void wipe() noexcept;

  std::string text_;
};

} // namespace isacbot
