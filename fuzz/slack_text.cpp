// rooms: protocol
// Any bytes as text, in and out: normalised text is clean, escaped text comes back, cut text stays whole, and
// whatever is built of it is a message and a view that Slack takes.
#include "protocol/slack/message.hpp"
#include "protocol/slack/text.hpp"
#include "protocol/slack/utf8.hpp"
#include "protocol/slack/validate.hpp"
#include "protocol/slack/view.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot::slack;
  if (size == 0)
    return 0;
  std::size_t limit = data[0] + 3U;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);

  std::string normal = normalise_text(text);
  require(clean_text(normal) == normal);
  normalise_search_term(text);
  mention_text(text);

  require(unescape(escape(text).str()) == clean_text(text));
  require(count_characters(cut_text(text, limit)) <= limit);
  for (const mrkdwn& shown :
       {escape(text), code(text), code(text) + escape(text), link("https://x.example/" + text, text)}) {
    std::string cut = shown.cut(limit).str();
    require(count_characters(cut) <= limit);
    require(clean_text(cut) == cut);
    require(std::count(cut.begin(), cut.end(), '<') == std::count(cut.begin(), cut.end(), '>'));
  }
  std::string span = code(text).cut(limit).str();
  require(std::count(span.begin(), span.end(), '`') == 2);

  std::vector<block> blocks = {
      section(escape(text)),
      section(code(text)),
      header(text),
      context(escape(text)),
      actions({button("a", text, {text, text, button_style::normal, {}})}, "b"),
      input("c", text, static_select({{text, text, text}}, text, text), {text, false}),
      input("d", text, plain_text_input({.placeholder = text, .initial_value = text}))};
  require(validate_message(to_json(message(escape(text), blocks))).has_value());
  require(
      validate_view(
          make_modal(
              {.callback_id = text, .title = text, .submit = text, .close = text, .private_metadata = text},
              blocks)
              .json())
          .has_value());
  return 0;
}
