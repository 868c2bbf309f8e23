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

/// @returns whether the text is a value, stored or not
result<bool> resolve(const storage::kv_store& store, std::span<const enclave> enclaves,
                     const std::string& text, const observables::known_names& names,
                     std::vector<report_observable>& out) {
  auto types = find_stored_types(store, enclaves, text);
  if (!types)
    return types.error();
  for (const std::string& type : *types)
    out.push_back({type, text});
  if (!types->empty())
    return true;
  auto value = read_value(text, names);
  if (value)
    out.push_back({std::move(value->type), std::move(value->value)});
  return value.has_value();
}

} // namespace

result<std::vector<report_observable>> resolve_values(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      const std::vector<std::string>& texts,
                                                      const observables::known_names& names) {
  std::vector<report_observable> out;
  for (const std::string& text : texts) {
    auto whole = resolve(store, enclaves, text, names, out);
    if (!whole)
      return whole.error();
    if (*whole || text.find(',') == std::string::npos)
      continue;
    for (std::size_t begin = 0; begin <= text.size();) {
      std::size_t end = std::min(text.find(',', begin), text.size());
      if (end > begin)
        if (auto part = resolve(store, enclaves, text.substr(begin, end - begin), names, out); !part)
          return part.error();
      begin = end + 1;
    }
  }
  return out;
}

} // namespace isacbot::station
