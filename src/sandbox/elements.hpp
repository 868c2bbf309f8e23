/// Finding interactive elements in blocks and the values they hold, as `view.state.values` spells them.
#pragma once

#include "core/random.hpp"
#include "sandbox/json.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::sandbox {

/// One interactive element and the block it stands in. Views into the blocks it was found in.
struct placed_element {
  std::string block_id;
  const json::object* block = nullptr;
  const json::object* element = nullptr;

  [[nodiscard]] std::string action_id() const { return text_at(*element, "action_id"); }
  [[nodiscard]] std::string type() const { return text_at(*element, "type"); }
  [[nodiscard]] bool is_input() const { return text_at(*block, "type") == "input"; }
};

/// Every interactive element in order: inputs, accessories, members of actions blocks.
std::vector<placed_element> find_elements(const json::array& blocks);
/// Finds an element by its action_id, else the first one of the block with that id: apps like to give all
/// their inputs the same action_id.
std::optional<placed_element> find_element(const json::array& blocks, std::string_view name);
/// @returns the element of the input block with that id
std::optional<placed_element> find_input(const json::array& blocks, std::string_view block_id);

/// Gives every block a block_id and every element an action_id that the app left out, as Slack does.
void assign_missing_ids(json::array& blocks, random_source& random);

/// Whether `view.state.values` has an entry for elements of this type; buttons and images have none.
bool holds_value(std::string_view element_type);

/// What the element holds before anybody touched it: its initial value, or null.
json::object initial_value(const json::object& element);

/// The values of a view whose blocks just became `blocks`: entries of `old` stay where block_id, action_id
/// and type are unchanged (an initial value is not applied again), the others start anew.
json::object carry_values(const json::object& old, const json::array& blocks);

/// What the element holds after a member entered or chose `given`: a string, an array of strings for elements
/// that take several, null for nothing.
/// @param loaded options the app returned for an external select
/// @error ec::invalid_argument if the client would not let that be entered; the cause is the client's text
result<json::object> entered_value(const json::object& element, const json::value& given,
                                   const json::array* loaded);

/// @returns what the client says instead of submitting an input with this value, or ""
std::string complaint_about(const placed_element& input, const json::object& value);

} // namespace isacbot::sandbox
