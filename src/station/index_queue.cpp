#include "station/index_queue.hpp"

#include "station/keys.hpp"
#include "station/record.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;

void write_time(record_writer& writer, const std::optional<sys_time>& time) {
  writer.number(time ? 1 : 0);
  if (time)
    writer.time(*time);
}

std::optional<sys_time> read_time(record_reader& reader) {
  return reader.number() != 0 ? std::optional(reader.time()) : std::nullopt;
}

void write_tags(record_writer& writer, const std::vector<trustar::tag>& tags) {
  writer.number(tags.size());
  for (const trustar::tag& t : tags)
    writer.text(t.name).text(t.enclave_id);
}

/// Counts come from the disk: a damaged one must not make us reserve the world.
template <class Read>
void read_many(record_reader& reader, std::size_t bytes, Read read) {
  std::uint64_t count = reader.number();
  for (std::uint64_t i = 0; i < count && i < bytes; ++i)
    read();
}

std::vector<trustar::tag> read_tags(record_reader& reader, std::size_t bytes) {
  std::vector<trustar::tag> tags;
  read_many(reader, bytes, [&] {
    std::string name = reader.text();
    tags.push_back({std::move(name), reader.text(), ""});
  });
  return tags;
}

void write_place(record_writer& writer, const enclave& where) {
  writer.text(where.id).number(where.number);
}

enclave read_place(record_reader& reader) {
  enclave where;
  where.id = reader.text();
  where.number = static_cast<std::uint32_t>(reader.number());
  return where;
}

typed_row read_row(record_reader& reader, std::size_t bytes) {
  typed_row row;
  row.type = reader.text();
  row.value = reader.text();
  row.submitted.first_seen = read_time(reader);
  row.submitted.last_seen = read_time(reader);
  row.submitted.sightings = reader.number();
  row.submitted.source = reader.text();
  row.submitted.notes = reader.text();
  row.submitted.tags = read_tags(reader, bytes);
  return row;
}

} // namespace

void put_pending(storage::write_batch& batch, const pending_submission& what) {
  record_writer writer(version);
  writer.time(what.applied).number(what.enclaves.size());
  for (const enclave& where : what.enclaves)
    write_place(writer, where);
  write_tags(writer, what.tags);
  writer.number(what.rows.size());
  for (const typed_row& row : what.rows) {
    writer.text(row.type).text(row.value);
    write_time(writer, row.submitted.first_seen);
    write_time(writer, row.submitted.last_seen);
    writer.number(row.submitted.sightings.value_or(1)).text(row.submitted.source).text(row.submitted.notes);
    write_tags(writer, row.submitted.tags);
  }
  batch.put(tables::pending_submissions, keys::pending_submission(what.order, what.id), writer.take());
}

result<pending_submission> decode_pending_submission(std::string_view key, std::string_view bytes) {
  storage::key_reader at(key);
  auto order = at.number64();
  auto id = at.text();
  record_reader reader(bytes, version);
  pending_submission what;
  what.order = order.value_or(0);
  what.id = id.value_or(std::string());
  what.applied = reader.time();
  read_many(reader, bytes.size(), [&] { what.enclaves.push_back(read_place(reader)); });
  what.tags = read_tags(reader, bytes.size());
  read_many(reader, bytes.size(), [&] { what.rows.push_back(read_row(reader, bytes.size())); });
  if (auto ok = reader.check("pending submission"); !ok || !order || !id)
    return fail(ec::corrupted, "a stored pending submission is damaged");
  return what;
}

void put_pending(storage::write_batch& batch, const pending_report& what) {
  record_writer writer(version);
  write_place(writer, what.where);
  batch.put(tables::pending_reports, keys::text(what.id), writer.time(what.stamp).take());
}

result<pending_report> decode_pending_report(std::string_view key, std::string_view bytes) {
  auto id = storage::key_reader(key).text();
  record_reader reader(bytes, version);
  pending_report what;
  what.id = id.value_or(std::string());
  what.where = read_place(reader);
  what.stamp = reader.time();
  if (auto ok = reader.check("pending report"); !ok || !id)
    return fail(ec::corrupted, "a stored pending report is damaged");
  return what;
}

namespace {

result<queue_place> find_place_of(const storage::kv_store& store, storage::table queue,
                                  const std::string& key) {
  auto waits = store.get(queue, key);
  if (!waits)
    return waits.error();
  if (*waits)
    return queue_place::waiting;
  auto aside = store.get(tables::set_aside, keys::set_aside(queue, key));
  if (!aside)
    return aside.error();
  return *aside ? queue_place::set_aside : queue_place::done;
}

} // namespace

result<queue_place> find_place(const storage::kv_store& store, std::string_view submission_id,
                               std::uint64_t order) {
  return find_place_of(store, tables::pending_submissions, keys::pending_submission(order, submission_id));
}

result<queue_place> find_report_place(const storage::kv_store& store, std::string_view report_id) {
  return find_place_of(store, tables::pending_reports, keys::text(report_id));
}

result<void> set_aside(storage::kv_store& store, storage::table queue, const std::string& key,
                       const std::string& bytes) {
  storage::write_batch batch;
  batch.expect(queue, key, bytes);
  batch.put(tables::set_aside, keys::set_aside(queue, key), bytes);
  batch.erase(queue, key);
  return store.write(batch, storage::sync::yes);
}

result<void> bring_back(storage::kv_store& store) {
  storage::write_batch batch;
  auto scanned = store.scan(tables::set_aside, "", "", [&](std::string_view key, std::string_view bytes) {
    storage::key_reader reader(key);
    auto queue = static_cast<storage::table>(reader.number32().value_or(0));
    if (queue == tables::pending_submissions || queue == tables::pending_reports) {
      std::string queue_key(key.substr(keys::set_aside(queue, "").size()));
      auto waits = store.get(queue, queue_key);
      if (waits && !*waits) // else a later change of the report waits already
        batch.put(queue, queue_key, std::string(bytes));
    }
    batch.erase(tables::set_aside, std::string(key));
    return true;
  });
  if (!scanned)
    return scanned.error();
  return batch.empty() ? result<void>() : store.write(batch, storage::sync::yes);
}

result<std::uint64_t> count_set_aside(const storage::kv_store& store) {
  std::uint64_t count = 0;
  auto scanned = store.scan(tables::set_aside, "", "", [&](auto, auto) {
    ++count;
    return true;
  });
  if (!scanned)
    return scanned.error();
  return count;
}

std::string encode(const indexed_report& what) {
  record_writer writer(version);
  write_place(writer, what.where);
  writer.number(what.number).time(what.created).time(what.updated).text(what.text_hash);
  return writer.text(encode(what.observables)).take();
}

result<indexed_report> decode_indexed_report(std::string_view bytes) {
  record_reader reader(bytes, version);
  indexed_report what;
  what.where = read_place(reader);
  what.number = static_cast<std::uint32_t>(reader.number());
  what.created = reader.time();
  what.updated = reader.time();
  what.text_hash = reader.text();
  std::string observables = reader.text();
  if (auto ok = reader.check("indexed report"); !ok)
    return ok.error();
  auto decoded = decode_observables(observables);
  if (!decoded)
    return decoded.error();
  what.observables = std::move(*decoded);
  return what;
}

} // namespace isacbot::station
