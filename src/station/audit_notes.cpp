#include "station/audit_notes.hpp"

#include "station/keys.hpp"
#include "station/record.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t longest_detail = 500;
constexpr std::size_t shown_key_characters = 4;

} // namespace

audit_note make_note(const user& who, sys_time when, std::string action, std::string subject,
                     std::string detail) {
  if (detail.size() > longest_detail)
    detail = detail.substr(0, longest_detail) + "...";
  std::size_t hidden = who.key.size() - std::min(who.key.size(), shown_key_characters);
  return {when, "station/" + who.name + " (..." + who.key.substr(hidden) + ")", std::move(action),
          std::move(subject), std::move(detail)};
}

result<void> write_note(storage::kv_store& store, const audit_note& note, random_source& random) {
  record_writer writer(version);
  writer.time(note.when).text(note.actor).text(note.action).text(note.subject).text(note.detail);
  storage::write_batch batch;
  batch.put(tables::audit_notes, keys::by_time(note.when, random_uuid(random)), writer.take());
  return store.write(batch, storage::sync::yes);
}

result<std::vector<waiting_note>> read_notes(const storage::kv_store& store, std::size_t limit) {
  std::vector<waiting_note> notes;
  result<void> outcome;
  auto scanned = store.scan(tables::audit_notes, "", "", [&](std::string_view key, std::string_view bytes) {
    record_reader reader(bytes, version);
    audit_note note;
    note.when = reader.time();
    note.actor = reader.text();
    note.action = reader.text();
    note.subject = reader.text();
    note.detail = reader.text();
    outcome = reader.check("audit note");
    if (outcome)
      notes.push_back({std::string(key), std::move(note)});
    return outcome.has_value() && notes.size() < limit;
  });
  if (!scanned || !outcome)
    return scanned ? outcome.error() : scanned.error();
  return notes;
}

result<void> erase_notes(storage::kv_store& store, const std::vector<waiting_note>& carried) {
  storage::write_batch batch;
  for (const waiting_note& one : carried)
    batch.erase(tables::audit_notes, one.key);
  return batch.empty() ? result<void>() : store.write(batch, storage::sync::yes);
}

result<std::uint64_t> count_notes(const storage::kv_store& store) {
  std::uint64_t count = 0;
  auto scanned = store.scan(tables::audit_notes, "", "", [&](auto, auto) {
    ++count;
    return true;
  });
  if (!scanned)
    return scanned.error();
  return count;
}

} // namespace isacbot::station
