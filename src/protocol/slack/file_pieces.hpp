/// A large file on its way from Slack, piece by piece.
/// @see RFC 9110 section 14
#pragma once

#include "core/error.hpp"
#include "protocol/http/message.hpp"

#include <cstdint>
#include <optional>

namespace isacbot::slack {

/// Tells what to ask for next, and whether what came is that. A host that gives no pieces may give the whole
/// file instead.
class file_pieces {
 public:
  /// @param max_bytes  of the whole file
  explicit file_pieces(std::uint64_t max_bytes) noexcept : max_bytes_(max_bytes) {}

  /// Where the next piece begins.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

  /// Takes the answer to `download_file_range` from `offset` on.
  /// @returns whether it was the last piece
  /// @error ec::too_large: the file is; ec::protocol_violation: other bytes than those asked for, none at
  /// all, or
  ///        those of a file that has changed meanwhile. Asking on would lead nowhere.
  result<bool> take(const http::response& answer);

 private:
  std::uint64_t max_bytes_;
  std::uint64_t offset_ = 0;
  std::optional<std::uint64_t> total_;
};

} // namespace isacbot::slack
