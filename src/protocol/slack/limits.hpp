/// Slack's limits, in code points unless the name says otherwise.
/// @see Slack documentation, "Block Kit reference"
#pragma once

#include <cstddef>

namespace isacbot::slack::limit {

inline constexpr std::size_t message_text = 4'000; ///< chat.update refuses more
inline constexpr std::size_t message_blocks = 50;
inline constexpr std::size_t view_blocks = 100;
inline constexpr std::size_t view_bytes = 250'000; ///< bytes of JSON
inline constexpr std::size_t view_title = 24;      ///< also submit and close
inline constexpr std::size_t private_metadata = 3'000;
inline constexpr std::size_t id = 255; ///< block_id, action_id, callback_id, external_id

inline constexpr std::size_t text_object = 3'000;
inline constexpr std::size_t section_fields = 10;
inline constexpr std::size_t section_field = 2'000;
inline constexpr std::size_t header_text = 150;
inline constexpr std::size_t context_elements = 10;
inline constexpr std::size_t actions_elements = 25;
inline constexpr std::size_t input_label = 2'000;
inline constexpr std::size_t input_hint = 2'000;

inline constexpr std::size_t button_text = 75;
inline constexpr std::size_t button_value = 2'000;
inline constexpr std::size_t button_url = 3'000;
inline constexpr std::size_t placeholder = 150;
inline constexpr std::size_t select_options = 100;
inline constexpr std::size_t checkboxes = 10;
inline constexpr std::size_t files = 10; ///< of one file_input
inline constexpr std::size_t option_text = 75;
inline constexpr std::size_t option_value = 75; ///< some documents say 150; 75 is right by all of them
inline constexpr std::size_t option_description = 75;
inline constexpr std::size_t input_text = 3'000; ///< max_length and initial_value

inline constexpr std::size_t confirm_title = 100;
inline constexpr std::size_t confirm_text = 300;
inline constexpr std::size_t confirm_button = 30;

} // namespace isacbot::slack::limit
