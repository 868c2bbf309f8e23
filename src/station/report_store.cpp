#include "station/report_store.hpp"

#include "station/account_records.hpp"
#include "station/case_fold.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;
constexpr int max_attempts = 64;
constexpr std::string_view last_updated_counter = "last_updated";

std::string encode(const trustar::report& r) {
  record_writer writer(version);
  writer.text(r.id).text(r.enclave_ids.front()).text(r.title).text(r.body.value_or(std::string()));
  writer.time(r.time_began.value_or(sys_time{})).time(r.created.value_or(sys_time{}));
  writer.time(r.updated.value_or(sys_time{}));
  writer.texts(r.external_id ? std::vector{*r.external_id} : std::vector<std::string>());
  writer.texts(r.external_url ? std::vector{*r.external_url} : std::vector<std::string>());
  return writer.take();
}

std::optional<std::string> first_of(std::vector<std::string> texts) {
  return texts.empty() ? std::nullopt : std::optional(std::move(texts.front()));
}

result<trustar::report> decode(std::string_view bytes) {
  record_reader reader(bytes, version);
  trustar::report r;
  r.id = reader.text();
  r.enclave_ids.push_back(reader.text());
  r.title = reader.text();
  r.body = reader.text();
  r.time_began = reader.time();
  r.created = reader.time();
  r.updated = reader.time();
  r.external_id = first_of(reader.texts());
  r.external_url = first_of(reader.texts());
  if (auto ok = reader.check("report"); !ok)
    return ok.error();
  return r;
}

/// The next time stamp that no report has, put into `batch`.
result<sys_time> take_updated(const storage::kv_store& store, sys_time now, storage::write_batch& batch) {
  std::string key = keys::text(last_updated_counter);
  auto before = store.get(tables::counters, key);
  if (!before)
    return before.error();
  sys_time updated = now;
  if (*before) {
    auto last = decode_number(**before);
    if (!last)
      return last.error();
    updated = std::max(now, from_epoch_ms(static_cast<std::int64_t>(*last)) + milliseconds(1));
  }
  batch.expect(tables::counters, key, *before);
  batch.put(tables::counters, std::move(key),
            encode_number(static_cast<std::uint64_t>(to_epoch_ms(updated))));
  return updated;
}

result<trustar::report> try_add(storage::kv_store& store, const enclave& where, trustar::report what,
                                sys_time now) {
  storage::write_batch batch;
  auto updated = take_updated(store, now, batch);
  if (!updated)
    return updated.error();
  what.created = now;
  what.updated = *updated;
  if (what.external_id) {
    std::string key = keys::external_id(where.number, *what.external_id);
    auto taken = store.get(tables::external_ids, key);
    if (!taken)
      return taken.error();
    if (*taken)
      return fail(ec::conflict, "a report with that externalTrackingId exists in the enclave");
    batch.expect(tables::external_ids, key, std::nullopt);
    batch.put(tables::external_ids, std::move(key), what.id);
  }
  batch.put(tables::reports, keys::text(what.id), encode(what));
  batch.put(tables::reports_by_updated, keys::report_by_updated(where.number, *what.updated, what.id), "");
  if (auto written = store.write(batch, storage::sync::yes); !written)
    return written.error();
  return what;
}

} // namespace

result<trustar::report> add_report(storage::kv_store& store, const enclave& where, trustar::report what,
                                   std::string id, sys_time now) {
  what.id = std::move(id);
  what.enclave_ids = {where.id};
  what.time_began = what.time_began.value_or(now);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto added = try_add(store, where, what, now);
    if (added || added.error().code != ec::precondition_failed)
      return added;
  }
  return fail(ec::overloaded, "too many writers at once", "try again");
}

result<std::optional<trustar::report>> find_report(const storage::kv_store& store,
                                                   std::span<const enclave> enclaves, std::string_view id) {
  auto bytes = store.get(tables::reports, keys::text(id));
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<trustar::report>();
  auto found = decode(**bytes);
  if (!found)
    return found.error();
  bool readable = std::any_of(enclaves.begin(), enclaves.end(),
                              [&](const enclave& e) { return e.id == found->enclave_ids.front(); });
  return readable ? std::optional(std::move(*found)) : std::nullopt;
}

result<std::optional<trustar::report>> find_report_by_external_id(const storage::kv_store& store,
                                                                  std::span<const enclave> enclaves,
                                                                  std::string_view external_id) {
  std::optional<trustar::report> latest;
  for (const enclave& where : enclaves) {
    auto id = store.get(tables::external_ids, keys::external_id(where.number, external_id));
    if (!id)
      return id.error();
    if (!*id)
      continue;
    auto found = find_report(store, {&where, 1}, **id);
    if (!found)
      return found.error();
    if (*found && (!latest || (*found)->updated > latest->updated))
      latest = std::move(*found);
  }
  return latest;
}

result<std::vector<trustar::report>> search_reports(const storage::kv_store& store,
                                                    std::span<const enclave> enclaves,
                                                    std::string_view folded_term, sys_time from,
                                                    sys_time to) {
  std::vector<trustar::report> hits;
  for (const enclave& where : enclaves) {
    std::size_t hits_before = hits.size();
    result<void> outcome;
    auto visit = [&](std::string_view key, std::string_view) {
      storage::key_reader reader(key);
      reader.number32();
      reader.time();
      auto id = reader.text();
      auto found = find_report(store, {&where, 1}, id.value_or(std::string()));
      if (!found) {
        outcome = found.error();
        return false;
      }
      if (!*found)
        return true;
      trustar::report& report = **found;
      if (folded_term.empty() || fold_case(report.title).find(folded_term) != std::string::npos ||
          fold_case(*report.body).find(folded_term) != std::string::npos) {
        report.body.reset();
        hits.push_back(std::move(report));
      }
      return hits.size() - hits_before < trustar::max_reachable_results;
    };
    auto scanned = store.scan_reverse(tables::reports_by_updated, keys::report_bound(where.number, from),
                                      keys::report_bound(where.number, to + milliseconds(1)), visit);
    if (!scanned)
      return scanned.error();
    if (!outcome)
      return outcome.error();
  }
  std::sort(hits.begin(), hits.end(),
            [](const trustar::report& a, const trustar::report& b) { return a.updated > b.updated; });
  if (hits.size() > trustar::max_reachable_results)
    hits.resize(trustar::max_reachable_results);
  return hits;
}

} // namespace isacbot::station
