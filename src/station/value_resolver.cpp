/// Which stored values the texts of a query stand for.
#include "station/indicator_row.hpp"
#include "station/keys.hpp"
#include "station/report_reader.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace isacbot::station {

namespace {

/// The types under which a value is known in one of the enclaves.
result<std::set<std::string>> find_stored_types(const storage::kv_store& store,
                                                std::span<const enclave> enclaves, std::string_view value) {
  std::set<std::string> types;
  for (const enclave& where : enclaves) {
    std::string prefix = keys::indicators_of_value(where.number, value);
    auto scanned = store.scan(tables::indicators, prefix, storage::end_of_prefix(prefix),
                              [&](std::string_view key, std::string_view) {
                                auto type = storage::key_reader(key.substr(prefix.size())).text();
                                types.insert(std::move(type).value_or(std::string()));
                                return true;
                              });
    if (!scanned)
      return scanned.error();
  }
  return types;
}

std::optional<typed_row> read_value(const std::string& text, const observables::known_names& names) {
  typed_rows normal = find_types({trustar::submitted_row{text, {}, {}, {}, "", "", {}}}, names);
  return normal.rows.empty() ? std::nullopt : std::optional(std::move(normal.rows.front()));
}

} // namespace

result<std::vector<report_observable>> resolve_value(const storage::kv_store& store,
                                                     std::span<const enclave> enclaves,
                                                     const std::string& text,
                                                     const observables::known_names& names) {
  auto types = find_stored_types(store, enclaves, text);
  if (!types)
    return types.error();
  std::vector<report_observable> out;
  for (const std::string& type : *types)
    out.push_back({type, text});
  if (!out.empty())
    return out;
  if (auto value = read_value(text, names))
    out.push_back({std::move(value->type), std::move(value->value)});
  return out;
}

result<std::vector<report_observable>> resolve_values(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      const std::vector<std::string>& texts,
                                                      const observables::known_names& names) {
  std::vector<report_observable> out;
  auto add = [&](const std::string& text) -> result<bool> {
    auto found = resolve_value(store, enclaves, text, names);
    if (!found)
      return found.error();
    out.insert(out.end(), found->begin(), found->end());
    return !found->empty();
  };
  for (const std::string& text : texts) {
    auto whole = add(text);
    if (!whole)
      return whole.error();
    for (std::size_t begin = 0; !*whole && begin <= text.size();) {
      std::size_t end = std::min(text.find(',', begin), text.size());
      if (end > begin && end - begin < text.size())
        if (auto part = add(text.substr(begin, end - begin)); !part)
          return part.error();
      begin = end + 1;
    }
  }
  return out;
}

result<std::vector<report_hit>> find_correlated_texts(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      const std::vector<std::string>& texts,
                                                      const observables::known_names& names,
                                                      std::size_t limit) {
  auto values = resolve_values(store, enclaves, texts, names);
  if (!values)
    return values.error();
  return find_correlated(store, enclaves, *values, limit);
}

} // namespace isacbot::station
