/// What every reader of lists is: bytes in, items out, in pieces of any size. Where the bytes are cut makes
/// no difference to the items.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string_view>

namespace isacbot::domain {

/// Longest line, record of a table, or element of a document, in bytes. What is longer is one refused item.
inline constexpr std::size_t max_list_entry = std::size_t{256} << 10U;

/// Memory stays within a few `max_list_entry`, however much is read. Not thread-safe.
class list_reader {
 public:
  virtual ~list_reader() = default;

  /// @error what the sink failed with; ec::malformed, ec::too_large: the bytes are no document of this
  ///        format. After an error nothing more may be fed.
  virtual result<void> feed(std::string_view bytes) = 0;
  /// Ends the text; once.
  /// @error as feed
  virtual result<void> finish() = 0;
};

} // namespace isacbot::domain
