#include "storage/schema.hpp"

#include "storage/keys.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace isacbot::storage {

namespace {

/// The mark is readable text, "<product> <version>", so that a person with a hex dump sees what lies there.
std::string mark(std::string_view product, std::uint32_t version) {
  return std::string(product) + " " + std::to_string(version);
}

std::string mark_key() {
  return keys::meta("schema");
}

result<bool> is_empty(const kv_store& store) {
  bool empty = true;
  for (unsigned number = 0; number <= 0xFF && empty; ++number) {
    result<void> scanned = store.scan(static_cast<table>(number), {}, {}, [&](auto, auto) {
      empty = false;
      return false;
    });
    if (!scanned)
      return scanned.error();
  }
  return empty;
}

result<void> migrate(kv_store& store, const schema& wanted, std::uint32_t version) {
  while (version < wanted.version) {
    auto step = std::find_if(wanted.migrations.begin(), wanted.migrations.end(),
                             [&](const migration& m) { return m.from == version; });
    if (step == wanted.migrations.end())
      return fail(ec::schema_mismatch,
                  "the database has layout version " + std::to_string(version) + ", this program needs " +
                      std::to_string(wanted.version) + " and cannot migrate from that",
                  "migrate with an earlier release first");
    write_batch batch;
    if (result<void> applied = step->apply(store, batch); !applied)
      return applied.error();
    batch.expect(tables::meta, mark_key(), mark(wanted.product, version));
    batch.put(tables::meta, mark_key(), mark(wanted.product, ++version));
    if (result<void> written = store.write(batch, sync::yes); !written)
      return written.error();
  }
  return {};
}

} // namespace

result<void> open_schema(kv_store& store, const schema& wanted) {
  result<std::optional<std::string>> found = store.get(tables::meta, mark_key());
  if (!found)
    return found.error();
  if (!*found) {
    result<bool> empty = is_empty(store);
    if (!empty)
      return empty.error();
    if (!*empty)
      return fail(ec::corrupted, "the database has rows but no schema mark",
                  "this is no database of isacbot, or a damaged one: check the path or restore a backup");
    write_batch batch;
    batch.expect(tables::meta, mark_key(), std::nullopt);
    batch.put(tables::meta, mark_key(), mark(wanted.product, wanted.version));
    return store.write(batch, sync::yes);
  }

  std::string_view text = **found;
  std::size_t blank = text.rfind(' ');
  std::string_view digits = blank == std::string_view::npos ? "" : text.substr(blank + 1);
  std::uint32_t version = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (problem != std::errc{} || end != digits.data() + digits.size())
    return fail(ec::corrupted, "the schema mark of the database is unreadable", "restore a backup");
  if (text.substr(0, blank) != wanted.product)
    return fail(ec::schema_mismatch,
                "the database belongs to '" + std::string(text.substr(0, std::min(blank, std::size_t{40}))) +
                    "', not to '" + std::string(wanted.product) + "'",
                "give each of storage.path and station.path a directory of its own");
  if (version > wanted.version)
    return fail(ec::schema_mismatch,
                "the database was written by a newer release (layout version " + std::to_string(version) +
                    ", this program knows " + std::to_string(wanted.version) + ")",
                "start the newer release, or restore a backup made before the upgrade");
  return migrate(store, wanted, version);
}

} // namespace isacbot::storage
