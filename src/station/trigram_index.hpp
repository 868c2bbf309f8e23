/// Substring search without reading every value: for each three bytes that occur in a folded value, the
/// numbers of the indicators that hold them. Numbers are given in order of arrival, so they are kept in
/// blocks of 1,024, two bytes a number: a submission of new values appends to few blocks.
///
/// An entry is a hint: who finds a candidate looks at the value itself. Nothing is ever taken out.
#pragma once

#include "core/error.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::station {

/// The distinct runs of three bytes, sorted; none for shorter texts.
std::vector<std::string> trigrams_of(std::string_view folded);

/// Collects the entries of one submission and one enclave, then writes them in one go.
class posting_batch {
 public:
  /// @param first_number  the first number that was free before this submission: blocks after its own are new
  posting_batch(std::uint32_t enclave, std::uint32_t first_number)
      : enclave_(enclave),
        first_number_(first_number) {}

  /// Numbers must come in ascending order.
  void add(std::string_view folded_value, std::uint32_t number);

  /// Joins what is collected with what is stored. @error ec::io_failure, ec::corrupted
  result<void> write_to(storage::write_batch& batch, const storage::kv_store& store) const;

 private:
  std::uint32_t enclave_;
  std::uint32_t first_number_;
  std::map<std::pair<std::string, std::uint32_t>, std::string> lists_; ///< trigram, block -> numbers
};

/// Numbers whose values may contain `folded`, ascending.
/// @param limit  when more are left in the end, nullopt: the term is common, look by another way
/// @pre `folded` has at least three bytes
/// @error ec::io_failure, ec::corrupted
result<std::optional<std::vector<std::uint32_t>>> find_candidates(const storage::kv_store& store,
                                                                  std::uint32_t enclave,
                                                                  std::string_view folded, std::size_t limit);

} // namespace isacbot::station
