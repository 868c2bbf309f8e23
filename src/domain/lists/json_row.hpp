/// One value of JSON as a row of a list: an object with the fields of a table, or a text that is the value.
#pragma once

#include "domain/lists/item_maker.hpp"
#include "domain/lists/row_fields.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

class json_row_reader {
 public:
  /// Makes the items of one element; what has no value is one refused item.
  result<void> make_items(item_maker& items, std::uint32_t number, const boost::json::value& element);

 private:
  void add(field_role role, const boost::json::value& value);

  row_fields row_;
};

/// A text, number or flag as text; anything else is "".
std::string scalar_text(const boost::json::value& value);

/// A member as text; "" when it is missing or neither text nor number.
std::string member_text(const boost::json::object& object, std::string_view name);

/// The texts of a list; a text alone counts as a list of one.
std::vector<std::string> member_texts(const boost::json::object& object, std::string_view name);

} // namespace isacbot::domain
