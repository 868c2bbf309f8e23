/// What every reader of lists gives, whatever the format: items, one after another, never all at once.
#pragma once

#include "core/error.hpp"
#include "domain/model.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace isacbot::domain {

/// One thing that was handed in. Each ends as accepted or merged (`row`), or as withheld or refused
/// (`reason`), so that the counts add up to the number of items.
struct list_item {
  std::uint32_t line = 0;            ///< 1-based line of the text; of a document, the item's number
  indicator_row row;                 ///< to be sent, unless there is a reason
  std::optional<line_reason> reason; ///< why it will not be sent
  std::string text;                  ///< with a reason: what stood there, cut to 200 bytes
  bool row_kept = false;             ///< with one that may be overridden: `row` is what would be sent then
};

/// Takes the items in their order. A failure ends the reading and becomes the reader's own.
using item_sink = std::function<result<void>(list_item&&)>;

} // namespace isacbot::domain
