#include "storage/list_stage.hpp"

#include "storage/binary.hpp"
#include "storage/packed_rows.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::storage {

namespace {

using domain::indicator_row;

constexpr std::uint8_t version = 1;
constexpr std::size_t pages_at_once = 64;

enum class stage_state : std::uint8_t { open, abandoned };

std::string encode_marker(stage_state state, sys_time opened, const enclave_id& enclave) {
  byte_writer out;
  out.u8(version);
  out.u8(static_cast<std::uint8_t>(state));
  out.time(opened);
  out.text(enclave.value);
  return std::string(out.take().reveal());
}

struct stage_marker {
  stage_state state = stage_state::open;
  sys_time opened{};
  enclave_id enclave;
};

result<stage_marker> decode_marker(std::string_view bytes) {
  byte_reader in(bytes);
  if (in.u8() != version)
    in.fault();
  stage_marker marker;
  marker.state = in.enumerator(stage_state::abandoned);
  marker.opened = in.time();
  marker.enclave.value = in.text();
  if (!in.finished())
    return fail(ec::corrupted, "the row of a staged list is unreadable", "restore the last backup");
  return marker;
}

void append(std::string& out, const domain::late_addition& late) {
  byte_writer one;
  one.u32(late.row);
  for (const std::string* text : {&late.what.source, &late.what.notes})
    one.text(*text);
  one.texts(late.what.tags);
  one.time(late.what.first_seen);
  one.time(late.what.last_seen);
  one.u32(late.what.sightings);
  out.append(one.take().reveal());
}

/// Applies additions to the rows they belong to. @returns false when the bytes are no additions to these rows
bool apply(std::string_view bytes, std::vector<indicator_row>& rows, std::size_t max_note_bytes) {
  byte_reader in(bytes);
  while (!in.finished()) {
    const std::uint32_t row = in.u32();
    domain::row_addition what;
    what.source = in.text();
    what.notes = in.text();
    what.tags = in.texts();
    what.first_seen = in.optional_time();
    what.last_seen = in.optional_time();
    what.sightings = in.u32();
    if (!in.ok() || row >= rows.size())
      return false;
    domain::merge_into(rows[row], what, max_note_bytes);
  }
  return true;
}

domain::intake_options intake_options_of(const stage_options& options, const accepted_values& known) {
  domain::intake_options out;
  out.key = known.key();
  out.limits = options.limits;
  out.max_note_bytes = options.max_note_bytes;
  return out;
}

} // namespace

list_stage::list_stage(const kv_store& store, const vault& sealer, const accepted_values& known_values,
                       submission_id id, enclave_id enclave, sys_time opened, sys_time since,
                       const stage_options& options, stage_writer write)
    : store_(&store),
      vault_(&sealer),
      known_values_(&known_values),
      id_(std::move(id)),
      enclave_(std::move(enclave)),
      since_(since),
      marker_(encode_marker(stage_state::open, opened, enclave_)),
      options_(options),
      write_(std::move(write)),
      intake_(intake_options_of(options, known_values),
              {[this](domain::intake_chunk&& chunk) { return take_chunk(std::move(chunk)); },
               [this](domain::late_addition&& late) { return take_late(std::move(late)); }}) {}

result<void> list_stage::add(domain::list_item&& item) {
  return intake_.add(std::move(item));
}

void list_stage::put_rows(write_batch& batch, const std::string& number,
                          std::span<const indicator_row> rows) const {
  std::string key = keys::part(id_, number).value(); // our own numbers are well-formed
  std::string sealed = vault_->seal(tables::part_rows, key, encode_packed(rows).reveal());
  batch.put(tables::part_rows, std::move(key), std::move(sealed));
}

result<void> list_stage::take_chunk(domain::intake_chunk&& chunk) {
  write_batch batch;
  if (!std::exchange(marked_, true)) {
    batch.expect(tables::staging, keys::submission(id_), std::nullopt);
    batch.put(tables::staging, keys::submission(id_), marker_);
    result<bool> old = known_values_->has_old_rows(enclave_);
    if (!old)
      return old.error();
    check_old_rows_ = *old;
  }
  if (check_old_rows_)
    for (indicator_row& row : chunk.rows) {
      result<bool> known = known_values_->find_old_row(enclave_, row.type, row.value, since_);
      if (!known)
        return known.error();
      known_.push_back(*known);
    }
  const std::string number = std::to_string(chunk.number);
  put_rows(batch, number, chunk.rows);
  parts_.push_back({{number, static_cast<std::uint32_t>(chunk.rows.size())}});
  return write_(std::move(batch));
}

result<void> list_stage::take_late(domain::late_addition&& late) {
  std::string& bytes = late_[late.chunk];
  const std::size_t before = bytes.size();
  append(bytes, late);
  late_size_ += bytes.size() - before;
  return late_size_ < options_.late_bytes ? result<void>{} : stage_late();
}

result<void> list_stage::stage_late() {
  write_batch batch;
  for (const auto& [chunk, bytes] : late_) {
    std::string key = keys::late_additions(id_, chunk, ++staged_late_[chunk]);
    std::string sealed = vault_->seal(tables::late_additions, key, bytes);
    batch.put(tables::late_additions, std::move(key), std::move(sealed));
  }
  late_.clear();
  late_size_ = 0;
  return write_(std::move(batch));
}

// -- closing -----------------------------------------------------------------------------------------------

result<bool> list_stage::close_some() {
  switch (phase_) {
  case phase::open: {
    result<domain::intake_totals> totals = intake_.finish();
    if (!totals)
      return totals.error();
    totals_ = std::move(*totals);
    phase_ = phase::late_rows;
    return false;
  }
  case phase::late_rows: {
    auto has_late = [&] { return late_.contains(next_chunk_) || staged_late_.contains(next_chunk_); };
    while (next_chunk_ <= parts_.size() && !has_late())
      ++next_chunk_;
    if (next_chunk_ > parts_.size()) {
      phase_ = phase::known;
      return false;
    }
    if (result<void> done = add_late_to_rows(next_chunk_++); !done)
      return done.error();
    return false;
  }
  case phase::known:
    if (result<void> found = find_known(); !found)
      return found.error();
    phase_ = phase::prints;
    next_print_.emplace(intake_.values());
    return false;
  case phase::prints: {
    result<bool> last = stage_prints();
    if (last && *last)
      phase_ = phase::closed;
    return last;
  }
  case phase::closed:
    break;
  }
  return true;
}

result<void> list_stage::add_late_to_rows(std::uint32_t chunk) {
  staged_part& only = parts_[chunk - 1].front();
  const std::string key = keys::part(id_, only.number).value();
  result<std::optional<std::string>> stored = store_->get(tables::part_rows, key);
  if (!stored)
    return stored.error();
  auto lost = [&] {
    return fail(ec::corrupted, "the rows of a staged list are gone", "hand the list in again");
  };
  if (!*stored)
    return lost();
  result<secret> plain = vault_->unseal(tables::part_rows, key, **stored);
  if (!plain)
    return plain.error();
  result<std::vector<indicator_row>> rows = decode_packed(plain->reveal());
  if (!rows)
    return rows.error();

  write_batch batch;
  for (std::uint32_t sequence = 1; sequence <= staged_late_[chunk]; ++sequence) {
    std::string late_key = keys::late_additions(id_, chunk, sequence);
    result<std::optional<std::string>> late = store_->get(tables::late_additions, late_key);
    if (!late)
      return late.error();
    if (!*late)
      return lost();
    result<secret> additions = vault_->unseal(tables::late_additions, late_key, **late);
    if (!additions)
      return additions.error();
    if (!apply(additions->reveal(), *rows, options_.max_note_bytes))
      return lost();
    batch.erase(tables::late_additions, std::move(late_key));
  }
  if (auto late = late_.find(chunk); late != late_.end()) {
    if (!apply(late->second, *rows, options_.max_note_bytes))
      return lost();
    late_.erase(late);
  }
  domain::planned_part whole;
  whole.header.submission = id_;
  whole.header.number = only.number;
  whole.rows = std::move(*rows);
  parts_[chunk - 1].clear();
  batch.erase(tables::part_rows, key);
  if (result<void> put = put_pieces(batch, std::move(whole)); !put)
    return put;
  return write_(std::move(batch));
}

/// Rows that have outgrown one call become two parts, under numbers that are theirs for good.
result<void> list_stage::put_pieces(write_batch& batch, domain::planned_part whole) {
  std::size_t bytes = 0;
  for (const indicator_row& row : whole.rows)
    bytes += options_.limits.size_of(row);
  if (bytes > options_.limits.max_body_bytes && whole.rows.size() > 1) {
    result<std::pair<domain::planned_part, domain::planned_part>> halves = domain::halve(std::move(whole));
    if (!halves)
      return halves.error();
    if (result<void> put = put_pieces(batch, std::move(halves->first)); !put)
      return put;
    return put_pieces(batch, std::move(halves->second));
  }
  put_rows(batch, whole.header.number, whole.rows);
  const std::string number = whole.header.number.substr(0, whole.header.number.find('.'));
  parts_[std::stoul(number) - 1].push_back(
      {whole.header.number, static_cast<std::uint32_t>(whole.rows.size())});
  return {};
}

result<void> list_stage::find_known() {
  result<std::vector<bool>> found = known_values_->find(enclave_, since_, intake_.values());
  if (!found)
    return found.error();
  for (std::size_t i = 0; i < known_.size(); ++i) // what layout 1 knew
    if (known_[i])
      (*found)[i] = true;
  known_ = std::move(*found);
  const auto known = static_cast<std::uint64_t>(std::count(known_.begin(), known_.end(), true));
  totals_.counts.accepted -= known;
  totals_.counts.merged += known;
  return {};
}

result<bool> list_stage::stage_prints() {
  write_batch batch;
  std::vector<domain::value_print> prints;
  domain::value_set::cursor& next = *next_print_;
  for (std::size_t pages = 0; pages < pages_at_once && !next.at_end(); ++pages) {
    prints.clear();
    for (; !next.at_end() && prints.size() < prints_per_page; ++next)
      prints.push_back(next->print());
    accepted_values::add_page(batch, enclave_, id_, prints);
  }
  if (!batch.empty())
    if (result<void> written = write_(std::move(batch)); !written)
      return written.error();
  return next.at_end();
}

std::string list_stage::known_bits(std::uint32_t first, std::uint32_t rows) const {
  std::string bits((rows + 7) / 8, '\0');
  bool any = false;
  for (std::uint32_t i = 0; i < rows; ++i)
    if (known_[first + i]) {
      any = true;
      bits[i / 8] = static_cast<char>(static_cast<unsigned char>(bits[i / 8]) | (1U << (i % 8)));
    }
  return any ? bits : std::string{};
}

std::vector<stored_part> list_stage::accept(write_batch& batch, sys_time when) const {
  std::vector<stored_part> parts;
  std::uint32_t first = 0;
  for (const std::vector<staged_part>& chunk : parts_)
    for (const staged_part& piece : chunk) {
      stored_part& part = parts.emplace_back();
      part.part.submission = id_;
      part.part.number = piece.number;
      part.part.rows = piece.rows;
      part.known = known_bits(first, piece.rows);
      first += piece.rows;
    }
  if (marked_) {
    batch.expect(tables::staging, keys::submission(id_), marker_);
    batch.erase(tables::staging, keys::submission(id_));
    accepted_values::publish_pages(batch, enclave_, id_, when);
  }
  return parts;
}

result<std::vector<indicator_row>> list_stage::first_rows(std::size_t limit) const {
  std::vector<indicator_row> rows;
  for (const std::vector<staged_part>& chunk : parts_)
    for (const staged_part& piece : chunk) {
      if (rows.size() >= limit)
        return rows;
      const std::string key = keys::part(id_, piece.number).value();
      result<std::optional<std::string>> stored = store_->get(tables::part_rows, key);
      if (!stored)
        return stored.error();
      if (!*stored)
        return fail(ec::corrupted, "the rows of a staged list are gone", "hand the list in again");
      result<secret> plain = vault_->unseal(tables::part_rows, key, **stored);
      if (!plain)
        return plain.error();
      result<std::vector<indicator_row>> more = decode_packed(plain->reveal());
      if (!more)
        return more.error();
      more->resize(std::min(more->size(), limit - rows.size()));
      std::move(more->begin(), more->end(), std::back_inserter(rows));
    }
  return rows;
}

void list_stage::abandon(write_batch& batch) const {
  if (!marked_)
    return;
  const std::string key = keys::submission(id_);
  batch.expect(tables::staging, key, marker_);
  result<stage_marker> marker = decode_marker(marker_);
  batch.put(tables::staging, key, encode_marker(stage_state::abandoned, marker->opened, enclave_));
}

// -- sweeping ----------------------------------------------------------------------------------------------

result<std::size_t> sweep_stages(const kv_store& store, write_batch& batch, sys_time opened_before,
                                 std::size_t limit) {
  // One stage at a time: the first that is over.
  std::optional<std::pair<std::string, std::string>> row;
  stage_marker marker;
  std::optional<error> fault;
  result<void> scanned =
      store.scan(tables::staging, {}, {}, [&](std::string_view key, std::string_view value) {
        result<stage_marker> read = decode_marker(value);
        if (!read) {
          fault = read.error();
          return false;
        }
        if (read->state == stage_state::open && read->opened >= opened_before)
          return true;
        row.emplace(key, value);
        marker = std::move(*read);
        return false;
      });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  if (!row)
    return std::size_t{0};
  auto& [key, value] = *row;
  batch.expect(tables::staging, key, value); // refused when it is accepted at this moment
  if (marker.state == stage_state::open) {
    // First nobody can accept it any more; its rows go with the next calls.
    batch.put(tables::staging, key, encode_marker(stage_state::abandoned, marker.opened, marker.enclave));
    return limit;
  }
  std::size_t erased = 0;
  const submission_id id{key_reader(key).text().value_or("")};
  const std::pair<table, std::string> places[] = {
      {tables::part_rows, key},
      {tables::late_additions, key},
      {tables::accepted_run_pages, keys::accepted_run(marker.enclave, id)}};
  for (const auto& [where, prefix] : places) {
    scanned = store.scan(where, prefix, end_of_prefix(prefix), [&, t = where](std::string_view found, auto) {
      if (erased == limit)
        return false;
      batch.erase(t, std::string(found));
      ++erased;
      return true;
    });
    if (!scanned)
      return scanned.error();
  }
  if (erased == limit)
    return limit;
  batch.erase(tables::staging, key);
  return std::max<std::size_t>(limit, 1); // there may be another stage
}

} // namespace isacbot::storage
