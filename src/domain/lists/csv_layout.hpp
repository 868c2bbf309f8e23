/// Which column of a table means what: told by its header, or by what stands in its first records.
#pragma once

#include "domain/lists/item_maker.hpp"
#include "domain/lists/row_fields.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

struct csv_layout {
  char delimiter = ',';
  /// Records to pass over at the start that are no data: the header, when it is no comment.
  bool header = false;
  std::vector<field_role> columns;

  friend bool operator==(const csv_layout&, const csv_layout&) = default;
};

/// Looks at the beginning of a text.
/// @param whole  `beginning` is all of it; else its last line may be cut
/// @returns nullopt when it is no table: plain text says as much about it
std::optional<csv_layout> find_csv_layout(std::string_view beginning, bool whole, item_maker& values);

} // namespace isacbot::domain
