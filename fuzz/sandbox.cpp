// rooms: sandbox
// What apps send to the sandbox: forms, blocks, markup. The first byte chooses which.
#include "sandbox/block_check.hpp"
#include "sandbox/elements.hpp"
#include "sandbox/form.hpp"
#include "sandbox/render.hpp"
#include "sandbox/typed_text.hpp"

#include <cstdint>
#include <cstdlib>

using namespace isacbot::sandbox;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

void try_form(std::string_view text) {
  auto fields = decode_form(text);
  if (!fields)
    return;
  auto again = decode_form(encode_form(*fields));
  check(again.has_value() && *again == *fields);
}

void try_blocks(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed || !parsed->is_object())
    return;
  const json::object& view = parsed->get_object();
  bool is_fine = check_view(view).empty();
  (void)check_options_answer(view);
  const json::array* blocks = array_at(view, "blocks");
  if (blocks == nullptr)
    return;
  (void)check_blocks(*blocks, surface::message);
  if (!is_fine)
    return;
  // What passed the check can be shown and filled.
  workspace_state state;
  isacbot::sandbox::view shown;
  shown.body = view;
  shown.values = carry_values({}, *blocks);
  (void)render(state, shown);
}

void try_text(std::string_view text) {
  workspace_state state = make_sample_state({});
  (void)render_markup(state, text);
  // What a person typed comes back unchanged when it is shown, except where links got labels.
  std::string plain = escape_entities(text);
  check(plain.find('<') == std::string::npos && render_markup(state, plain) == text);
  (void)render_markup(state, message_form(state, text));
  (void)command_form(state, text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
  case 0:
    try_form(text);
    break;
  case 1:
    try_blocks(text);
    break;
  default:
    try_text(text);
  }
  return 0;
}
