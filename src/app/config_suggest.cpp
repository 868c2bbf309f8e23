#include "app/config_suggest.hpp"

#include <algorithm>
#include <array>

namespace isacbot::app {

namespace {
constexpr std::size_t longest = 64;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, longest);
  b = b.substr(0, longest);
  // Three rows of the table: two back (for swaps), one back, and the one being filled.
  std::array<std::array<std::size_t, longest + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j)
    rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

std::optional<std::string_view> nearest(std::string_view text, std::span<const std::string_view> known) {
  std::optional<std::string_view> best;
  std::size_t best_distance = longest;
  for (std::string_view candidate : known) {
    std::size_t distance = edit_distance(text, candidate);
    if (distance < best_distance && distance <= std::max<std::size_t>(candidate.size() / 3, 1)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

} // namespace isacbot::app
