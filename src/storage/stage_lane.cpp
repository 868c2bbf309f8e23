#include "storage/stage_lane.hpp"

#include "storage/late_additions.hpp"
#include "storage/packed_rows.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace isacbot::storage {

namespace {

using domain::indicator_row;

constexpr std::size_t pages_at_once = 64;
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
/// More than this a part does not carry beside its rows.
constexpr std::size_t most_late_beside = std::size_t{8} << 10U;

error rows_are_gone() {
  return fail(ec::corrupted, "the rows of a staged list are gone", "hand the list in again");
}

domain::intake_options intake_options_of(const stage_options& options, const accepted_values& known) {
  domain::intake_options out;
  out.key = known.key();
  out.limits = options.limits;
  out.max_note_bytes = options.max_note_bytes;
  return out;
}

} // namespace

submission_id lane_run(const submission_id& id, std::size_t lane) {
  return lane == 0 ? id : submission_id{id.value + "/withheld" + std::to_string(lane)};
}

stage_lane::stage_lane(stage_context& context, std::size_t number)
    : context_(context),
      run_(lane_run(context.id, number)),
      intake_(intake_options_of(context.options, context.known_values),
              {[this](domain::intake_chunk&& chunk) { return take_chunk(std::move(chunk)); },
               [this](domain::late_addition&& late) { return take_late(std::move(late)); }}) {}

void stage_lane::put_rows(write_batch& batch, const std::string& number,
                          std::span<const indicator_row> rows) const {
  std::string key = keys::part(context_.id, number).value(); // our own numbers are well-formed
  std::string sealed = context_.sealer.seal(tables::part_rows, key, encode_packed(rows).reveal());
  batch.put(tables::part_rows, std::move(key), std::move(sealed));
}

/// The first chunk of the list brings the row that names it.
result<void> stage_lane::mark(write_batch& batch) {
  if (std::exchange(context_.marked, true))
    return {};
  batch.expect(tables::staging, keys::submission(context_.id), std::nullopt);
  batch.put(tables::staging, keys::submission(context_.id), context_.marker);
  result<bool> old = context_.known_values.has_old_rows(context_.enclave);
  if (!old)
    return old.error();
  context_.check_old_rows = *old;
  return {};
}

result<void> stage_lane::take_chunk(domain::intake_chunk&& chunk) {
  write_batch batch;
  if (result<void> marked = mark(batch); !marked)
    return marked;
  if (context_.check_old_rows)
    for (indicator_row& row : chunk.rows) {
      result<bool> known =
          context_.known_values.find_old_row(context_.enclave, row.type, row.value, context_.since);
      if (!known)
        return known.error();
      known_.push_back(*known);
    }
  staged_chunk& staged = chunks_.emplace_back();
  staged.number = ++context_.chunks;
  const std::string number = std::to_string(staged.number);
  put_rows(batch, number, chunk.rows);
  staged.parts.push_back({number, static_cast<std::uint32_t>(chunk.rows.size()), {}});
  staged.body_bytes = chunk.bytes;
  return context_.write(std::move(batch));
}

result<void> stage_lane::take_late(domain::late_addition&& late) {
  staged_chunk& chunk = chunks_[late.chunk - 1];
  const std::size_t before = chunk.late.size();
  append_late(chunk.late, late.row, late.what);
  const std::size_t size = chunk.late.size() - before;
  chunk.late_bytes += size;
  late_size_ += size;
  if (!late.what.source.empty() || !late.what.notes.empty() || !late.what.tags.empty()) {
    indicator_row longer; // what it would take alone is more than what it adds
    longer.source = std::move(late.what.source);
    longer.notes = std::move(late.what.notes);
    longer.tags = std::move(late.what.tags);
    chunk.body_bytes += context_.options.limits.size_of(longer);
  }
  return late_size_ < context_.options.late_bytes ? result<void>{} : stage_late();
}

result<void> stage_lane::stage_late() {
  write_batch batch;
  for (staged_chunk& chunk : chunks_) {
    if (chunk.late.empty())
      continue;
    std::string key = keys::late_additions(context_.id, chunk.number, ++chunk.late_rows);
    std::string sealed = context_.sealer.seal(tables::late_additions, key, chunk.late);
    batch.put(tables::late_additions, std::move(key), std::move(sealed));
    chunk.late = {};
  }
  late_size_ = 0;
  return context_.write(std::move(batch));
}

// -- closing -----------------------------------------------------------------------------------------------

result<bool> stage_lane::close_some() {
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
    result<bool> last = join_late();
    if (!last)
      return last;
    if (*last)
      phase_ = phase::known;
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

/// Up to the next chunk that something has to be written for. @returns whether there was none
result<bool> stage_lane::join_late() {
  for (; next_chunk_ < chunks_.size(); ++next_chunk_) {
    staged_chunk& chunk = chunks_[next_chunk_];
    if (chunk.late_bytes == 0)
      continue;
    const bool beside =
        chunk.late_bytes <= most_late_beside && chunk.body_bytes <= context_.options.limits.max_body_bytes;
    if (beside && chunk.late_rows == 0) {
      chunk.parts.front().late = std::move(chunk.late);
      continue;
    }
    ++next_chunk_;
    if (result<void> done = beside ? keep_late_beside(chunk) : add_late_to_rows(chunk); !done)
      return done.error();
    return false;
  }
  return true;
}

/// What was staged of a chunk's late additions, in its order; their rows are erased.
result<void> stage_lane::read_late(const staged_chunk& chunk, write_batch& batch,
                                   const std::function<bool(std::string_view)>& take) const {
  for (std::uint32_t sequence = 1; sequence <= chunk.late_rows; ++sequence) {
    std::string key = keys::late_additions(context_.id, chunk.number, sequence);
    result<std::optional<std::string>> stored = context_.store.get(tables::late_additions, key);
    if (!stored)
      return stored.error();
    if (!*stored)
      return rows_are_gone();
    result<secret> additions = context_.sealer.unseal(tables::late_additions, key, **stored);
    if (!additions)
      return additions.error();
    if (!take(additions->reveal()))
      return rows_are_gone();
    batch.erase(tables::late_additions, std::move(key));
  }
  return take(chunk.late) ? result<void>{} : rows_are_gone();
}

result<void> stage_lane::keep_late_beside(staged_chunk& chunk) {
  write_batch batch;
  std::string all;
  result<void> read = read_late(chunk, batch, [&](std::string_view bytes) {
    all.append(bytes);
    return true;
  });
  if (!read)
    return read;
  chunk.parts.front().late = std::move(all);
  chunk.late = {};
  return context_.write(std::move(batch));
}

result<std::vector<indicator_row>> stage_lane::read_rows(const std::string& key) const {
  result<std::optional<std::string>> stored = context_.store.get(tables::part_rows, key);
  if (!stored)
    return stored.error();
  if (!*stored)
    return rows_are_gone();
  result<secret> plain = context_.sealer.unseal(tables::part_rows, key, **stored);
  if (!plain)
    return plain.error();
  return decode_packed(plain->reveal());
}

result<void> stage_lane::add_late_to_rows(staged_chunk& chunk) {
  const std::string key = keys::part(context_.id, chunk.parts.front().number).value();
  result<std::vector<indicator_row>> rows = read_rows(key);
  if (!rows)
    return rows.error();
  write_batch batch;
  result<void> read = read_late(chunk, batch, [&](std::string_view bytes) {
    return apply_late(bytes, *rows, context_.options.max_note_bytes);
  });
  if (!read)
    return read;
  chunk.late = {};
  domain::planned_part whole;
  whole.header.submission = context_.id;
  whole.header.number = chunk.parts.front().number;
  whole.rows = std::move(*rows);
  chunk.parts.clear();
  batch.erase(tables::part_rows, key);
  if (result<void> put = put_pieces(batch, chunk, std::move(whole)); !put)
    return put;
  return context_.write(std::move(batch));
}

/// Rows that have outgrown one call become two parts, under numbers that are theirs for good.
result<void> stage_lane::put_pieces(write_batch& batch, staged_chunk& chunk, domain::planned_part whole) {
  std::size_t bytes = 0;
  for (const indicator_row& row : whole.rows)
    bytes += context_.options.limits.size_of(row);
  if (bytes > context_.options.limits.max_body_bytes && whole.rows.size() > 1) {
    result<std::pair<domain::planned_part, domain::planned_part>> halves = domain::halve(std::move(whole));
    if (!halves)
      return halves.error();
    if (result<void> put = put_pieces(batch, chunk, std::move(halves->first)); !put)
      return put;
    return put_pieces(batch, chunk, std::move(halves->second));
  }
  put_rows(batch, whole.header.number, whole.rows);
  chunk.parts.push_back({whole.header.number, static_cast<std::uint32_t>(whole.rows.size()), {}});
  return {};
}

result<void> stage_lane::find_known() {
  result<std::vector<bool>> found =
      context_.known_values.find(context_.enclave, context_.since, intake_.values());
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

result<bool> stage_lane::stage_prints() {
  write_batch batch;
  std::vector<domain::value_print> prints;
  domain::value_set::cursor& next = *next_print_;
  for (std::size_t pages = 0; pages < pages_at_once && !next.at_end(); ++pages) {
    prints.clear();
    for (; !next.at_end() && prints.size() < prints_per_page; ++next)
      prints.push_back(next->print());
    accepted_values::add_page(batch, context_.enclave, run_, prints);
  }
  if (!batch.empty())
    if (result<void> written = context_.write(std::move(batch)); !written)
      return written.error();
  return next.at_end();
}

std::string stage_lane::known_bits(std::uint32_t first, std::uint32_t rows) const {
  std::string bits((rows + 7) / 8, '\0');
  bool any = false;
  for (std::uint32_t i = 0; i < rows; ++i)
    if (known_[first + i]) {
      any = true;
      bits[i / 8] = static_cast<char>(static_cast<unsigned char>(bits[i / 8]) | (1U << (i % 8)));
    }
  return any ? bits : std::string{};
}

void stage_lane::accept(write_batch& batch, sys_time when, std::vector<stored_part>& parts) const {
  std::uint32_t first = 0;
  for (const staged_chunk& chunk : chunks_)
    for (const staged_part& piece : chunk.parts) {
      stored_part& part = parts.emplace_back();
      part.part.submission = context_.id;
      part.part.number = piece.number;
      part.part.rows = piece.rows;
      part.known = known_bits(first, piece.rows);
      part.late = piece.late;
      part.late_note_bytes =
          piece.late.empty() ? 0 : static_cast<std::uint32_t>(context_.options.max_note_bytes);
      first += piece.rows;
    }
  if (!chunks_.empty())
    accepted_values::publish_pages(batch, context_.enclave, run_, when);
}

result<void> stage_lane::discard(write_batch& batch) const {
  for (const staged_chunk& chunk : chunks_)
    for (const staged_part& piece : chunk.parts)
      batch.erase(tables::part_rows, keys::part(context_.id, piece.number).value());
  result<std::size_t> erased = context_.known_values.erase_pages(batch, context_.enclave, run_, no_limit);
  return erased ? result<void>{} : erased.error();
}

result<void> stage_lane::read_first(std::size_t limit, std::vector<indicator_row>& rows) const {
  for (const staged_chunk& chunk : chunks_)
    for (const staged_part& piece : chunk.parts) {
      if (rows.size() >= limit)
        return {};
      result<std::vector<indicator_row>> more = read_rows(keys::part(context_.id, piece.number).value());
      if (!more)
        return more.error();
      if (!apply_late(piece.late, *more, context_.options.max_note_bytes))
        return rows_are_gone();
      more->resize(std::min(more->size(), limit - rows.size()));
      std::move(more->begin(), more->end(), std::back_inserter(rows));
    }
  return {};
}

} // namespace isacbot::storage
