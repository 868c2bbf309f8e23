#include "storage/member_removal.hpp"

#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/journal_table.hpp"
#include "storage/keys.hpp"
#include "storage/stored_values.hpp"

#include <limits>
#include <optional>
#include <set>
#include <string>

namespace isacbot::storage {

namespace {

/// Tables whose keys start with a submission.
constexpr table by_submission[] = {tables::submissions, tables::parts, tables::part_rows};

constexpr keys::index_kind kinds[] = {keys::index_kind::due, keys::index_kind::parked,
                                      keys::index_kind::buried, keys::index_kind::held,
                                      keys::index_kind::unprocessed};

/// The submission that an index key is about.
std::optional<std::string> submission_of(keys::index_kind kind, std::string_view key) {
  key_reader reader(key.substr(1));
  if (kind == keys::index_kind::parked) { // its owner comes first
    reader.text();
    reader.text();
  }
  return reader.text();
}

std::string kind_prefix(keys::index_kind kind) {
  return std::string(1, static_cast<char>(kind));
}

} // namespace

result<member_traces> find_traces(const kv_store& store, const vault& sealer, const member& who) {
  member_traces traces;
  auto registered = store.get(tables::credentials, keys::of_member(who));
  if (!registered)
    return registered.error();
  traces.registered = registered->has_value();

  std::string prefix = keys::of_member(who);
  auto scanned = store.scan(tables::drafts, prefix, end_of_prefix(prefix), [&](auto, auto) {
    ++traces.drafts;
    return true;
  });
  if (!scanned)
    return scanned.error();
  auto entries = journal_table(store, sealer).list(std::numeric_limits<std::size_t>::max());
  if (!entries)
    return entries.error();
  for (const journal_entry& entry : *entries)
    traces.commands += entry.who == who ? 1 : 0;

  std::optional<error> fault;
  std::set<std::string> theirs;
  scanned = store.scan(tables::submissions, {}, {}, [&](std::string_view key, std::string_view sealed) {
    auto plain = sealer.unseal(tables::submissions, key, sealed);
    auto header = plain ? decode_submission_header(plain->reveal()) : plain.error();
    if (!header)
      fault = header.error();
    else if (header->submission.who == who) {
      traces.submissions.push_back(header->submission.id);
      theirs.insert(header->submission.id.value);
    }
    return !fault;
  });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;

  std::set<std::string> undelivered;
  for (keys::index_kind kind : {keys::index_kind::due, keys::index_kind::parked, keys::index_kind::held}) {
    prefix = kind_prefix(kind);
    scanned =
        store.scan(tables::outbox_index, prefix, end_of_prefix(prefix), [&](std::string_view key, auto) {
          if (auto id = submission_of(kind, key); id && theirs.contains(*id))
            undelivered.insert(*id);
          return true;
        });
    if (!scanned)
      return scanned.error();
  }
  for (const std::string& id : undelivered)
    traces.undelivered.emplace_back(id);
  return traces;
}

result<void> remove_submission(write_batch& batch, const kv_store& store, const submission_id& id) {
  std::string prefix = keys::submission(id);
  for (table t : by_submission) {
    auto scanned = store.scan(t, prefix, end_of_prefix(prefix), [&](std::string_view key, auto) {
      batch.erase(t, std::string(key));
      return true;
    });
    if (!scanned)
      return scanned.error();
  }
  for (keys::index_kind kind : kinds) {
    // All but the parked ones start with the submission; those are few.
    std::string first = kind_prefix(kind) + (kind == keys::index_kind::parked ? std::string() : prefix);
    auto scanned =
        store.scan(tables::outbox_index, first, end_of_prefix(first), [&](std::string_view key, auto) {
          if (submission_of(kind, key) == id.value)
            batch.erase(tables::outbox_index, std::string(key));
          return true;
        });
    if (!scanned)
      return scanned.error();
  }
  return {};
}

result<void> remove_member(write_batch& batch, const kv_store& store, const vault& sealer,
                           const member& who) {
  journal_table journal(store, sealer);
  auto entries = journal.list(std::numeric_limits<std::size_t>::max());
  if (!entries)
    return entries.error();
  for (const journal_entry& entry : *entries)
    if (entry.who == who)
      journal.erase(batch, entry.id);
  if (auto erased = drafts_table(store, sealer).erase_all(batch, who); !erased)
    return erased.error();
  credentials_table(store, sealer).erase(batch, who);
  return {};
}

} // namespace isacbot::storage
