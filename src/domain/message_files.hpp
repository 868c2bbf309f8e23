/// The files of a message, as a dialog offers them and as its member chooses among them.
#pragma once

#include "protocol/slack/file_reference.hpp"
#include "protocol/slack/interaction.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace isacbot::domain {

/// Whether a file is likely to be a text, told by its media type and the ending of its name. It decides what
/// is ticked at first, nothing else: what a file is tells its content.
bool may_be_text(const slack::file_reference& file);

/// The order in which a dialog offers them: those that may be text go first, because there is not always room
/// for all.
std::vector<slack::file_reference> in_order_of_offer(std::vector<slack::file_reference> files);

/// How many of them a dialog offers: as many as Slack's checkboxes take.
std::size_t offered(std::span<const slack::file_reference> files) noexcept;

/// "iocs.csv"; of a file without a name, what it is.
std::string shown_name(const slack::file_reference& file);

/// What stands for a file in the dialog: its place in our own list, never its id.
std::string choice_of(std::size_t place);

/// The files that are ticked, each once. In a dialog without the block (a client that does not send it back)
/// that is what was ticked at first. Values that are no places of ours are passed over.
std::vector<slack::file_reference> chosen_files(std::span<const slack::file_reference> files,
                                                const slack::view_state& view);

} // namespace isacbot::domain
