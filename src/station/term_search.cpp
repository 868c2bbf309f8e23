#include "station/term_search.hpp"

#include "core/case_fold.hpp"
#include "core/utf8.hpp"
#include "observables/observables.hpp"
#include "protocol/trustar/model.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace isacbot::station {

std::vector<std::string> search_terms(std::string_view term) {
  if (count_characters(term) < trustar::min_search_characters)
    return {};
  std::vector<std::string> terms{fold_case(term)};
  if (auto observable = observables::parse_value(term)) {
    auto type = observables::to_string(observable->kind);
    std::string normal = fold_case(trustar::wire_value(type, observable->value));
    if (normal != terms.front() && normal.size() >= 3)
      terms.push_back(std::move(normal));
  }
  return terms;
}

bool holds_any(std::string_view text, const std::vector<std::string>& terms) {
  std::string folded = fold_case(text);
  return std::any_of(terms.begin(), terms.end(),
                     [&](const std::string& term) { return folded.find(term) != std::string::npos; });
}

result<std::optional<std::vector<std::uint32_t>>>
find_candidates_of_any(const storage::kv_store& store, const text_space& where,
                       const std::vector<std::string>& terms) {
  std::optional<std::vector<std::uint32_t>> all;
  for (const std::string& term : terms) {
    auto numbers = find_candidates(store, where, term, max_candidates);
    if (!numbers || !*numbers)
      return numbers;
    if (!all) {
      all = std::move(**numbers);
      continue;
    }
    std::vector<std::uint32_t> either;
    std::set_union(all->begin(), all->end(), (*numbers)->begin(), (*numbers)->end(),
                   std::back_inserter(either));
    all = std::move(either);
  }
  return all;
}

} // namespace isacbot::station
