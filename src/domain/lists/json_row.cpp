#include "domain/lists/json_row.hpp"

#include "domain/line_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace isacbot::domain {

namespace bj = boost::json;

std::string scalar_text(const bj::value& value) {
  if (value.is_string())
    return std::string(value.get_string());
  if (value.is_number() || value.is_bool())
    return bj::serialize(value);
  return {};
}

std::string member_text(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  return value == nullptr ? std::string() : scalar_text(*value);
}

std::vector<std::string> member_texts(const bj::object& object, std::string_view name) {
  std::vector<std::string> out;
  const bj::value* value = object.if_contains(name);
  if (value == nullptr)
    return out;
  if (!value->is_array())
    out.push_back(scalar_text(*value));
  else
    for (const bj::value& element : value->get_array())
      out.push_back(scalar_text(element));
  std::erase_if(out, [](const std::string& text) { return text.empty(); });
  return out;
}

void json_row_reader::add(field_role role, const bj::value& value) {
  if (value.is_array()) {
    for (const bj::value& element : value.get_array())
      if (!element.is_array())
        add(role, element);
    return;
  }
  row_.add(role, value.is_object() ? member_text(value.get_object(), "name") : scalar_text(value));
}

result<void> json_row_reader::make_items(item_maker& items, std::uint32_t number, const bj::value& element) {
  row_.clear();
  if (element.is_string()) {
    row_.add(field_role::value, std::string_view(element.get_string()));
  } else if (element.is_object()) {
    const bj::object& members = element.get_object();
    const bool named = std::any_of(members.begin(), members.end(), [](const auto& member) {
      return role_of(member.key()) == field_role::value;
    });
    for (const auto& member : members) {
      const field_role role = role_of(member.key());
      // Beside a value, members named after types are context.
      if (role != field_role::ignored && !(named && role == field_role::typed_value))
        add(role, member.value());
    }
  }
  if (!row_.has_values())
    return items.refuse(number, bj::serialize(element), line_reason::not_understood);
  return row_.make_items(items, number, {});
}

} // namespace isacbot::domain
