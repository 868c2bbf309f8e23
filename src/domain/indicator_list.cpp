#include "domain/indicator_list.hpp"

#include "domain/indicator_file.hpp"

namespace isacbot::domain {

result<indicator_list> parse_indicator_list(std::string_view text, const indicator_list_options& options) {
  return read_indicators(text, {}, options);
}

void mark_known(std::span<indicator_row> rows, counts& totals, const known_predicate& known) {
  for (indicator_row& row : rows) {
    if (row.known) {
      --totals.merged;
      ++totals.accepted;
    }
    row.known = known(row);
    if (row.known) {
      --totals.accepted;
      ++totals.merged;
    }
  }
}

} // namespace isacbot::domain
