/// MISP's attribute types that describe victims and other persons: a word in `exclude_types` stands for all
/// of them.
#pragma once

#include <string_view>

namespace isacbot::domain {

/// What to write into `exclude_types`.
inline constexpr std::string_view personal_data = "personal-data";

/// Whether the type (lower case) names a target or tells about a person.
/// @see MISP `app/Model/MispAttribute.php`, types of the categories "Targeting data" and "Person"
bool is_personal_type(std::string_view type) noexcept;

} // namespace isacbot::domain
