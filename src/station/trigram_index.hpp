/// Substring search without reading every text: for each three bytes that occur in a folded text, the numbers
/// of the texts that hold them. Numbers are given in order of arrival. Those of one batch make one row: its
/// key has the first of them, its value the distances of the others, two bytes each, so that nothing has to
/// be read to write it. A row stays within a block of 16,384 numbers: a look at one block is a short scan.
///
/// An entry is a hint: who finds a candidate looks at the text itself. Nothing is ever taken out.
#pragma once

#include "core/error.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// Three bytes, the first one highest.
using trigram = std::uint32_t;

/// The distinct runs of three bytes, sorted; none for shorter texts.
std::vector<trigram> trigrams_of(std::string_view folded);

/// The texts of one kind in one enclave, by number.
struct text_space {
  storage::table postings;
  std::uint32_t enclave = 0;
  std::uint32_t next_number = 0; ///< all texts have a smaller one
};

/// Collects the entries of one batch, then writes them in one go.
class posting_batch {
 public:
  /// @param before  as it was before the batch: from its next number on texts are new
  explicit posting_batch(const text_space& before) : before_(before) {}

  void add(std::string_view folded_text, std::uint32_t number);

  /// Adds what is collected to what is stored. @error ec::io_failure, ec::corrupted
  result<void> write_to(storage::write_batch& batch, const storage::kv_store& store);

 private:
  text_space before_;
  std::vector<std::uint64_t> entries_; ///< trigram and number
};

/// Numbers whose texts may contain `folded`, ascending.
/// @param limit  when more are left in the end, nullopt: the term is common, look by another way
/// @pre `folded` has at least three bytes
/// @error ec::io_failure, ec::corrupted
result<std::optional<std::vector<std::uint32_t>>> find_candidates(const storage::kv_store& store,
                                                                  const text_space& where,
                                                                  std::string_view folded, std::size_t limit);

} // namespace isacbot::station
