#include "storage/key_rotation.hpp"

#include "storage/keys.hpp"
#include "storage/master_key.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::storage {

namespace {

constexpr std::size_t rows_at_once = 64;
constexpr std::size_t bytes_at_once = std::size_t{4} << 20U;
constexpr int most_passes = 20; // each one is shorter: it finds what was written during the one before

constexpr table sealing_tables[] = {
    tables::credentials,  tables::journal,   tables::drafts,         tables::submissions, tables::parts,
    tables::part_rows,    tables::audit,     tables::installations,  tables::checkpoints, tables::misp_queue,
    tables::misp_records, tables::misp_dead, tables::late_additions,
};

struct outdated_row {
  table where;
  std::string key;
  std::string stored;
};

bool is_outdated(const vault& sealer, table t, std::string_view key, std::string_view value) {
  auto offset = sealed_offset(t, key);
  return offset && value.size() >= *offset && sealer.is_outdated(value.substr(*offset));
}

result<std::uint64_t> count_outdated(const kv_store& store, const vault& sealer) {
  std::uint64_t count = 0;
  for (table t : sealing_tables) {
    auto scanned = store.scan(t, {}, {}, [&](std::string_view key, std::string_view value) {
      count += is_outdated(sealer, t, key, value) ? 1 : 0;
      return true;
    });
    if (!scanned)
      return scanned.error();
  }
  return count;
}

/// The next outdated rows of a table behind `after`, which moves on.
result<std::vector<outdated_row>> take_some(const kv_store& store, const vault& sealer, table t,
                                            std::string& after) {
  std::vector<outdated_row> rows;
  std::size_t bytes = 0;
  auto scanned = store.scan(t, after, {}, [&](std::string_view key, std::string_view value) {
    if (is_outdated(sealer, t, key, value)) {
      bytes += value.size();
      rows.push_back({t, std::string(key), std::string(value)});
    }
    return rows.size() < rows_at_once && bytes < bytes_at_once;
  });
  if (!scanned)
    return scanned.error();
  if (!rows.empty())
    after = rows.back().key + '\0'; // the next key there can be
  return rows;
}

result<void> add_fresh(write_batch& batch, const vault& sealer, const outdated_row& row) {
  std::size_t offset = sealed_offset(row.where, row.key).value_or(0);
  auto plain = sealer.unseal(row.where, row.key, std::string_view(row.stored).substr(offset));
  if (!plain)
    return plain.error();
  std::string fresh = row.stored.substr(0, offset) + sealer.seal(row.where, row.key, plain->reveal());
  batch.expect(row.where, row.key, row.stored); // changed or erased meanwhile: that is the newer truth
  batch.put(row.where, row.key, std::move(fresh));
  return {};
}

/// @returns how many rows it re-encrypted; those that changed meanwhile are left to the next pass
result<std::uint64_t> refresh(std::span<const outdated_row> rows, const vault& sealer,
                              const rotation_work& work) {
  write_batch batch;
  for (const outdated_row& row : rows)
    if (auto added = add_fresh(batch, sealer, row); !added)
      return added.error();
  auto written = work.write(std::move(batch), sync::no);
  if (written)
    return rows.size();
  if (written.error().code != ec::precondition_failed)
    return written.error();
  if (rows.size() == 1)
    return std::uint64_t{0};
  auto first = refresh(rows.first(rows.size() / 2), sealer, work);
  auto second = first ? refresh(rows.subspan(rows.size() / 2), sealer, work) : first;
  if (!second)
    return second;
  return *first + *second;
}

/// One look at every row. @returns how many were outdated
result<std::uint64_t> pass(const kv_store& store, const vault& sealer, const rotation_work& work,
                           std::uint64_t& done, std::uint64_t total) {
  std::uint64_t found = 0;
  for (table t : sealing_tables) {
    std::string after;
    while (true) {
      if (work.stopping())
        return fail(ec::cancelled, "stopped before all rows were re-encrypted",
                    "run the same command again: it goes on where it stopped");
      auto rows = take_some(store, sealer, t, after);
      if (!rows)
        return rows.error();
      if (rows->empty())
        break;
      auto fresh = refresh(*rows, sealer, work);
      if (!fresh)
        return fresh;
      found += rows->size();
      done += *fresh;
      work.progress(std::min(done, total), total);
    }
  }
  return found;
}

result<std::uint64_t> refresh_all(const kv_store& store, const vault& sealer, const rotation_work& work) {
  auto total = count_outdated(store, sealer);
  if (!total)
    return total;
  work.progress(0, *total);
  std::uint64_t done = 0;
  for (int i = 0; i < most_passes; ++i) {
    auto found = pass(store, sealer, work, done, *total);
    if (!found)
      return found;
    if (*found == 0)
      return done;
  }
  return fail(ec::overloaded, "rows changed faster than they could be re-encrypted",
              "run the same command again when there is less to do");
}

} // namespace

std::optional<std::size_t> sealed_offset(table t, std::string_view key) {
  if (t == tables::drafts)
    return 8; // the time it expires
  if (t == tables::audit)
    return !key.empty() && key.front() == static_cast<char>(keys::audit_kind::chained) ? 32 : 0;
  if (std::find(std::begin(sealing_tables), std::end(sealing_tables), t) != std::end(sealing_tables))
    return 0;
  return std::nullopt;
}

result<std::uint64_t> rotate_master_key(const kv_store& store, vault& sealer, const secret& next,
                                        const rotation_work& work) {
  if (next.size() != master_key_bytes)
    return fail(ec::invalid_argument, "a master key has to have 32 bytes");
  bool same = sealer.seals_under(next);
  if (sealer.phase() == vault::rotation_phase::under_way && !same)
    return fail(ec::conflict, "a change to another master key has begun and is not finished",
                "name that key again to finish it, then change to this one");
  if (sealer.phase() != vault::rotation_phase::under_way) {
    if (same)
      return fail(ec::conflict, "this master key is in use already", "name a file with another key");
    // Rows that the change before this one left behind: their key is about to be forgotten.
    if (sealer.phase() == vault::rotation_phase::leftovers)
      if (auto left = refresh_all(store, sealer, work); !left)
        return left;
    write_batch batch;
    sealer.add_rotation(batch, next);
    if (auto written = work.write(std::move(batch), sync::yes); !written)
      return written.error();
    sealer.seal_under(next);
  }
  auto done = refresh_all(store, sealer, work);
  if (!done)
    return done;
  write_batch batch;
  sealer.add_rotation_end(batch);
  // Synced: with it, everything that was written before it is safe.
  if (auto written = work.write(std::move(batch), sync::yes); !written)
    return written.error();
  sealer.end_rotation();
  return done;
}

result<void> finish_rotation(kv_store& store, vault& sealer) {
  if (sealer.phase() != vault::rotation_phase::leftovers)
    return {};
  rotation_work work;
  work.write = [&](const write_batch& batch, sync s) { return store.write(batch, s); };
  if (auto done = refresh_all(store, sealer, work); !done)
    return done.error();
  write_batch batch;
  vault::add_leftovers_end(batch);
  if (auto written = store.write(batch, sync::yes); !written)
    return written.error();
  sealer.end_leftovers();
  return {};
}

} // namespace isacbot::storage
