/// Names of indicator types on the 1.3 wire, and the one place where ours differ from them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace isacbot::trustar {

/// @param type  name of an observable type ("IP", "DOMAIN", ...)
/// @returns its name on the 1.3 wire ("DOMAIN" is "URL" there), or nullopt: the wire cannot carry it
std::optional<std::string_view> wire_type(std::string_view type) noexcept;

/// @returns `value` as the wire spells it: MALWARE is upper case (ASCII), everything else as it is.
std::string wire_value(std::string_view type, std::string_view value);

/// The way back: "URL" is DOMAIN when the value is a bare host name, and URL when it has a scheme, a path, a
/// port or a query. Types that are not known come back as they are.
std::string_view observable_type(std::string_view wire_type, std::string_view value) noexcept;

/// @returns "TYPE|value", the guid of an indicator.
std::string indicator_guid(std::string_view wire_type, std::string_view value);

} // namespace isacbot::trustar
