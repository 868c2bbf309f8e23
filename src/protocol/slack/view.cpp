#include "protocol/slack/view.hpp"

#include "protocol/slack/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace isacbot::slack {

namespace bj = boost::json;

namespace {

bj::object plain_text(std::string_view text) {
  std::string shown = cut_text(text, limit::view_title);
  return {{"type", "plain_text"}, {"text", shown.empty() ? "\xE2\x80\x93" : shown}, {"emoji", false}};
}

/// Blocks as JSON, so few that a view with them stays below Slack's size. 10 kB are for the rest of the view.
bj::array to_array(std::vector<block> blocks) {
  constexpr std::size_t budget = limit::view_bytes - 10'000;
  std::size_t bytes = 0;
  std::size_t fitting = 0;
  for (const block& b : blocks) {
    bytes += bj::serialize(b.json()).size() + 1;
    if (bytes > budget)
      break;
    ++fitting;
  }
  bj::array list;
  for (const block& b :
       fit_blocks(std::move(blocks), std::min(std::max<std::size_t>(fitting, 1), limit::view_blocks)))
    list.emplace_back(b.json());
  return list;
}

} // namespace

view make_modal(const modal_settings& settings, std::vector<block> blocks) {
  bj::object json{{"type", "modal"}, {"title", plain_text(settings.title)}};
  bool has_input = std::any_of(blocks.begin(), blocks.end(), [](const block& b) { return b.is_input(); });
  if (!settings.submit.empty() || has_input)
    json["submit"] = plain_text(settings.submit.empty() ? "Submit" : settings.submit);
  if (!settings.close.empty())
    json["close"] = plain_text(settings.close);
  if (!settings.callback_id.empty())
    json["callback_id"] = clean_text(settings.callback_id.substr(0, limit::id));
  if (!settings.external_id.empty())
    json["external_id"] = clean_text(settings.external_id.substr(0, limit::id));
  if (!settings.private_metadata.empty() &&
      count_characters(settings.private_metadata) <= limit::private_metadata &&
      clean_text(settings.private_metadata) == settings.private_metadata)
    json["private_metadata"] = settings.private_metadata;
  if (settings.notify_on_close)
    json["notify_on_close"] = true;
  if (blocks.empty())
    blocks.push_back(section({}));
  json["blocks"] = to_array(std::move(blocks));
  return view(std::move(json));
}

view make_home(std::vector<block> blocks) {
  if (blocks.empty())
    blocks.push_back(section({}));
  return view({{"type", "home"}, {"blocks", to_array(std::move(blocks))}});
}

} // namespace isacbot::slack
