#include "station/submission_log.hpp"

#include "core/bytes.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"

#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t forget_at_once = 32;

std::string encode(const submission_record& r) {
  record_writer writer(version);
  writer.text(r.id).number(r.company).text(r.user_key).text(r.idempotency_key).text(r.content_hash);
  writer.time(r.applied).number(r.order).number(r.accepted).texts(r.enclave_ids).number(r.skipped.size());
  for (const trustar::skipped_row& s : r.skipped)
    writer.number(s.row).text(s.value).text(s.reason);
  return writer.take();
}

result<submission_record> decode_submission(std::string_view bytes) {
  record_reader reader(bytes, version);
  submission_record r;
  r.id = reader.text();
  r.company = static_cast<std::uint32_t>(reader.number());
  r.user_key = reader.text();
  r.idempotency_key = reader.text();
  r.content_hash = reader.text();
  r.applied = reader.time();
  r.order = reader.number();
  r.accepted = reader.number();
  r.enclave_ids = reader.texts();
  std::uint64_t skipped = reader.number();
  for (std::uint64_t i = 0; i < skipped && i < trustar::max_rows_per_submission; ++i) {
    auto row = static_cast<std::size_t>(reader.number());
    std::string value = reader.text();
    r.skipped.push_back({row, std::move(value), reader.text()});
  }
  if (auto ok = reader.check("submission"); !ok)
    return ok.error();
  return r;
}

std::string encode(const idempotency_record& r) {
  return record_writer(version).text(r.submission_id).text(r.content_hash).time(r.applied).take();
}

result<idempotency_record> decode_idempotency(std::string_view bytes) {
  record_reader reader(bytes, version);
  idempotency_record r;
  r.submission_id = reader.text();
  r.content_hash = reader.text();
  r.applied = reader.time();
  if (auto ok = reader.check("idempotency key"); !ok)
    return ok.error();
  return r;
}

void write_tags(record_writer& writer, const std::vector<trustar::tag>& tags) {
  writer.number(tags.size());
  for (const trustar::tag& t : tags)
    writer.text(t.name).text(t.enclave_id);
}

void write_time(record_writer& writer, const std::optional<sys_time>& time) {
  writer.number(time ? 1 : 0).time(time.value_or(sys_time{}));
}

} // namespace

std::string hash_content(const trustar::indicator_submission& submission) {
  record_writer writer(version);
  writer.texts(submission.enclave_ids);
  write_tags(writer, submission.tags);
  writer.number(submission.content.size());
  for (const trustar::submitted_row& row : submission.content) {
    writer.text(row.value).number(row.sightings.value_or(1)).text(row.source).text(row.notes);
    write_time(writer, row.first_seen);
    write_time(writer, row.last_seen);
    write_tags(writer, row.tags);
  }
  return sha256(writer.take());
}

void put_submission(storage::write_batch& batch, const submission_record& record) {
  batch.put(tables::submissions, keys::text(record.id), encode(record));
  batch.put(tables::submissions_by_time, keys::by_time(record.applied, record.id), "");
}

result<std::optional<submission_record>> find_submission(const storage::kv_store& store,
                                                         std::string_view id) {
  auto bytes = store.get(tables::submissions, keys::text(id));
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<submission_record>();
  auto record = decode_submission(**bytes);
  if (!record)
    return record.error();
  return std::optional(std::move(*record));
}

result<std::vector<submission_record>> list_submissions(const storage::kv_store& store) {
  std::vector<std::string> ids;
  auto scanned = store.scan(tables::submissions_by_time, "", "", [&](std::string_view key, std::string_view) {
    storage::key_reader reader(key);
    reader.time();
    ids.push_back(reader.text().value_or(std::string()));
    return true;
  });
  if (!scanned)
    return scanned.error();
  std::vector<submission_record> all;
  for (const std::string& id : ids) {
    auto record = find_submission(store, id);
    if (!record)
      return record.error();
    if (!*record)
      return fail(ec::corrupted, "the submission log names a submission that is not there");
    all.push_back(std::move(**record));
  }
  return all;
}

result<remembered> find_idempotency(const storage::kv_store& store, std::uint32_t company,
                                    std::string_view key, sys_time now, milliseconds memory) {
  auto bytes = store.get(tables::idempotency, keys::idempotency(company, key));
  if (!bytes)
    return bytes.error();
  remembered out{std::nullopt, *bytes};
  if (!out.raw)
    return out;
  auto record = decode_idempotency(*out.raw);
  if (!record)
    return record.error();
  if (now < record->applied + memory)
    out.record = std::move(*record);
  return out;
}

void put_idempotency(storage::write_batch& batch, const submission_record& record, const remembered& before,
                     milliseconds memory) {
  std::string key = keys::idempotency(record.company, record.idempotency_key);
  batch.expect(tables::idempotency, key, before.raw);
  batch.put(tables::idempotency, std::move(key),
            encode(idempotency_record{record.id, record.content_hash, record.applied}));
  batch.put(tables::idempotency_expiry,
            keys::idempotency_expiry(record.applied + memory, record.company, record.idempotency_key), "");
}

result<void> forget_expired(storage::write_batch& batch, const storage::kv_store& store, sys_time now,
                            milliseconds memory) {
  std::vector<std::string> due;
  auto scanned = store.scan(tables::idempotency_expiry, "", storage::key_builder{}.time(now).take(),
                            [&](std::string_view key, std::string_view) {
                              due.emplace_back(key);
                              return due.size() < forget_at_once;
                            });
  if (!scanned)
    return scanned.error();
  for (std::string& expiry_key : due) {
    storage::key_reader reader(expiry_key);
    reader.time();
    auto company = reader.number32();
    auto key = reader.text();
    if (!company || !key)
      return fail(ec::corrupted, "the list of idempotency keys is damaged");
    auto found = find_idempotency(store, *company, *key, now, memory);
    if (!found)
      return found.error();
    if (!found->record) // used again since: the younger entry has an expiry of its own
      batch.erase(tables::idempotency, keys::idempotency(*company, *key));
    batch.erase(tables::idempotency_expiry, std::move(expiry_key));
  }
  return {};
}

} // namespace isacbot::station
