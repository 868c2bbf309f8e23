#include "storage/audit_table.hpp"

#include "storage/binary.hpp"
#include "storage/keys.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::storage {

namespace {

constexpr std::size_t hash_bytes = 32;
constexpr std::uint8_t head_version = 1;

std::string kind_prefix(keys::audit_kind kind) {
  return std::string(1, static_cast<char>(kind));
}

error broken(std::uint64_t sequence, std::string_view what) {
  return fail(ec::corrupted, "audit row " + std::to_string(sequence) + " " + std::string(what),
              "keep the database as evidence and compare it with a backup");
}

} // namespace

/// Where the chain begins and ends. Sealed: only the holder of the master key can move the end.
struct audit_table::head {
  std::uint64_t first = 1;                          ///< sequence of the oldest row kept
  std::uint64_t next = 1;                           ///< sequence of the row to come
  std::string hash = std::string(hash_bytes, '\0'); ///< of the newest row
  std::optional<std::string> stored;                ///< as it stands in the store
};

void audit_table::add(write_batch& batch, const audit_event& event) const {
  std::string unique(8, '\0');
  random_->fill(std::as_writable_bytes(std::span(unique)));
  std::string key = keys::audit_pending(event.when, unique);
  std::string sealed = vault_->seal(tables::audit, key, encode(event).reveal());
  batch.put(tables::audit, std::move(key), std::move(sealed));
}

/// Over what the row says, not over how it is sealed: a change of the master key leaves the chain as it is.
std::string audit_table::hash_of_row(std::string_view key, std::string_view before,
                                     std::string_view event) const {
  return vault_->mac("audit chain", {key, before, event});
}

result<audit_event> audit_table::open(std::string_view key, std::string_view sealed) const {
  result<secret> plain = vault_->unseal(tables::audit, key, sealed);
  if (!plain)
    return plain.error();
  return decode_audit_event(plain->reveal());
}

result<audit_table::head> audit_table::read_head() const {
  std::string key = keys::audit_head();
  result<std::optional<std::string>> stored = store_->get(tables::audit, key);
  if (!stored)
    return stored.error();
  head found;
  if (!*stored)
    return found;
  result<secret> plain = vault_->unseal(tables::audit, key, **stored);
  if (!plain)
    return plain.error();
  byte_reader in(plain->reveal());
  bool known = in.u8() == head_version;
  found.first = in.u64();
  found.next = in.u64();
  found.hash = in.text();
  if (!known || !in.finished() || found.hash.size() != hash_bytes)
    return fail(ec::corrupted, "the head of the audit chain is unreadable", "restore the last backup");
  found.stored = std::move(*stored);
  return found;
}

result<std::size_t> audit_table::chain(write_batch& batch, std::size_t limit) const {
  result<head> end = read_head();
  if (!end)
    return end.error();
  std::vector<std::pair<std::string, std::string>> pending;
  std::string first = kind_prefix(keys::audit_kind::pending);
  result<void> scanned = store_->scan(tables::audit, first, end_of_prefix(first), [&](auto key, auto value) {
    if (pending.size() == limit)
      return false;
    pending.emplace_back(key, value);
    return true;
  });
  if (!scanned)
    return scanned.error();
  if (pending.empty())
    return std::size_t{0};

  for (auto& [pending_key, sealed] : pending) {
    result<secret> plain = vault_->unseal(tables::audit, pending_key, sealed);
    if (!plain)
      return plain.error();
    std::string key = keys::audit_chained(end->next++);
    std::string value = end->hash + vault_->seal(tables::audit, key, plain->reveal());
    end->hash = hash_of_row(key, end->hash, plain->reveal());
    batch.put(tables::audit, std::move(key), std::move(value));
    batch.erase(tables::audit, std::move(pending_key));
  }
  put_head(batch, std::move(*end));
  return pending.size();
}

void audit_table::put_head(write_batch& batch, head&& changed) const {
  byte_writer out;
  out.u8(head_version);
  out.u64(changed.first);
  out.u64(changed.next);
  out.text(changed.hash);
  std::string key = keys::audit_head();
  std::string sealed = vault_->seal(tables::audit, key, out.take().reveal());
  batch.expect(tables::audit, key, std::move(changed.stored));
  batch.put(tables::audit, std::move(key), std::move(sealed));
}

result<std::size_t> audit_table::prune(write_batch& batch, sys_time before, std::size_t limit) const {
  result<head> end = read_head();
  if (!end)
    return end.error();
  std::size_t pruned = 0;
  std::optional<error> fault;
  std::string first = kind_prefix(keys::audit_kind::chained);
  result<void> scanned = store_->scan(tables::audit, first, end_of_prefix(first), [&](auto key, auto value) {
    if (pruned == limit || end->first + 1 >= end->next || value.size() < hash_bytes)
      return false;
    result<audit_event> event = open(key, value.substr(hash_bytes));
    if (!event) {
      fault = event.error();
      return false;
    }
    if (event->when >= before || key != keys::audit_chained(end->first))
      return false;
    batch.erase(tables::audit, std::string(key));
    ++end->first;
    ++pruned;
    return true;
  });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  if (pruned > 0)
    put_head(batch, std::move(*end));
  return pruned;
}

result<audit_table::verification> audit_table::verify() const {
  result<head> end = read_head();
  if (!end)
    return end.error();
  verification seen;
  std::uint64_t expected = end->first;
  std::string hash;
  std::optional<error> fault;
  std::string first = kind_prefix(keys::audit_kind::chained);
  auto check_chained = [&](std::string_view key, std::string_view value) {
    if (key != keys::audit_chained(expected))
      fault = broken(expected, "is missing");
    else if (expected >= end->next)
      fault = broken(expected, "lies beyond the end of the chain");
    else if (value.size() < hash_bytes || (!hash.empty() && value.substr(0, hash_bytes) != hash))
      fault = broken(expected, "does not follow from the row before");
    if (fault)
      return false;
    result<secret> plain = vault_->unseal(tables::audit, key, value.substr(hash_bytes));
    if (!plain || !decode_audit_event(plain->reveal())) {
      fault = broken(expected, "cannot be opened");
      return false;
    }
    hash = hash_of_row(key, value.substr(0, hash_bytes), plain->reveal());
    ++expected;
    ++seen.rows;
    return true;
  };
  result<void> scanned = store_->scan(tables::audit, first, end_of_prefix(first), check_chained);
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  if (expected != end->next)
    return broken(expected, "is missing");
  if (seen.rows > 0 && hash != end->hash)
    return broken(expected - 1, "has been changed");

  first = kind_prefix(keys::audit_kind::pending);
  scanned = store_->scan(tables::audit, first, end_of_prefix(first), [&](auto key, auto value) {
    if (!open(key, value))
      fault = fail(ec::corrupted, "a pending audit row cannot be opened", "restore the last backup");
    ++seen.pending;
    return !fault;
  });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  return seen;
}

result<void>
audit_table::read(const std::function<bool(std::uint64_t sequence, const audit_event&)>& visit) const {
  std::optional<error> fault;
  std::string first = kind_prefix(keys::audit_kind::chained);
  result<void> scanned = store_->scan(tables::audit, first, end_of_prefix(first), [&](auto key, auto value) {
    key_reader reader(key);
    reader.byte();
    std::optional<std::uint64_t> sequence = reader.number64();
    if (!sequence || value.size() < hash_bytes) {
      fault = fail(ec::corrupted, "an audit row is unreadable", "run `isacbot audit verify`");
      return false;
    }
    result<audit_event> event = open(key, value.substr(hash_bytes));
    if (!event) {
      fault = event.error();
      return false;
    }
    return visit(*sequence, *event);
  });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  return {};
}

} // namespace isacbot::storage
