/// Undoes defanging inside one candidate, never over a whole text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace isacbot::observables {

/// Where the bytes of a token stand in the window. A token that needed no refanging maps by one addition.
class token_map {
 public:
  token_map() = default;
  explicit token_map(std::size_t offset) : offset_(offset) {}

  [[nodiscard]] std::size_t begin(std::size_t position) const noexcept {
    return refanged_ ? begins_[position] : offset_ + position;
  }
  /// @param position  the byte after the last one meant; > 0
  [[nodiscard]] std::size_t end(std::size_t position) const noexcept {
    return refanged_ ? ends_[position - 1] : offset_ + position;
  }
  [[nodiscard]] bool refanged() const noexcept { return refanged_; }
  /// Whether any byte in [begin, end) was written as a defang mark.
  [[nodiscard]] bool is_marked(std::size_t begin, std::size_t end) const noexcept;

 private:
  friend class refanger;
  std::size_t offset_ = 0;
  bool refanged_ = false;
  const std::uint32_t* begins_ = nullptr;
  const std::uint32_t* ends_ = nullptr;
  const bool* marks_ = nullptr;
};

/// Knows the forms. Tier A (bracketed marks) is undone anywhere, tier B (one-sided and mixed brackets,
/// escapes, spaces around a mark) only in front of the path of a URL, loose forms only when asked for.
class refanger {
 public:
  /// Whether the run that ends at `end` goes on behind the space there, because a mark stands between
  /// (`evil [.] com`, `bad @ evil.com`, `hxxp :// evil.com`).
  /// @returns where the next run begins, or 0
  [[nodiscard]] static std::size_t find_continuation(std::string_view window, std::size_t begin,
                                                     std::size_t end, bool loose) noexcept;

  /// Refangs window[begin, end). The result lives until the next call.
  std::string_view run(std::string_view window, std::size_t begin, std::size_t end, bool loose);
  [[nodiscard]] token_map map() const noexcept;

 private:
  void put(char c, std::size_t from, std::size_t to, bool marked);
  void put_all(std::string_view text, std::size_t from, std::size_t to);
  std::size_t read_one(std::size_t p);
  std::size_t read_space(std::size_t p);
  std::size_t read_bracket(std::size_t p);
  std::size_t read_label(std::size_t p);
  std::size_t read_backslash(std::size_t p);
  std::size_t read_colon(std::size_t p);
  std::size_t read_separator(std::size_t p);
  std::size_t read_loose(std::size_t p);
  [[nodiscard]] std::string_view last_word() const noexcept;
  [[nodiscard]] char last() const noexcept { return size_ == 0 ? ' ' : text_[size_ - 1]; }

  [[nodiscard]] char at(std::size_t p) const noexcept { return p < end_ ? window_[p] : ' '; }

  std::string_view window_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool loose_ = false;
  bool authority_ = false; ///< "://" was written
  bool in_path_ = false;   ///< behind the authority
  std::unique_ptr<char[]> text_;
  std::unique_ptr<std::uint32_t[]> begins_;
  std::unique_ptr<std::uint32_t[]> ends_;
  std::unique_ptr<bool[]> marks_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

} // namespace isacbot::observables
