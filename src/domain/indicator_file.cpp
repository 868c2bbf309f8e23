#include "domain/indicator_file.hpp"

#include "domain/line_text.hpp"
#include "domain/list_intake.hpp"
#include "domain/lists/list_file_reader.hpp"
#include "domain/lists/text_reader.hpp"
#include "protocol/slack/text.hpp"
#include "protocol/slack/utf8.hpp"

#include <limits>
#include <string>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t most_name_characters = 60; // room for the line is left
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Everything in one chunk, and every line kept: the text was limited before.
intake_options in_memory(const indicator_list_options& options) {
  intake_options out;
  out.key = options.key;
  out.limits.max_rows = std::numeric_limits<std::size_t>::max();
  out.limits.size_of = [](const indicator_row&) { return std::size_t{0}; };
  out.max_note_bytes = options.max_note_bytes;
  out.max_lines = std::numeric_limits<std::size_t>::max();
  return out;
}

result<void> read_all(list_reader&& reader, std::string_view bytes) {
  auto read = reader.feed(bytes);
  return read ? reader.finish() : read;
}

} // namespace

std::string name_before(std::string_view name) {
  return name.empty() ? std::string() : slack::cut_text(slack::clean_text(name), most_name_characters) + ": ";
}

bool names_needed(std::string_view text, std::size_t files) noexcept {
  return files > 1 || (files == 1 && text.find_first_not_of(" \t\r\n") != std::string_view::npos);
}

std::string explain_unreadable(const error& why) {
  if (!why.mend.empty())
    return why.mend;
  return why.code == ec::too_large
             ? "Something in this file is too large to be read. Nothing of it was taken."
             : "This file is damaged, or ends too early. Nothing of it was taken.";
}

item_sink from_file(std::string name, item_sink take) {
  if (name.empty())
    return take;
  return [before = name_before(name), take = std::move(take)](list_item&& item) {
    if (item.reason)
      item.text = shown_text(before + item.text);
    return take(std::move(item));
  };
}

result<indicator_list> read_indicators(std::string_view text, std::span<const list_file> files,
                                       const indicator_list_options& options) {
  std::size_t bytes = text.size();
  for (const list_file& file : files)
    bytes += file.content.size();
  if (bytes > options.max_bytes)
    return fail(ec::too_large, "the list has more than " + std::to_string(options.max_bytes) + " bytes",
                "hand it in as several lists");
  if (options.dress == observables::dialect::slack) {
    indicator_list_options undressed = options;
    undressed.dress = observables::dialect::automatic;
    return read_indicators(slack::normalise_text(text), files, undressed);
  }
  indicator_list list;
  list_intake intake(in_memory(options), {[&list](intake_chunk&& chunk) -> result<void> {
                                            list.rows = std::move(chunk.rows);
                                            return {};
                                          },
                                          {}}); // one chunk: nothing comes late
  const auto take = [&](list_item&& item) { return intake.add(std::move(item)); };
  const bool loose = text.size() < short_list;
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  if (auto read = read_all(text_reader(options, loose, take), text); !read)
    return read.error();
  const bool several = names_needed(text, files.size());
  for (const list_file& file : files) {
    const auto read = read_all(
        list_file_reader(options, from_file(several ? file.name : std::string(), take)), file.content);
    if (!read) {
      error why = read.error();
      why.mend = name_before(file.name) + explain_unreadable(why);
      return why;
    }
  }
  result<intake_totals> totals = intake.finish();
  if (!totals)
    return totals.error();
  list.withheld = std::move(totals->withheld);
  list.refused = std::move(totals->refused);
  list.reasons = std::move(totals->reasons);
  list.types = std::move(totals->types);
  list.counts = totals->counts;
  return list;
}

} // namespace isacbot::domain
