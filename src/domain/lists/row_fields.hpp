/// What the columns of a table and the members of an object mean, and how their texts become a row.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "domain/lists/item_maker.hpp"
#include "domain/model.hpp"
#include "observables/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

enum class field_role : std::uint8_t {
  ignored,
  value,       ///< "value", "indicator", "ioc", ...
  typed_value, ///< a value under the name of its type: "domain", "sha256", ...
  type,        ///< recognised, but the value itself tells its type: TruSTAR's wire has none beside it
  source,
  notes,
  first_seen,
  last_seen,
  sightings,
  tags,
};

/// Reads the name of a column or member; case, blanks and punctuation make no difference.
field_role role_of(std::string_view name);

/// The type of observable that a name means: "sha256", "filename", "hostname", "ip-dst", ...
/// @returns nullopt when it means none
std::optional<observables::type> type_named(std::string_view name);

/// A moment in ISO 8601 or as seconds or milliseconds since the epoch. Years 1970 to 2200.
std::optional<sys_time> parse_list_time(std::string_view text);

/// Collects the fields of one row, then makes its items. Used again from row to row.
class row_fields {
 public:
  void clear();
  void add(field_role role, std::string_view text);

  /// The row has values, or anything at all.
  [[nodiscard]] bool has_values() const noexcept { return values_used_ > 0; }
  [[nodiscard]] bool is_blank() const noexcept { return blank_; }

  /// Makes an item of every value. Times and numbers that nobody can read become notes: nothing is lost.
  /// @param whole  the row as it stands there: what is refused when it has no value
  result<void> make_items(item_maker& items, std::uint32_t number, std::string_view whole);

 private:
  void read_time(std::optional<sys_time>& to, std::string_view name, std::string_view text);
  void read_sightings(std::string_view text);
  void read_tags(std::string_view text);
  void add_value(std::string_view text);
  void note(std::string_view name, std::string_view text);

  std::vector<std::string> values_;
  std::size_t values_used_ = 0;
  indicator_row details_;
  bool blank_ = true;
};

} // namespace isacbot::domain
