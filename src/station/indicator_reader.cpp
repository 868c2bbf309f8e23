#include "station/indicator_reader.hpp"

#include "protocol/trustar/types.hpp"
#include "station/indicator_row.hpp"
#include "station/keys.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace isacbot::station {

namespace {

/// Joins what one enclave knows to what the others know.
void join(trustar::indicator& out, const indicator_row& row, const std::string& enclave_id) {
  bool youngest = !out.last_seen || row.latest() > *out.last_seen;
  out.first_seen = std::min(out.first_seen.value_or(row.earliest()), row.earliest());
  out.last_seen = std::max(out.last_seen.value_or(row.latest()), row.latest());
  out.sightings = out.sightings.value_or(0) + row.sightings + row.reports.count(); // a report is a sighting
  out.correlation_count = out.correlation_count.value_or(0) + row.reports.count();
  out.note_count = out.note_count.value_or(0) + row.note_count;
  out.notes.insert(out.notes.end(), row.notes.begin(), row.notes.end());
  if (!row.source.empty() && (youngest || out.source.empty()))
    out.source = row.source;
  out.enclave_ids.push_back(enclave_id);
  for (const std::string& name : row.tags)
    out.tags.push_back({name, enclave_id, tag_guid(enclave_id, name)});
}

} // namespace

indicator_query make_indicator_query(const trustar::search& what, sys_time from, sys_time to) {
  indicator_query query;
  query.terms = search_terms(what.term);
  query.from = from;
  query.to = to;
  for (const std::string& type : what.entity_types)
    query.types.emplace_back(trustar::wire_type(type).value_or(type));
  query.tags = what.tags;
  query.excluded_tags = what.excluded_tags;
  return query;
}

result<std::vector<trustar::indicator>> read_metadata(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      std::string_view value, std::string_view type) {
  std::map<std::string, trustar::indicator> by_type;
  for (const enclave& where : enclaves) {
    result<void> outcome;
    std::string prefix = keys::indicators_of_value(where.number, value);
    auto join_row = [&](std::string_view row_type, std::string_view bytes) {
      auto row = decode_indicator_row(bytes);
      if (!row) {
        outcome = row.error();
        return false;
      }
      trustar::indicator& out = by_type[std::string(row_type)];
      out.type = row_type;
      out.value = value;
      join(out, *row, where.id);
      return true;
    };
    if (!type.empty()) {
      auto bytes = store.get(tables::indicators, keys::indicator(where.number, value, type));
      if (!bytes)
        return bytes.error();
      if (*bytes)
        join_row(type, **bytes);
    } else {
      auto scanned = store.scan(tables::indicators, prefix, storage::end_of_prefix(prefix),
                                [&](std::string_view key, std::string_view bytes) {
                                  auto row_type = storage::key_reader(key.substr(prefix.size())).text();
                                  return join_row(row_type.value_or(std::string()), bytes);
                                });
      if (!scanned)
        return scanned.error();
    }
    if (!outcome)
      return outcome.error();
  }
  std::vector<trustar::indicator> all;
  for (auto& [key, found] : by_type)
    all.push_back(std::move(found));
  return all;
}

result<std::vector<trustar::indicator>> load_indicators(const storage::kv_store& store,
                                                        std::span<const enclave> enclaves,
                                                        std::span<const indicator_hit> hits) {
  std::vector<trustar::indicator> all;
  for (const indicator_hit& hit : hits) {
    auto known = read_metadata(store, enclaves, hit.value, hit.type);
    if (!known)
      return known.error();
    std::move(known->begin(), known->end(), std::back_inserter(all));
  }
  return all;
}

} // namespace isacbot::station
