#include "domain/indicator_list.hpp"

#include "domain/line_fields.hpp"
#include "domain/line_text.hpp"
#include "protocol/slack/text.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

namespace isacbot::domain {

namespace {

using observables::observable;
using observables::type;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Names out of lists: in a value they are meant, in a note they are mostly talk.
bool is_prose_like(type kind) noexcept {
  return kind == type::malware || kind == type::software;
}

bool is_hash(type kind) noexcept {
  return kind == type::md5 || kind == type::sha1 || kind == type::sha256 || kind == type::sha512;
}

/// What makes two rows the same. File names and registry keys keep their case, but are compared without it.
std::string merge_key(type kind, std::string_view value) {
  std::string key{observables::to_string(kind)};
  key += '|';
  key += value;
  if (kind == type::software || kind == type::registry_key)
    for (char& c : key)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c - 'A' + 'a');
  return key;
}

class list_builder {
 public:
  explicit list_builder(const indicator_list_options& options, bool short_text) : options_(options) {
    single_.dress = prose_.dress = options.dress;
    single_.tlds = prose_.tlds = options.tlds;
    single_.malware = prose_.malware = options.malware;
    // A field that is nothing but a value is meant as one, however it is written.
    single_.loose = observables::loose_forms::on;
    single_.noise_hashes = true;
    prose_.loose = short_text ? observables::loose_forms::on : observables::loose_forms::off;
  }

  void add_line(std::uint32_t number, std::string_view line) {
    const line_parts parts = split_comment(line);
    if (parts.content.empty())
      return; // blank, or a comment only
    number_ = number;
    const std::uint64_t before = list_.counts.handed_in;
    if (const auto whole = observables::parse_value(parts.content, single_))
      add_whole(*whole, parts.comment);
    else if (!add_fields(split_fields(parts.content), parts.comment))
      for (const observable& found : observables::extract(parts.content, prose_))
        add(found, {});
    if (list_.counts.handed_in == before)
      refuse(parts.content, line_reason::not_understood);
  }

  indicator_list finish() && {
    for (std::size_t i = 0; i < reasons_.size(); ++i)
      if (reasons_[i] > 0)
        list_.reasons.push_back({static_cast<line_reason>(i), reasons_[i]});
    return std::move(list_);
  }

 private:
  /// "value", "value, value", "value, note", in any mixture that begins with a value.
  bool add_fields(const std::vector<std::string_view>& fields, std::string_view comment) {
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
  void found_in_note(std::string_view note) {
    for (observable& found : observables::extract(note, prose_))
      if (!is_prose_like(found.kind) && trustar::wire_type(observables::to_string(found.kind)))
        in_notes_.push_back(std::move(found));
  }

  /// A value and the hashes inside of it: a vendor's link or a sample's file name is handed in with its hash.
  void add_whole(const observable& whole, std::string_view note) {
    add(whole, note);
    if (!whole.flags.reference && whole.kind != type::software)
      return;
    for (const observable& inner : observables::extract(whole.raw, prose_))
      if (is_hash(inner.kind))
        add(inner, note);
  }

  void add(const observable& found, std::string_view note) {
    const std::string_view name = observables::to_string(found.kind);
    if (found.value.size() > options_.max_value_bytes)
      return refuse(found.raw, line_reason::too_long);
    if (!trustar::wire_type(name))
      return withhold(found.raw, line_reason::no_wire_type);
    if (!options_.send_special && (found.flags.special || observables::is_special(found.kind, found.value)))
      return withhold(found.raw, line_reason::special_address);
    ++list_.counts.handed_in;
    const auto [at, fresh] = index_.try_emplace(merge_key(found.kind, found.value), list_.rows.size());
    if (!fresh)
      return join(list_.rows[at->second], found, note);
    ++list_.counts.accepted;
    indicator_row& row = list_.rows.emplace_back();
    row.line = number_;
    row.type = name;
    row.value = found.value;
    row.notes = shown_text(note, options_.max_note_bytes);
    row.sightings = sightings_of(found);
    count_type(row.type);
  }

  static std::uint32_t sightings_of(const observable& found) noexcept {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(found.count, 1, 1'000'000'000));
  }

  void join(indicator_row& row, const observable& found, std::string_view note) {
    ++list_.counts.merged;
    row.sightings = std::min<std::uint32_t>(row.sightings + sightings_of(found), 1'000'000'000);
    const std::string text = shown_text(note, options_.max_note_bytes);
    if (text.empty() || row.notes.find(text) != std::string::npos)
      return;
    const std::string_view between = row.notes.empty() ? "" : "; ";
    if (row.notes.size() + between.size() + text.size() <= options_.max_note_bytes)
      row.notes.append(between).append(text);
  }

  void withhold(std::string_view text, line_reason reason) {
    ++list_.counts.handed_in;
    ++list_.counts.withheld;
    ++reasons_[static_cast<std::size_t>(reason)];
    list_.withheld.push_back({number_, shown_text(text), reason});
  }

  void refuse(std::string_view text, line_reason reason) {
    ++list_.counts.handed_in;
    ++list_.counts.refused;
    ++reasons_[static_cast<std::size_t>(reason)];
    list_.refused.push_back({number_, shown_text(text), reason});
  }

  void count_type(const std::string& name) {
    for (type_count& t : list_.types)
      if (t.type == name) {
        ++t.count;
        return;
      }
    list_.types.push_back({name, 1});
  }

  const indicator_list_options& options_;
  observables::options single_;
  observables::options prose_;
  indicator_list list_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<observable> in_notes_;
  std::array<std::uint64_t, line_reason_count> reasons_{};
  std::uint32_t number_ = 0;
};

} // namespace

result<indicator_list> parse_indicator_list(std::string_view text, const indicator_list_options& options) {
  if (text.size() > options.max_bytes)
    return fail(ec::too_large, "the list has more than " + std::to_string(options.max_bytes) + " bytes",
                "hand it in as several lists");
  constexpr std::size_t short_text = 2'048; // below this, talk between the values is no danger
  if (options.dress == observables::dialect::slack) {
    indicator_list_options undressed = options;
    undressed.dress = observables::dialect::automatic;
    return parse_indicator_list(slack::normalise_text(text), undressed);
  }
  list_builder builder(options, text.size() < short_text);
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  for (std::uint32_t number = 1; !text.empty(); ++number)
    builder.add_line(number, take_line(text));
  return std::move(builder).finish();
}

void mark_known(std::span<indicator_row> rows, counts& totals, const known_predicate& known) {
  for (indicator_row& row : rows) {
    if (row.known) {
      --totals.merged;
      ++totals.accepted;
    }
    row.known = known(row);
    if (row.known) {
      --totals.accepted;
      ++totals.merged;
    }
  }
}

} // namespace isacbot::domain
