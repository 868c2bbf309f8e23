#include "domain/lists/item_maker.hpp"

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

observables::options reading(const indicator_list_options& options, observables::loose_forms loose) {
  observables::options out;
  out.dress = options.dress;
  out.tlds = options.tlds;
  out.malware = options.malware;
  out.loose = loose;
  return out;
}

/// A field that is nothing but a value is meant as one, however it is written.
observables::options reading_values(const indicator_list_options& options) {
  observables::options out = reading(options, observables::loose_forms::on);
  out.noise_hashes = true;
  return out;
}

observables::scanner::view view_of(const observable& x) noexcept {
  return {x.kind, x.value, x.raw, x.offset, x.count, x.flags};
}

} // namespace

item_maker::item_maker(const indicator_list_options& options, bool loose, item_sink sink)
    : options_(options),
      sink_(std::move(sink)),
      single_(reading_values(options)),
      prose_(reading(options, loose ? observables::loose_forms::on : observables::loose_forms::off)) {
  for (std::size_t i = 0; i < on_the_wire_.size(); ++i)
    on_the_wire_[i] = trustar::wire_type(observables::to_string(static_cast<type>(i))).has_value();
}

bool item_maker::is_value(std::string_view field) {
  const auto value = single_.find(field);
  return value && !is_prose_like(value->kind);
}

result<void> item_maker::add_line(std::uint32_t number, std::string_view line) {
  const line_parts parts = split_comment(line);
  if (parts.content.empty())
    return {}; // blank, or a comment only
  number_ = number;
  details_ = nullptr;
  const std::uint64_t before = made_;
  if (const auto whole = single_.find(parts.content))
    return add_whole(*whole, parts.comment);
  auto fields = add_fields(split_fields(parts.content), parts.comment);
  if (!fields)
    return fields.error();
  if (!*fields)
    if (auto added = add_prose(parts.content, {}); !added)
      return added;
  return made_ == before ? refuse(number, parts.content, line_reason::not_understood) : result<void>{};
}

result<void> item_maker::add_value(std::uint32_t number, std::string_view field,
                                   const indicator_row& details) {
  number_ = number;
  details_ = &details;
  const std::uint64_t before = made_;
  if (const auto whole = single_.find(field))
    return add_whole(*whole, {});
  if (auto added = add_prose(field, {}); !added)
    return added;
  return made_ == before ? refuse(number, field, line_reason::not_understood) : result<void>{};
}

/// "value, value", "value, note", in any mixture that begins with a value. @returns false if it doesn't
result<bool> item_maker::add_fields(const std::vector<std::string_view>& fields, std::string_view comment) {
  if (fields.empty())
    return false;
  auto first = single_.parse(fields.front());
  if (!first)
    return false;
  // Notes go to the value before them, so a value waits until its notes are known.
  observable pending = std::move(*first);
  std::string note{comment};
  for (std::size_t i = 1; i < fields.size(); ++i) {
    auto value = single_.parse(fields[i]);
    if (value && !is_prose_like(value->kind)) {
      if (auto added = add_whole(view_of(pending), std::exchange(note, {})); !added)
        return added.error();
      pending = std::move(*value);
      continue;
    }
    note += (note.empty() ? "" : ", ");
    note += fields[i];
    find_in_note(fields[i]);
  }
  if (auto added = add_whole(view_of(pending), note); !added)
    return added.error();
  for (const observable& found : std::exchange(in_notes_, {}))
    if (auto added = add(view_of(found), {}); !added)
      return added.error();
  return true;
}

/// A value inside a note ("resolved from bad.example.net") is handed in too; nothing is dropped silently.
void item_maker::find_in_note(std::string_view note) {
  for (observable& found : observables::extract(note, prose_))
    if (!is_prose_like(found.kind) && trustar::wire_type(observables::to_string(found.kind)))
      in_notes_.push_back(std::move(found));
}

result<void> item_maker::add_prose(std::string_view text, std::string_view note) {
  for (const observable& found : observables::extract(text, prose_))
    if (auto added = add(view_of(found), note); !added)
      return added;
  return {};
}

/// A value and the hashes inside of it: a vendor's link or a sample's file name is handed in with its hash.
result<void> item_maker::add_whole(const observables::scanner::view& whole, std::string_view note) {
  if (auto added = add(whole, note); !added)
    return added;
  if (!whole.flags.reference && whole.kind != type::software)
    return {};
  for (const observable& inner : observables::extract(whole.raw, prose_))
    if (is_hash(inner.kind))
      if (auto added = add(view_of(inner), note); !added)
        return added;
  return {};
}

/// A rule that may be overridden. One box is enough to send a value: a special address whose owner insists is
/// not looked for on the safelist.
std::optional<line_reason> item_maker::withheld_because(const observables::scanner::view& found) const {
  if (found.flags.special && !options_.send_special)
    return line_reason::special_address;
  if (found.flags.special && options_.special_overridden)
    return std::nullopt;
  if (options_.safelisted && options_.safelisted->contains(observables::to_string(found.kind), found.value))
    return line_reason::safelisted;
  return std::nullopt;
}

result<void> item_maker::add(const observables::scanner::view& found, std::string_view note) {
  if (found.value.size() > options_.max_value_bytes)
    return refuse(number_, found.raw, line_reason::too_long);
  if (!on_the_wire_[static_cast<std::size_t>(found.kind)])
    return withhold(number_, found.raw, line_reason::no_wire_type);
  const auto reason = withheld_because(found);
  if (reason && !options_.keep_withheld)
    return withhold(number_, found.raw, *reason);
  ++made_;
  list_item item;
  item.line = number_;
  if (reason) {
    item.reason = reason;
    item.text = shown_text(found.raw);
    item.row_kept = true;
  }
  indicator_row& row = item.row;
  if (details_ != nullptr)
    row = *details_;
  row.line = number_;
  row.type = observables::to_string(found.kind);
  row.value = found.value;
  if (!note.empty())
    join_notes(row.notes, shown_text(note, options_.max_note_bytes), options_.max_note_bytes);
  row.sightings = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(row.sightings * std::max<std::uint64_t>(found.count, 1), 1, max_sightings));
  return sink_(std::move(item));
}

result<void> item_maker::withhold(std::uint32_t number, std::string_view text, line_reason reason) {
  return drop(number, text, reason);
}

result<void> item_maker::refuse(std::uint32_t number, std::string_view text, line_reason reason) {
  return drop(number, text, reason);
}

result<void> item_maker::drop(std::uint32_t number, std::string_view text, line_reason reason) {
  ++made_;
  list_item item;
  item.line = number;
  item.reason = reason;
  item.text = shown_text(text);
  return sink_(std::move(item));
}

} // namespace isacbot::domain
