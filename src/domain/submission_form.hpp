/// What a member typed into the submission dialog, read into values.
#pragma once

#include "core/error.hpp"
#include "domain/dialog_drafts.hpp"
#include "domain/indicator_list.hpp"
#include "observables/known_names.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

inline constexpr std::size_t max_tags = 50;

/// Tags between commas, blanks at the ends gone, in lower case (ASCII; Station lowers the rest), each once;
/// the TLP last, as "tlp-amber": TruSTAR's documented tag alphabet has no colon.
/// @param tlp  the menu's choice, "tlp:amber" and so on; empty: none
/// @error ec::invalid_argument with the mend: over 90 characters, control characters, or over `max_tags`
result<std::vector<std::string>> parse_tags(std::string_view typed, std::string_view tlp);

/// How a draft's list is read, under its overrides.
/// @param key  as below
indicator_list_options options_of(const indicator_draft& draft, const hash_key& key,
                                  const observables::known_names& names = {});
/// Adds the draft's notes to a row's own, and its source where there is none.
void add_form_fields(indicator_row& row, const indicator_draft& draft);

/// The rows of a draft: its text and its file read under its overrides, each row with the draft's notes
/// beside its own, and with the draft's source where it has none.
/// @param key  equal values are found by prints under it: a secret one, since members choose the values
/// @error as parse_indicator_list
result<indicator_list> read_list(const indicator_draft& draft, const hash_key& key,
                                 const observables::known_names& names = {});

/// What a member means by the text of an input that a message was put into: all of the message where that was
/// longer than the input and has been left as it was.
std::string meant_text(std::string_view typed, const std::string& message);

} // namespace isacbot::domain
