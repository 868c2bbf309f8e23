#include "domain/list_intake.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

constexpr std::size_t usual_rows = 1'024; // of the first chunk, for its allocation
constexpr std::size_t looked_ahead = 64;  // values whose places are fetched together

void put_text(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (unsigned i = 0; i < 4; ++i)
    out += static_cast<char>(size >> (8 * i));
  out += text;
}

void put_number(std::string& out, std::uint64_t number) {
  for (unsigned i = 0; i < 8; ++i)
    out += static_cast<char>(number >> (8 * i));
}

void put_time(std::string& out, const std::optional<sys_time>& time) {
  out += time ? '\1' : '\0';
  if (time)
    put_number(out, static_cast<std::uint64_t>(to_epoch_ms(*time)));
}

} // namespace

list_intake::list_intake(const intake_options& options, intake_sink sink)
    : options_(options),
      sink_(std::move(sink)),
      print_(options.key),
      first_number_{0} {}

result<void> list_intake::add(std::span<list_item> items) {
  std::array<fingerprint, looked_ahead> prints;
  while (!items.empty()) {
    const std::span<list_item> now = items.first(std::min(items.size(), looked_ahead));
    items = items.subspan(now.size());
    for (std::size_t i = 0; i < now.size(); ++i)
      if (!now[i].reason) {
        prints[i] = print_.whole(now[i].row.type, now[i].row.value);
        values_.prefetch(print_of(prints[i]));
      }
    for (std::size_t i = 0; i < now.size(); ++i) {
      ++totals_.counts.handed_in;
      if (now[i].reason)
        leave_out(std::move(now[i]));
      else if (result<void> added = add_row(std::move(now[i].row), prints[i]); !added)
        return added;
    }
  }
  return {};
}

void list_intake::leave_out(list_item&& item) {
  const bool refused = !is_withheld(*item.reason);
  ++(refused ? totals_.counts.refused : totals_.counts.withheld);
  ++reasons_[static_cast<std::size_t>(*item.reason)];
  std::vector<line_report>& lines = refused ? totals_.refused : totals_.withheld;
  if (lines.size() < options_.max_lines)
    lines.push_back({item.line, std::move(item.text), *item.reason});
}

result<void> list_intake::add_row(indicator_row&& row, const fingerprint& value) {
  if (values_.size() >= value_set::max_size)
    return fail(ec::too_large, "the list has too many values", "hand it in as several lists");
  add_to_digest(row, value);
  const auto [number, fresh] = values_.insert(print_of(value));
  if (!fresh)
    return join(number, std::move(row));
  ++totals_.counts.accepted;
  count_type(row.type);
  const std::size_t size = options_.limits.size_of(row);
  const bool full = open_.size() >= std::max<std::size_t>(options_.limits.max_rows, 1);
  const std::size_t room =
      options_.limits.max_body_bytes - std::min(open_bytes_, options_.limits.max_body_bytes);
  if (!open_.empty() && (full || size > room))
    if (result<void> closed = close_chunk(); !closed)
      return closed;
  open_bytes_ += size;
  if (open_.capacity() == 0)
    open_.reserve(totals_.chunk_rows.empty() ? std::min(options_.limits.max_rows, usual_rows)
                                             : totals_.chunk_rows.back());
  open_.push_back(std::move(row));
  return {};
}

result<void> list_intake::join(std::uint32_t number, indicator_row&& row) {
  ++totals_.counts.merged;
  row_addition addition = to_addition(std::move(row));
  if (number >= first_number_.back()) {
    merge_into(open_[number - first_number_.back()], addition, options_.max_note_bytes);
    return {};
  }
  const auto next = std::upper_bound(first_number_.begin(), first_number_.end(), number);
  const auto chunk = static_cast<std::uint32_t>(next - first_number_.begin()); // counted from 1
  return sink_.late({chunk, number - first_number_[chunk - 1], std::move(addition)});
}

result<void> list_intake::close_chunk() {
  intake_chunk chunk{static_cast<std::uint32_t>(first_number_.size()), std::exchange(open_, {}),
                     std::exchange(open_bytes_, 0)};
  const auto rows = static_cast<std::uint32_t>(chunk.rows.size());
  totals_.chunk_rows.push_back(rows);
  first_number_.push_back(first_number_.back() + rows);
  return sink_.chunk(std::move(chunk));
}

result<intake_totals> list_intake::finish() {
  if (!open_.empty())
    if (result<void> closed = close_chunk(); !closed)
      return closed.error();
  for (std::size_t i = 0; i < reasons_.size(); ++i)
    if (reasons_[i] > 0)
      totals_.reasons.push_back({static_cast<line_reason>(i), reasons_[i]});
  return std::move(totals_);
}

/// The sum of the rows' hashes does not depend on their order, and nobody without the key can make two lists
/// come to the same. A row that is nothing but its value stands for itself.
void list_intake::add_to_digest(const indicator_row& row, const fingerprint& value) {
  fingerprint one = value;
  if (row.sightings != 1 || row.first_seen || row.last_seen || !row.source.empty() || !row.notes.empty() ||
      !row.tags.empty()) {
    buffer_.clear();
    put_number(buffer_, value.low);
    put_number(buffer_, value.high);
    for (const std::string* text : {&row.source, &row.notes})
      put_text(buffer_, *text);
    put_time(buffer_, row.first_seen);
    put_time(buffer_, row.last_seen);
    put_number(buffer_, row.sightings);
    for (const std::string& tag : row.tags)
      put_text(buffer_, tag);
    one = keyed_hash(options_.key, buffer_);
  }
  fingerprint& sum = totals_.content;
  sum.low += one.low;
  sum.high += one.high + (sum.low < one.low ? 1 : 0);
}

void list_intake::count_type(const std::string& name) {
  for (type_count& t : totals_.types)
    if (t.type == name) {
      ++t.count;
      return;
    }
  totals_.types.push_back({name, 1});
}

} // namespace isacbot::domain
