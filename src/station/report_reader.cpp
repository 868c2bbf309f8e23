#include "station/report_reader.hpp"

#include "station/case_fold.hpp"
#include "station/keys.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace isacbot::station {

namespace {

/// The search of one enclave, newest first.
class report_search {
 public:
  report_search(const storage::kv_store& store, const enclave& where, const report_query& query)
      : store_(store),
        where_(where),
        query_(query) {}

  result<void> run(std::vector<report_hit>& hits) {
    std::size_t hits_before = hits.size();
    auto visit = [&](std::string_view key, std::string_view) {
      storage::key_reader reader(key);
      reader.number32();
      auto updated = reader.time();
      auto id = reader.text();
      if (!updated || !id) {
        outcome_ = fail(ec::corrupted, "the index of reports by time is damaged");
        return false;
      }
      if (matches(*id))
        hits.push_back({std::move(*id), *updated});
      return outcome_.has_value() && hits.size() - hits_before < query_.limit;
    };
    auto scanned =
        store_.scan_reverse(tables::reports_by_updated, keys::report_bound(where_.number, query_.from),
                            keys::report_bound(where_.number, query_.to + milliseconds(1)), visit);
    return scanned ? outcome_ : scanned;
  }

 private:
  bool matches(const std::string& id) {
    for (const std::string& tag : query_.tags)
      if (!has_tag(id, tag))
        return false;
    for (const std::string& tag : query_.excluded_tags)
      if (has_tag(id, tag))
        return false;
    return query_.terms.empty() || matches_text(id);
  }

  bool has_tag(const std::string& id, const std::string& tag) {
    auto there = store_.get(tables::report_tags, keys::report_tag(where_.number, tag, id));
    if (!there)
      outcome_ = there.error();
    return there && *there;
  }

  bool matches_text(const std::string& id) {
    auto found = find_report(store_, {&where_, 1}, id);
    if (!found)
      outcome_ = found.error();
    if (!found || !*found) // gone since the scan began
      return false;
    if (holds_term((*found)->what.title) || holds_term(*(*found)->what.body))
      return true;
    auto values = read_observables(store_, id);
    if (!values)
      outcome_ = values.error();
    return values && std::any_of(values->begin(), values->end(),
                                 [&](const report_observable& x) { return holds_term(x.value); });
  }

  [[nodiscard]] bool holds_term(std::string_view text) const {
    std::string folded = fold_case(text);
    return std::any_of(query_.terms.begin(), query_.terms.end(),
                       [&](const std::string& term) { return folded.find(term) != std::string::npos; });
  }

  const storage::kv_store& store_;
  const enclave& where_;
  const report_query& query_;
  result<void> outcome_;
};

bool newer(const report_hit& a, const report_hit& b) {
  return a.updated > b.updated; // no two reports share a stamp
}

void keep_newest(std::vector<report_hit>& hits, std::size_t limit) {
  std::sort(hits.begin(), hits.end(), newer);
  std::unordered_set<std::string> seen; // one that is changed meanwhile may have been met under two stamps
  std::erase_if(hits, [&](const report_hit& hit) { return !seen.insert(hit.id).second; });
  if (hits.size() > limit)
    hits.resize(limit);
}

} // namespace

result<std::optional<stored_report>> find_report(const storage::kv_store& store,
                                                 std::span<const enclave> enclaves, std::string_view id) {
  auto bytes = store.get(tables::reports, keys::text(id));
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<stored_report>();
  auto found = decode_report(**bytes);
  if (!found)
    return found.error();
  bool readable = std::any_of(enclaves.begin(), enclaves.end(),
                              [&](const enclave& e) { return e.id == found->enclave_id(); });
  return readable ? std::optional(std::move(*found)) : std::nullopt;
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
    auto found = find_report(store, {&where, 1}, **id);
    if (!found)
      return found.error();
    if (*found && (!latest || (*found)->what.updated > latest->what.updated))
      latest = std::move(*found);
  }
  return latest;
}

result<std::vector<report_observable>> read_observables(const storage::kv_store& store,
                                                        std::string_view report_id) {
  auto bytes = store.get(tables::report_observables, keys::text(report_id));
  if (!bytes)
    return bytes.error();
  return *bytes ? decode_observables(**bytes) : std::vector<report_observable>();
}

result<std::vector<report_hit>> search_reports(const storage::kv_store& store,
                                               std::span<const enclave> enclaves, const report_query& query) {
  std::vector<report_hit> hits;
  for (const enclave& where : enclaves)
    if (auto done = report_search(store, where, query).run(hits); !done)
      return done.error();
  keep_newest(hits, query.limit);
  return hits;
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
          hits.push_back({std::move(*id), *updated});
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

result<std::vector<trustar::report>> load_reports(const storage::kv_store& store,
                                                  std::span<const enclave> enclaves,
                                                  std::span<const report_hit> hits) {
  std::vector<trustar::report> loaded;
  for (const report_hit& hit : hits) {
    auto found = find_report(store, enclaves, hit.id);
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
