/// What sources say about values: the scores of summaries. They belong to enclaves; whoever may see the
/// enclave sees them. The operator imports them.
#pragma once

#include "core/error.hpp"
#include "observables/known_names.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// Reads a file of scores line by line (trustar::parse_score_line) and writes all of them at once, or none.
/// A score takes the place of an earlier one of the same enclave, value and source.
class score_import {
 public:
  static constexpr std::size_t max_scores = 200'000;
  static constexpr std::size_t max_reported = 1'000;

  /// A line that cannot be taken.
  struct refused_line {
    std::uint64_t number = 0; ///< from 1
    std::string reason;       ///< never quotes the line
  };

  /// @param fallback_enclave  of lines that name none; may be empty
  score_import(storage::kv_store& store, const accounts& people, std::string fallback_enclave,
               observables::known_names names);

  /// Blank lines are skipped. @error ec::too_large over 200,000 scores; ec::io_failure, ec::corrupted
  result<void> take(std::string_view line);

  /// Writes what was taken: one synced batch. @error ec::io_failure
  result<void> finish();

  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_count_; }
  /// The first 1,000 of them.
  [[nodiscard]] const std::vector<refused_line>& refused_lines() const noexcept { return refused_; }

 private:
  /// @error ec::malformed and others that refuse the line; ec::io_failure, ec::corrupted
  result<void> try_take(std::string_view line);
  result<std::uint32_t> find_enclave(const std::string& id);

  storage::kv_store& store_;
  const accounts& people_;
  std::string fallback_enclave_;
  observables::known_names names_;
  std::map<std::string, std::uint32_t> enclaves_; ///< numbers by id; 0: there is none
  storage::write_batch batch_;
  std::uint64_t line_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t refused_count_ = 0;
  std::vector<refused_line> refused_;
};

/// What the sources of the enclaves say about one value, exact or in its normal form. `report_id` is the
/// newest report of the enclave with the value where the source named none.
/// @error ec::io_failure, ec::corrupted
result<std::vector<trustar::summary>> read_summaries(const storage::kv_store& store,
                                                     std::span<const enclave> enclaves,
                                                     const std::string& value,
                                                     const observables::known_names& names);

} // namespace isacbot::station
