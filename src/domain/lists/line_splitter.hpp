/// Bytes in pieces, cut into lines. LF, CR LF, CR and form feed end a line.
#pragma once

#include "core/error.hpp"
#include "domain/lists/list_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::domain {

struct list_line {
  std::uint32_t number = 0; ///< from 1
  std::string_view text;    ///< without its end; lives as long as the call
  bool too_long = false;    ///< over `max_list_entry`: `text` is its beginning
};

/// Copies only what is cut by the end of a piece.
class line_splitter {
 public:
  /// @param take  result<void>(const list_line&); its failure ends the splitting
  template <class Take>
  result<void> feed(std::string_view bytes, Take&& take) {
    while (!bytes.empty()) {
      if (after_return_) {
        after_return_ = false;
        if (bytes.front() == '\n') {
          bytes.remove_prefix(1);
          continue;
        }
      }
      const std::size_t end = find_end(bytes);
      const bool complete = end < bytes.size();
      if (!complete) {
        keep(bytes);
        return {};
      }
      after_return_ = bytes[end] == '\r';
      if (auto taken = end_line(bytes.substr(0, end), take); !taken)
        return taken;
      bytes.remove_prefix(end + 1);
    }
    return {};
  }

  template <class Take>
  result<void> finish(Take&& take) {
    return kept_.empty() && !overlong_ ? result<void>{} : end_line({}, take);
  }

 private:
  static std::size_t find_end(std::string_view bytes) noexcept {
    std::size_t at = 0;
    for (; at < bytes.size(); ++at)
      if (const char c = bytes[at]; c <= '\r' && c >= '\n' && c != '\v')
        break;
    return at;
  }
  void keep(std::string_view bytes) {
    const std::size_t room = max_list_entry - kept_.size();
    overlong_ = overlong_ || bytes.size() > room;
    kept_.append(bytes.substr(0, room));
  }
  template <class Take>
  result<void> end_line(std::string_view rest, Take& take) {
    list_line line{++number_, rest, false};
    if (!kept_.empty() || rest.size() > max_list_entry) {
      keep(rest);
      line.text = kept_;
    }
    line.too_long = overlong_;
    auto taken = take(line);
    kept_.clear();
    overlong_ = false;
    return taken;
  }

  std::string kept_; ///< the beginning of the line at hand
  bool overlong_ = false;
  bool after_return_ = false;
  std::uint32_t number_ = 0;
};

} // namespace isacbot::domain
