/// One rewriting of a text, and where each byte of it came from.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::observables {

/// Built from left to right: pieces of the source are copied, replaced or left out. Positions are bytes; a
/// text has less than 4 GiB.
class layer {
 public:
  explicit layer(std::string_view source) : source_(source) {}

  /// Copies everything up to `position` that was neither copied nor replaced yet.
  void copy_to(std::size_t position) {
    if (position <= done_)
      return;
    if (pieces_.empty() || !pieces_.back().copied ||
        pieces_.back().from + (text_.size() - pieces_.back().at) != done_)
      pieces_.push_back({size32(text_.size()), size32(done_), 0, true});
    text_.append(source_.substr(done_, position - done_));
    done_ = position;
  }
  /// Puts `text` in the place of the source's bytes from where it stands up to `end`.
  void replace_to(std::size_t end, std::string_view text) {
    if (!text.empty()) {
      pieces_.push_back({size32(text_.size()), size32(done_), size32(end), false});
      text_.append(text);
    }
    done_ = end;
  }

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// The last byte written, or a space at the start.
  [[nodiscard]] char last() const noexcept { return text_.empty() ? ' ' : text_.back(); }
  [[nodiscard]] bool changed() const noexcept { return !pieces_.empty(); }

  /// @returns where in the source the byte at `position` of the text begins
  [[nodiscard]] std::size_t source_begin(std::size_t position) const noexcept {
    const piece& p = piece_at(position);
    return p.copied ? p.from + (position - p.at) : p.from;
  }
  /// @returns where in the source the byte before `position` of the text ends; position > 0
  [[nodiscard]] std::size_t source_end(std::size_t position) const noexcept {
    const piece& p = piece_at(position - 1);
    return p.copied ? p.from + (position - p.at) : p.to;
  }

 private:
  struct piece {
    std::uint32_t at;   ///< in the text
    std::uint32_t from; ///< in the source
    std::uint32_t to;   ///< in the source; of replaced pieces only
    bool copied;
  };
  static std::uint32_t size32(std::size_t n) noexcept { return static_cast<std::uint32_t>(n); }
  [[nodiscard]] const piece& piece_at(std::size_t position) const noexcept {
    auto next = std::upper_bound(pieces_.begin(), pieces_.end(), position,
                                 [](std::size_t x, const piece& p) { return x < p.at; });
    return *std::prev(next);
  }

  std::string_view source_;
  std::string text_;
  std::vector<piece> pieces_;
  std::size_t done_ = 0;
};

} // namespace isacbot::observables
