#include "station/scores.hpp"

#include "protocol/trustar/server_summaries.hpp"
#include "protocol/trustar/types.hpp"
#include "station/indicator_row.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"
#include "station/report_reader.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;

std::string encode(const trustar::summary& x) {
  record_writer writer(version);
  writer.text(x.report_id).text(x.source_name).text(x.score_name).text(x.score_value);
  writer.number(x.severity ? static_cast<std::uint64_t>(*x.severity) + 1 : 0);
  for (const auto& time : {x.created, x.updated}) {
    writer.number(time ? 1 : 0);
    if (time)
      writer.time(*time);
  }
  return writer.text(x.description).text(x.attributes).take();
}

/// @param key  behind the value
result<trustar::summary> decode(std::string_view key, std::string_view bytes) {
  storage::key_reader at(key);
  auto type = at.text();
  auto source_key = at.text();
  record_reader reader(bytes, version);
  trustar::summary x;
  x.report_id = reader.text();
  x.source_name = reader.text();
  x.score_name = reader.text();
  x.score_value = reader.text();
  if (auto severity = reader.number(); severity > 0)
    x.severity = static_cast<int>(severity - 1);
  for (auto* time : {&x.created, &x.updated})
    if (reader.number() != 0)
      *time = reader.time();
  x.description = reader.text();
  x.attributes = reader.text();
  if (auto ok = reader.check("score"); !ok || !type || !source_key)
    return fail(ec::corrupted, "a stored score is damaged");
  x.type = std::move(*type);
  x.source_key = std::move(*source_key);
  return x;
}

typed_rows find_type(const std::string& value, const observables::known_names& names) {
  return find_types({trustar::submitted_row{value, {}, {}, {}, "", "", {}}}, names);
}

/// Appends what one enclave has about exactly this value.
result<void> read_exact(const storage::kv_store& store, const enclave& where, const std::string& value,
                        std::vector<trustar::summary>& out) {
  std::string prefix = keys::scores_of_value(where.number, value);
  result<void> outcome;
  std::size_t first = out.size();
  auto scanned = store.scan(tables::scores, prefix, storage::end_of_prefix(prefix),
                            [&](std::string_view key, std::string_view bytes) {
                              auto found = decode(key.substr(prefix.size()), bytes);
                              if (!found) {
                                outcome = found.error();
                                return false;
                              }
                              found->value = value;
                              found->enclave_id = where.id;
                              out.push_back(std::move(*found));
                              return true;
                            });
  if (!scanned || !outcome)
    return scanned ? outcome : scanned;
  for (std::size_t i = first; i < out.size(); ++i) {
    if (!out[i].report_id.empty())
      continue;
    auto hits = find_correlated(store, {&where, 1}, {{out[i].type, value}}, 1);
    if (!hits)
      return hits.error();
    if (!hits->empty())
      out[i].report_id = hits->front().id;
  }
  return {};
}

} // namespace

score_import::score_import(storage::kv_store& store, const accounts& people, std::string fallback_enclave,
                           observables::known_names names)
    : store_(store),
      people_(people),
      fallback_enclave_(std::move(fallback_enclave)),
      names_(std::move(names)) {}

result<std::uint32_t> score_import::find_enclave(const std::string& id) {
  auto known = enclaves_.find(id);
  if (known == enclaves_.end()) {
    auto found = people_.find_enclave(id);
    if (!found)
      return found.error();
    known = enclaves_.emplace(id, *found ? (*found)->number : 0).first;
  }
  if (known->second == 0)
    return fail(ec::malformed, "line.enclaveId: there is no such enclave");
  return known->second;
}

result<void> score_import::try_take(std::string_view line) {
  auto read = trustar::parse_score_line(line);
  if (!read)
    return read.error();
  const std::string& enclave_id = read->enclave_id.empty() ? fallback_enclave_ : read->enclave_id;
  if (enclave_id.empty())
    return fail(ec::malformed, "line.enclaveId: a text is expected, it is missing");
  auto where = find_enclave(enclave_id);
  if (!where)
    return where.error();
  typed_rows typed = find_type(read->value, names_);
  if (typed.rows.empty())
    return fail(ec::malformed, "line.value: is " + typed.skipped.front().reason);
  const typed_row& row = typed.rows.front();
  if (!read->type.empty() && trustar::wire_type(read->type).value_or("") != row.type)
    return fail(ec::malformed, "line.type: the value is of type " + row.type);
  batch_.put(tables::scores, keys::score(*where, row.value, row.type, read->source_key), encode(*read));
  return {};
}

result<void> score_import::take(std::string_view line) {
  ++line_;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos)
    return {};
  if (taken_ == max_scores)
    return fail(ec::too_large, "more than 200,000 scores in one file", "import it in parts");
  auto done = try_take(line);
  if (done) {
    ++taken_;
    return {};
  }
  if (done.error().code != ec::malformed && done.error().code != ec::too_large)
    return done;
  if (++refused_count_ <= max_reported)
    refused_.push_back({line_, done.error().cause});
  return {};
}

result<void> score_import::finish() {
  return batch_.empty() ? result<void>() : store_.write(batch_, storage::sync::yes);
}

result<std::vector<trustar::summary>> read_summaries(const storage::kv_store& store,
                                                     std::span<const enclave> enclaves,
                                                     const std::string& value,
                                                     const observables::known_names& names) {
  std::vector<trustar::summary> found;
  auto read = [&](const std::string& exact) -> result<void> {
    for (const enclave& where : enclaves)
      if (auto done = read_exact(store, where, exact, found); !done)
        return done;
    return {};
  };
  if (auto done = read(value); !done)
    return done.error();
  if (!found.empty())
    return found;
  typed_rows normal = find_type(value, names);
  if (!normal.rows.empty() && normal.rows.front().value != value)
    if (auto done = read(normal.rows.front().value); !done)
      return done.error();
  return found;
}

} // namespace isacbot::station
