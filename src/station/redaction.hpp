/// A company's redaction library: terms by category, replaced by the category in angle brackets.
#pragma once

#include "core/error.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// One term of the library.
struct redaction_term {
  std::string category; ///< "company", "email-address": letters, digits, hyphen
  std::string term;     ///< in any case; `*` stands for any run of characters but blanks

  friend bool operator==(const redaction_term&, const redaction_term&) = default;
};

/// Adds a term; it may be there already. @error ec::invalid_argument on a category of other characters or
/// over 100 of them, and on a term that is blank, only stars, or over 500 bytes; ec::io_failure
result<void> add_redaction_term(storage::kv_store& store, std::uint32_t company, const redaction_term& term);
/// @error ec::not_found; ec::io_failure
result<void> remove_redaction_term(storage::kv_store& store, std::uint32_t company,
                                   const redaction_term& term);
/// In order of category and term. @error ec::io_failure, ec::corrupted
result<std::vector<redaction_term>> list_redaction_terms(const storage::kv_store& store,
                                                         std::uint32_t company);

/// Replaces every match by `<category>`. Matches are whole words; where several begin, the longest counts.
/// Pure; time grows with text times terms.
std::string redact(std::string_view text, const std::vector<redaction_term>& library);

} // namespace isacbot::station
