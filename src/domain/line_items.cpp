#include "domain/line_items.hpp"

#include "domain/line_fields.hpp"
#include "domain/line_text.hpp"
#include "domain/row_merge.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

using observables::observable;
using observables::type;

/// Names out of lists: in a value they are meant, in a note they are mostly talk.
bool is_prose_like(type kind) noexcept {
  return kind == type::malware || kind == type::software;
}

bool is_hash(type kind) noexcept {
  return kind == type::md5 || kind == type::sha1 || kind == type::sha256 || kind == type::sha512;
}

std::uint32_t sightings_of(const observable& found) noexcept {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(found.count, 1, max_sightings));
}

} // namespace

line_items::line_items(const indicator_list_options& options, bool short_text, item_sink sink)
    : options_(options),
      sink_(std::move(sink)) {
  single_.dress = prose_.dress = options.dress;
  single_.tlds = prose_.tlds = options.tlds;
  single_.malware = prose_.malware = options.malware;
  // A field that is nothing but a value is meant as one, however it is written.
  single_.loose = observables::loose_forms::on;
  single_.noise_hashes = true;
  prose_.loose = short_text ? observables::loose_forms::on : observables::loose_forms::off;
}

result<void> line_items::add_line(std::uint32_t number, std::string_view line) {
  const line_parts parts = split_comment(line);
  if (parts.content.empty())
    return {}; // blank, or a comment only
  number_ = number;
  items_.clear();
  if (const auto whole = observables::parse_value(parts.content, single_))
    add_whole(*whole, parts.comment);
  else if (!add_fields(split_fields(parts.content), parts.comment))
    for (const observable& found : observables::extract(parts.content, prose_))
      add(found, {});
  if (items_.empty())
    leave_out(parts.content, line_reason::not_understood);
  for (list_item& item : items_)
    if (result<void> taken = sink_(std::move(item)); !taken)
      return taken;
  return {};
}

/// "value", "value, value", "value, note", in any mixture that begins with a value.
bool line_items::add_fields(const std::vector<std::string_view>& fields, std::string_view comment) {
  if (fields.empty())
    return false;
  const auto first = observables::parse_value(fields.front(), single_);
  if (!first)
    return false;
  // Notes go to the value before them, so a value waits until its notes are known.
  observable pending = *first;
  std::string note{comment};
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const auto value = observables::parse_value(fields[i], single_);
    if (value && !is_prose_like(value->kind)) {
      add_whole(pending, std::exchange(note, {}));
      pending = *value;
      continue;
    }
    note += (note.empty() ? "" : ", ");
    note += fields[i];
    found_in_note(fields[i]);
  }
  add_whole(pending, note);
  for (const observable& found : std::exchange(in_notes_, {}))
    add(found, {});
  return true;
}

/// A value inside a note ("resolved from bad.example.net") is handed in too; nothing is dropped silently.
void line_items::found_in_note(std::string_view note) {
  for (observable& found : observables::extract(note, prose_))
    if (!is_prose_like(found.kind) && trustar::wire_type(observables::to_string(found.kind)))
      in_notes_.push_back(std::move(found));
}

/// A value and the hashes inside of it: a vendor's link or a sample's file name is handed in with its hash.
void line_items::add_whole(const observable& whole, std::string_view note) {
  add(whole, note);
  if (!whole.flags.reference && whole.kind != type::software)
    return;
  for (const observable& inner : observables::extract(whole.raw, prose_))
    if (is_hash(inner.kind))
      add(inner, note);
}

void line_items::add(const observable& found, std::string_view note) {
  const std::string_view name = observables::to_string(found.kind);
  if (found.value.size() > options_.max_value_bytes)
    return leave_out(found.raw, line_reason::too_long);
  if (!trustar::wire_type(name))
    return leave_out(found.raw, line_reason::no_wire_type);
  if (!options_.send_special && (found.flags.special || observables::is_special(found.kind, found.value)))
    return leave_out(found.raw, line_reason::special_address);
  list_item& item = items_.emplace_back();
  item.line = number_;
  item.row.line = number_;
  item.row.type = name;
  item.row.value = found.value;
  item.row.notes = shown_text(note, options_.max_note_bytes);
  item.row.sightings = sightings_of(found);
}

void line_items::leave_out(std::string_view text, line_reason reason) {
  list_item& item = items_.emplace_back();
  item.line = number_;
  item.reason = reason;
  item.text = shown_text(text);
}

} // namespace isacbot::domain
