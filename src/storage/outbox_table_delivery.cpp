/// Parts on their way to Station; acceptance and receipts stand in outbox_table.cpp.
#include "storage/late_additions.hpp"
#include "storage/outbox_table.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::storage {

namespace {

using domain::part_state;

std::string kind_prefix(keys::index_kind kind) {
  return std::string(1, static_cast<char>(kind));
}

std::string audit_subject(const domain::part& part) {
  return part.idempotency_key();
}

/// What the audit log calls a change to this state; nullptr: nothing worth an entry.
const char* audit_action(part_state state) {
  switch (state) {
  case part_state::settled:
    return "part_settled";
  case part_state::buried:
    return "part_buried";
  case part_state::parked:
    return "part_parked";
  case part_state::held:
    return "part_held";
  case part_state::queued:
  case part_state::sent:
    return nullptr;
  }
  return nullptr;
}

error no_such_part(const submission_id& id, std::string_view number) {
  return fail(ec::not_found, "no part " + std::string(number) + " of submission " + id.value);
}

/// The index entry of a part, or nullopt for a settled one, which nobody has to find.
std::optional<std::string> index_key(const member& owner, const std::string& part_key, part_state state) {
  switch (state) {
  case part_state::queued:
  case part_state::sent:
    return keys::index(keys::index_kind::due, part_key);
  case part_state::parked:
    return keys::parked(owner, part_key);
  case part_state::held:
    return keys::index(keys::index_kind::held, part_key);
  case part_state::buried:
    return keys::index(keys::index_kind::buried, part_key);
  case part_state::settled:
    return std::nullopt;
  }
  return std::nullopt;
}

} // namespace

// -- reading -----------------------------------------------------------------------------------------------

result<stored_part> outbox_table::open_part(std::string_view key, std::string_view sealed) const {
  result<secret> plain = vault_->unseal(tables::parts, key, sealed);
  if (!plain)
    return plain.error();
  return decode_stored_part(plain->reveal());
}

/// Reads the parts that index entries in [first, end of prefix) point to.
result<std::vector<domain::part>> outbox_table::indexed(const std::string& prefix, std::string_view first,
                                                        std::size_t limit) const {
  std::vector<std::string> part_keys;
  // A parked entry has the owner between kind and part key; `prefix` holds both, so what follows is the key.
  result<void> scanned =
      store_->scan(tables::outbox_index, first, end_of_prefix(prefix), [&](std::string_view key, auto) {
        if (part_keys.size() == limit)
          return false;
        part_keys.emplace_back(key.substr(prefix.size()));
        return true;
      });
  if (!scanned)
    return scanned.error();
  std::vector<domain::part> parts;
  for (const std::string& key : part_keys) {
    result<std::optional<std::string>> sealed = store_->get(tables::parts, key);
    if (!sealed)
      return sealed.error();
    if (!*sealed)
      continue; // replaced since the scan
    result<stored_part> part = open_part(key, **sealed);
    if (!part)
      return part.error();
    parts.push_back(std::move(part->part));
  }
  return parts;
}

result<std::vector<domain::part>> outbox_table::due(std::size_t limit, const domain::part* after) const {
  std::string prefix = kind_prefix(keys::index_kind::due);
  std::string first = prefix;
  if (after != nullptr) {
    result<std::string> key = keys::part(after->submission, after->number);
    if (!key)
      return key.error();
    first = keys::index(keys::index_kind::due, *key) + '\0'; // the smallest key behind it
  }
  return indexed(prefix, first, limit);
}

result<std::vector<domain::part>> outbox_table::parked(const member& owner, std::size_t limit) const {
  std::string prefix = keys::parked(owner, {});
  return indexed(prefix, prefix, limit);
}

result<std::vector<domain::part>> outbox_table::held(std::size_t limit) const {
  std::string prefix = kind_prefix(keys::index_kind::held);
  return indexed(prefix, prefix, limit);
}

result<std::vector<domain::part>> outbox_table::buried(std::size_t limit) const {
  std::string prefix = kind_prefix(keys::index_kind::buried);
  return indexed(prefix, prefix, limit);
}

result<std::uint64_t> outbox_table::due_before(const submission_id& id) const {
  std::uint64_t parts = 0;
  result<void> scanned = store_->scan(tables::outbox_index, kind_prefix(keys::index_kind::due),
                                      keys::index(keys::index_kind::due, keys::submission(id)),
                                      [&](auto, auto) { return ++parts > 0; });
  if (!scanned)
    return scanned.error();
  return parts;
}

result<outbox_depth> outbox_table::depth() const {
  outbox_depth depth;
  result<void> scanned = store_->scan(tables::outbox_index, {}, {}, [&](std::string_view key, auto) {
    switch (static_cast<keys::index_kind>(key.empty() ? '\0' : key.front())) {
    case keys::index_kind::due:
      ++depth.due;
      break;
    case keys::index_kind::parked:
      ++depth.parked;
      break;
    case keys::index_kind::held:
      ++depth.held;
      break;
    case keys::index_kind::buried:
      ++depth.buried;
      break;
    case keys::index_kind::unprocessed:
      return false; // the last kind: nothing of interest follows
    }
    return true;
  });
  if (!scanned)
    return scanned.error();
  return depth;
}

result<domain::part> outbox_table::part(const submission_id& id, std::string_view number) const {
  result<std::string> key = keys::part(id, number);
  if (!key)
    return no_such_part(id, number);
  result<std::optional<std::string>> sealed = store_->get(tables::parts, *key);
  if (!sealed)
    return sealed.error();
  if (!*sealed)
    return no_such_part(id, number);
  result<stored_part> part = open_part(*key, **sealed);
  if (!part)
    return part.error();
  return std::move(part->part);
}

result<secret> outbox_table::load_at(std::string_view part_key) const {
  result<std::optional<std::string>> sealed = store_->get(tables::part_rows, part_key);
  if (!sealed)
    return sealed.error();
  if (!*sealed)
    return fail(ec::not_found, "this part has nothing to send any more");
  return vault_->unseal(tables::part_rows, part_key, **sealed);
}

result<std::vector<domain::indicator_row>> outbox_table::rows_at(std::string_view part_key) const {
  result<secret> load = load_at(part_key);
  if (!load)
    return load.error();
  result<std::vector<domain::indicator_row>> rows = decode_rows(load->reveal());
  result<std::optional<std::string>> sealed = store_->get(tables::parts, part_key);
  if (!rows || !sealed || !*sealed)
    return rows && !sealed ? sealed.error() : std::move(rows);
  result<stored_part> part = open_part(part_key, **sealed);
  if (!part)
    return part.error();
  const std::string& known = part->known;
  for (std::size_t i = 0; i < std::min(rows->size(), known.size() * 8); ++i)
    if (((static_cast<unsigned char>(known[i / 8]) >> (i % 8)) & 1U) != 0)
      (*rows)[i].known = true;
  if (!apply_late(part->late, *rows, part->late_note_bytes))
    return fail(ec::corrupted, "what was joined to the rows of a part does not fit them",
                "restore the last backup");
  return rows;
}

result<domain::report_content> outbox_table::report(const domain::part& part) const {
  result<std::string> key = keys::part(part.submission, part.number);
  if (!key)
    return no_such_part(part.submission, part.number);
  result<secret> load = load_at(*key);
  if (!load)
    return load.error();
  return decode_report(load->reveal());
}

result<std::vector<domain::indicator_row>> outbox_table::rows(const domain::part& part) const {
  result<std::string> key = keys::part(part.submission, part.number);
  if (!key)
    return no_such_part(part.submission, part.number);
  return rows_at(*key);
}

// -- writing -----------------------------------------------------------------------------------------------

void outbox_table::put_part(write_batch& batch, const std::string& key, const stored_part& value) const {
  batch.put(tables::parts, key, vault_->seal(tables::parts, key, encode(value).reveal()));
}

void outbox_table::put_index(write_batch& batch, const member& owner, const std::string& part_key,
                             part_state state) const {
  if (std::optional<std::string> key = index_key(owner, part_key, state))
    batch.put(tables::outbox_index, std::move(*key), {});
}

result<void> outbox_table::put_new_part(write_batch& batch, const domain::planned_part& part) const {
  if (part.header.rows != part.rows.size() || part.header.state != part_state::queued)
    return fail(ec::invalid_argument, "part " + part.header.number + " does not fit its rows");
  return put_new_part(batch, part.header, encode(part.rows));
}

result<void> outbox_table::put_new_part(write_batch& batch, const domain::part& header,
                                        const secret& load) const {
  result<std::string> key = keys::part(header.submission, header.number);
  if (!key)
    return key.error();
  stored_part fresh;
  fresh.part = header;
  put_part(batch, *key, fresh);
  batch.put(tables::part_rows, *key, vault_->seal(tables::part_rows, *key, load.reveal()));
  put_index(batch, {}, *key, part_state::queued);
  return {};
}

result<outbox_table::current_part> outbox_table::current(const domain::part& part) const {
  result<std::string> key = keys::part(part.submission, part.number);
  if (!key)
    return no_such_part(part.submission, part.number);
  result<std::optional<std::string>> stored = store_->get(tables::parts, *key);
  if (!stored)
    return stored.error();
  result<std::optional<domain::submission>> submission = find_submission(part.submission);
  if (!submission)
    return submission.error();
  if (!*stored || !*submission)
    return no_such_part(part.submission, part.number);
  result<stored_part> value = open_part(*key, **stored);
  if (!value)
    return value.error();
  if (value->part.state == part_state::settled)
    return fail(ec::conflict, "part " + part.idempotency_key() + " is settled already");
  return current_part{std::move(*key), std::move(**stored), std::move(*value), std::move(**submission)};
}

void outbox_table::begin_change(write_batch& batch, const current_part& before) const {
  batch.expect(tables::parts, before.key, before.stored);
  if (std::optional<std::string> old = index_key(before.submission.who, before.key, before.value.part.state))
    batch.erase(tables::outbox_index, std::move(*old));
}

result<void> outbox_table::save(write_batch& batch, const domain::part& part, sys_time now) const {
  if (part.state == part_state::settled)
    return fail(ec::invalid_argument, "a part is settled by settle or refuse, together with its rows");
  result<current_part> before = current(part);
  if (!before)
    return before.error();
  begin_change(batch, *before);
  bool changed = before->value.part.state != part.state;
  stored_part after = before->value;
  after.part = part;
  if (part.state != part_state::buried)
    after.finished.reset();
  else if (changed)
    after.finished = now;
  put_part(batch, before->key, after);
  put_index(batch, before->submission.who, before->key, part.state);
  if (const char* action = audit_action(part.state); action != nullptr && changed)
    note(batch, before->submission, action, audit_subject(part), part.last_error, now);
  return {};
}

result<void> outbox_table::settle(write_batch& batch, const domain::part& part, sys_time now) const {
  return finish(batch, part, outcome::taken, domain::line_reason::refused_by_station, now);
}

result<void> outbox_table::refuse(write_batch& batch, const domain::part& part, domain::line_reason reason,
                                  sys_time now) const {
  return finish(batch, part, outcome::refused, reason, now);
}

result<void> outbox_table::finish(write_batch& batch, const domain::part& part, outcome how,
                                  domain::line_reason reason, sys_time now) const {
  result<current_part> before = current(part);
  if (!before)
    return before.error();
  stored_part after;
  after.part = part;
  after.reason = reason;
  after.finished = now;
  after.part.state = part_state::settled;
  if (how == outcome::refused) {
    result<std::vector<domain::indicator_row>> rows = rows_at(before->key);
    if (!rows)
      return rows.error();
    after.refused = std::move(*rows);
  }
  begin_change(batch, *before);
  put_part(batch, before->key, after);
  batch.erase(tables::part_rows, before->key);
  note(batch, before->submission, how == outcome::taken ? audit_action(part_state::settled) : "part_refused",
       audit_subject(part), how == outcome::taken ? part.station_submission_id : part.last_error, now);
  return {};
}

result<void> outbox_table::replace(write_batch& batch, const domain::part& whole,
                                   std::span<const domain::planned_part> pieces, sys_time now) const {
  result<current_part> before = current(whole);
  if (!before)
    return before.error();
  std::uint64_t rows = 0;
  std::vector<new_part> parts;
  for (const domain::planned_part& piece : pieces) {
    if (piece.header.submission != whole.submission || piece.header.rows != piece.rows.size() ||
        piece.header.state != part_state::queued)
      return fail(ec::invalid_argument, "a piece does not fit part " + whole.number + " or its own rows");
    rows += piece.rows.size();
    parts.push_back({piece.header, encode(piece.rows)});
  }
  if (rows != before->value.part.rows)
    return fail(ec::invalid_argument, "the pieces of part " + whole.number + " do not hold its rows");
  return put_pieces(batch, *before, parts, now);
}

result<void> outbox_table::replace_report(write_batch& batch, const domain::part& whole,
                                          std::span<const domain::report_piece> pieces, sys_time now) const {
  result<current_part> before = current(whole);
  if (!before)
    return before.error();
  if (before->submission.kind != domain::submission_kind::report)
    return fail(ec::invalid_argument, "part " + whole.number + " is no report");
  std::vector<new_part> parts;
  for (const domain::report_piece& piece : pieces) {
    domain::part header;
    header.submission = whole.submission;
    header.number = piece.number;
    header.rows = 1;
    parts.push_back({std::move(header), encode(piece.content)});
  }
  return put_pieces(batch, *before, parts, now);
}

result<void> outbox_table::put_pieces(write_batch& batch, const current_part& whole,
                                      std::span<const new_part> pieces, sys_time now) const {
  begin_change(batch, whole);
  batch.erase(tables::parts, whole.key);
  batch.erase(tables::part_rows, whole.key);
  std::string numbers;
  for (const new_part& piece : pieces) {
    result<std::string> key = keys::part(piece.header.submission, piece.header.number);
    if (!key)
      return key.error();
    batch.expect(tables::parts, std::move(*key), std::nullopt);
    if (result<void> put = put_new_part(batch, piece.header, piece.load); !put)
      return put.error();
    numbers.append(numbers.empty() ? "" : ", ").append(piece.header.number);
  }
  note(batch, whole.submission, "part_split", audit_subject(whole.value.part), "into " + numbers, now);
  return {};
}

} // namespace isacbot::storage
