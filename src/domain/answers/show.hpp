/// How data is shown in answers: escaped, in code style, defanged.
#pragma once

#include "core/error.hpp"
#include "domain/model.hpp"
#include "protocol/slack/blocks.hpp"
#include "protocol/slack/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain::answers {

/// Breaks whatever a client could make a link of, in any text: `hxxp://`, `evil[.]com`, `bad[at]evil[.]com`.
/// Values of a known type are shown with `show_value`, which changes less.
std::string defang_text(std::string_view text);

/// A value of a type ("IP", "URL", ...): defanged and in code style, at most 300 characters.
slack::mrkdwn show_value(std::string_view type, std::string_view value);

/// Any other data (titles, tags, lines, names): defanged and in code style, at most `limit` characters.
slack::mrkdwn show_text(std::string_view text, std::size_t limit = 150);

/// The first `most` texts in code style, with commas, and how many more there are.
slack::mrkdwn show_list(const std::vector<std::string>& texts, std::size_t most = 8);

/// The type's name as people say it: a URL without a path or scheme is a DOMAIN, which the wire calls URL.
std::string_view shown_type(std::string_view type, std::string_view value) noexcept;

/// "1,234".
slack::mrkdwn grouped(std::uint64_t n);
/// "1 report", "1,234 reports".
slack::mrkdwn counted(std::uint64_t n, const slack::mrkdwn& one, const slack::mrkdwn& many);

/// "12 IP, 3 URL".
slack::mrkdwn show_types(const std::vector<type_count>& types);

/// What a reason means, for people; begins in lower case.
slack::mrkdwn show_reason(line_reason reason);

/// Adds the title and the lines with number, text and reason, at most ten; `total` says how many there are in
/// all. Adds nothing when there are none.
void add_lines(std::vector<slack::block>& blocks, const slack::mrkdwn& title,
               const std::vector<line_report>& lines, std::uint64_t total);

/// Station's page of a report, of an indicator, and its start page; empty without a station.
std::string report_address(std::string_view station_url, std::string_view report_id);
std::string indicator_address(std::string_view station_url, std::string_view type, std::string_view value);
std::string start_address(std::string_view station_url);

/// "Reference `abc`", small, for the foot of an answer.
slack::block reference_note(std::string_view reference);

/// The button that opens the registration dialog.
slack::element register_button(std::string_view label = "Register");

} // namespace isacbot::domain::answers
