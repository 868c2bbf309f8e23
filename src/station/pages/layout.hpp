/// The frame of every page and the headers that keep it safe. Pure.
#pragma once

#include "core/clock.hpp"
#include "protocol/http/message.hpp"
#include "station/pages/html.hpp"

#include <string>
#include <string_view>

namespace isacbot::station {

/// @param title      of the page, escaped here
/// @param user_name  who is logged in; empty: nobody
http::response make_page(unsigned status, std::string_view title, std::string_view user_name,
                         const html& content);
/// A page that only says what is the matter.
http::response make_message_page(unsigned status, std::string_view title, std::string_view message,
                                 std::string_view user_name = {});
/// 303. @param path  on this server; checked by the caller
http::response make_redirect(std::string_view path);
/// Asks the browser to come again by itself: a link from elsewhere brings no SameSite cookie, this does.
http::response make_bounce_page(std::string_view path);
/// The one style sheet.
http::response make_style_sheet();

/// "2023-02-23 23:01:54 UTC"
std::string format_time(sys_time at);

/// Path of a report's page, of an indicator's.
std::string report_path(std::string_view id);
std::string indicator_path(std::string_view wire_type, std::string_view value);

} // namespace isacbot::station
