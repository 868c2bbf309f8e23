/// Lists the tags of indicators.
#include "station/indicator_reader.hpp"
#include "station/indicator_row.hpp"
#include "station/keys.hpp"

namespace isacbot::station {

result<std::vector<trustar::tag>> list_indicator_tags(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves) {
  std::vector<trustar::tag> tags;
  for (const enclave& where : enclaves) {
    std::string at = keys::number(where.number);
    const std::string end = storage::end_of_prefix(at);
    for (bool more = true; more;) { // from tag to tag, not from value to value
      more = false;
      auto visit = [&](std::string_view key, std::string_view) {
        storage::key_reader reader(key);
        reader.number32();
        auto name = reader.text();
        more = name.has_value();
        if (more)
          tags.push_back({*name, where.id, tag_guid(where.id, *name)});
        return false;
      };
      if (auto scanned = store.scan(tables::indicator_tags, at, end, visit); !scanned)
        return scanned.error();
      if (more)
        at = storage::end_of_prefix(keys::indicators_with_tag(where.number, tags.back().name));
    }
  }
  return tags;
}

} // namespace isacbot::station
