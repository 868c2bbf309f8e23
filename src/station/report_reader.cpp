#include "station/report_reader.hpp"

#include "station/keys.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

result<std::optional<stored_report>> find_report(const storage::kv_store& store,
                                                 std::span<const enclave> enclaves, std::string_view id) {
  constexpr int max_moves = 3; // while we look
  for (int i = 0; i < max_moves; ++i) {
    const enclave* lies_in = nullptr;
    for (const enclave& where : enclaves) {
      auto there = is_there(store, {std::string(id), {}, where.number});
      if (!there)
        return there.error();
      if (*there)
        lies_in = &where;
    }
    if (lies_in == nullptr)
      break;
    auto found = load_report(store, *lies_in, id);
    if (!found || *found)
      return found;
  }
  return std::optional<stored_report>();
}

result<std::optional<stored_report>> load_report(const storage::kv_store& store, const enclave& where,
                                                 std::string_view id) {
  auto bytes = store.get(tables::reports, keys::text(id));
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<stored_report>();
  auto found = decode_report(**bytes);
  if (!found)
    return found.error();
  return found->enclave_id() == where.id ? std::optional(std::move(*found)) : std::nullopt;
}

result<std::optional<stored_report>> find_report_by_external_id(const storage::kv_store& store,
                                                                std::span<const enclave> enclaves,
                                                                std::string_view external_id) {
  std::optional<stored_report> latest;
  for (const enclave& where : enclaves) {
    auto id = store.get(tables::external_ids, keys::external_id(where.number, external_id));
    if (!id)
      return id.error();
    if (!*id)
      continue;
    auto found = load_report(store, where, **id);
    if (!found)
      return found.error();
    if (*found && (!latest || (*found)->what.updated > latest->what.updated))
      latest = std::move(*found);
  }
  return latest;
}

result<std::vector<report_observable>> read_observables(const storage::kv_store& store, std::uint32_t enclave,
                                                        std::string_view report_id) {
  auto bytes = store.get(tables::report_observables, keys::report_in_enclave(enclave, report_id));
  if (!bytes)
    return bytes.error();
  return *bytes ? decode_observables(**bytes) : std::vector<report_observable>();
}

result<std::vector<report_hit>> find_correlated(const storage::kv_store& store,
                                                std::span<const enclave> enclaves,
                                                const std::vector<report_observable>& values,
                                                std::size_t limit) {
  std::vector<report_hit> hits;
  for (const enclave& where : enclaves)
    for (const report_observable& x : values) {
      std::string prefix = keys::reports_of_value(where.number, x.value, x.type);
      std::size_t of_value = 0;
      bool damaged = false;
      auto visit = [&](std::string_view key, std::string_view) {
        storage::key_reader reader(key.substr(prefix.size()));
        auto updated = reader.time();
        auto id = reader.text();
        damaged = !updated || !id;
        if (!damaged)
          hits.push_back({std::move(*id), *updated, where.number});
        return !damaged && ++of_value < limit;
      };
      auto scanned =
          store.scan_reverse(tables::reports_of_value, prefix, storage::end_of_prefix(prefix), visit);
      if (!scanned)
        return scanned.error();
      if (damaged)
        return fail(ec::corrupted, "the index from values to reports is damaged");
    }
  keep_newest(hits, limit);
  return hits;
}

result<bool> is_there(const storage::kv_store& store, const report_hit& hit) {
  auto bytes = store.get(tables::report_observables, keys::report_in_enclave(hit.enclave, hit.id));
  if (!bytes)
    return bytes.error();
  return bytes->has_value();
}

result<std::vector<trustar::report>> load_reports(const storage::kv_store& store,
                                                  std::span<const enclave> enclaves,
                                                  std::span<const report_hit> hits) {
  std::vector<trustar::report> loaded;
  for (const report_hit& hit : hits) {
    auto where = std::find_if(enclaves.begin(), enclaves.end(),
                              [&](const enclave& e) { return e.number == hit.enclave; });
    if (where == enclaves.end())
      continue;
    auto found = load_report(store, *where, hit.id);
    if (!found)
      return found.error();
    if (*found)
      loaded.push_back(std::move((*found)->what));
  }
  return loaded;
}

result<std::vector<trustar::tag>> list_report_tags(const storage::kv_store& store,
                                                   std::span<const enclave> enclaves) {
  std::vector<trustar::tag> tags;
  for (const enclave& where : enclaves) {
    std::string at = keys::number(where.number);
    const std::string end = storage::end_of_prefix(at);
    for (bool more = true; more;) { // from tag to tag, not from report to report
      more = false;
      auto visit = [&](std::string_view key, std::string_view) {
        storage::key_reader reader(key);
        reader.number32();
        auto name = reader.text();
        more = name.has_value();
        if (more)
          tags.push_back({*name, where.id, *name}); // of report tags the guid is the name
        return false;
      };
      if (auto scanned = store.scan(tables::report_tags, at, end, visit); !scanned)
        return scanned.error();
      if (more)
        at = storage::end_of_prefix(keys::reports_with_tag(where.number, tags.back().name));
    }
  }
  return tags;
}

} // namespace isacbot::station
