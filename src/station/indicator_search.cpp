/// The search of indicators: by term, tag, type and time.
#include "station/enclave_update.hpp"
#include "station/indicator_reader.hpp"
#include "station/indicator_row.hpp"
#include "station/keys.hpp"
#include "station/term_search.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace isacbot::station {

namespace {

/// The search of one enclave.
class enclave_search {
 public:
  enclave_search(const storage::kv_store& store, const enclave& where, const indicator_query& query)
      : store_(store),
        where_(where),
        query_(query) {}

  result<std::vector<indicator_hit>> run() {
    auto done = look();
    if (!done)
      return done.error();
    return std::move(hits_);
  }

 private:
  /// By the rarest way in: the term, a tag, or the time.
  result<void> look() {
    auto numbers = candidates();
    if (!numbers)
      return numbers.error();
    if (*numbers)
      return look_at(**numbers);
    for (const std::string& tag : query_.tags) {
      auto tagged = find_tagged(tag);
      if (!tagged)
        return tagged.error();
      if (*tagged)
        return look_at_tagged(std::move(**tagged));
    }
    return walk_by_time();
  }

  result<std::optional<std::vector<std::uint32_t>>> candidates() const {
    auto head = read_head(store_, where_.number);
    if (!head)
      return head.error();
    return find_candidates_of_any(store_, head->values(where_.number), query_.terms);
  }

  /// @param wanted  name or id. @returns nullopt when too many values have the tag
  result<std::optional<std::vector<keys::value_and_type>>> find_tagged(const std::string& wanted) const {
    auto known = list_indicator_tags(store_, {&where_, 1});
    if (!known)
      return known.error();
    std::vector<keys::value_and_type> found;
    for (const trustar::tag& t : *known) {
      if (t.name != wanted && t.guid != wanted)
        continue;
      std::string prefix = keys::indicators_with_tag(where_.number, t.name);
      bool whole = true;
      auto scanned = store_.scan(tables::indicator_tags, prefix, storage::end_of_prefix(prefix),
                                 [&](std::string_view key, std::string_view) {
                                   auto at = keys::unpack(key.substr(prefix.size()));
                                   whole = at.has_value();
                                   if (whole)
                                     found.push_back(std::move(*at));
                                   return whole && found.size() <= max_candidates;
                                 });
      if (!scanned)
        return scanned.error();
      if (!whole)
        return fail(ec::corrupted, "the index of indicators by tag is damaged");
    }
    if (found.size() > max_candidates)
      return std::optional<std::vector<keys::value_and_type>>();
    return std::optional(std::move(found));
  }

  result<void> look_at_tagged(std::vector<keys::value_and_type> tagged) {
    for (keys::value_and_type& at : tagged)
      if (auto looked = look_at_row(std::move(at)); !looked)
        return looked;
    return {};
  }

  [[nodiscard]] bool matches_text(const keys::value_and_type& at) const {
    bool type_wanted = query_.types.empty() ||
                       std::find(query_.types.begin(), query_.types.end(), at.type) != query_.types.end();
    return type_wanted && (query_.terms.empty() || holds_any(at.value, query_.terms));
  }

  [[nodiscard]] bool matches_tags(const indicator_row& row) const {
    auto has = [&](const std::string& wanted) {
      return std::any_of(row.tags.begin(), row.tags.end(), [&](const std::string& name) {
        return name == wanted || tag_guid(where_.id, name) == wanted;
      });
    };
    return std::all_of(query_.tags.begin(), query_.tags.end(), has) &&
           std::none_of(query_.excluded_tags.begin(), query_.excluded_tags.end(), has);
  }

  result<std::optional<indicator_row>> read_row(const keys::value_and_type& at) const {
    auto bytes = store_.get(tables::indicators, keys::indicator(where_.number, at.value, at.type));
    if (!bytes)
      return bytes.error();
    if (!*bytes)
      return std::optional<indicator_row>();
    auto row = decode_indicator_row(**bytes);
    if (!row)
      return row.error();
    return std::optional(std::move(*row));
  }

  result<void> look_at(const std::vector<std::uint32_t>& numbers) {
    for (std::uint32_t number : numbers) {
      auto packed = store_.get(tables::indicator_numbers, keys::indicator_number(where_.number, number));
      if (!packed)
        return packed.error();
      if (!*packed) // the hint came from a younger state than the one read here
        continue;
      auto at = keys::unpack(**packed);
      if (!at)
        return fail(ec::corrupted, "a stored indicator number is damaged");
      if (auto looked = look_at_row(std::move(*at)); !looked)
        return looked;
    }
    return {};
  }

  result<void> look_at_row(keys::value_and_type at) {
    if (!matches_text(at))
      return {};
    auto row = read_row(at);
    if (!row)
      return row.error();
    if (*row && (*row)->listed() && (*row)->latest() >= query_.from && (*row)->latest() <= query_.to &&
        matches_tags(**row))
      hits_.push_back({std::move(at.type), std::move(at.value), (*row)->latest()});
    return {};
  }

  result<void> walk_by_time() {
    bool need_row = !query_.tags.empty() || !query_.excluded_tags.empty();
    result<void> outcome;
    auto visit = [&](std::string_view key, std::string_view packed) {
      storage::key_reader reader(key);
      reader.number32();
      auto last_seen = reader.time();
      auto at = keys::unpack(packed);
      if (!last_seen || !at) {
        outcome = fail(ec::corrupted, "the index of indicators by time is damaged");
        return false;
      }
      if (!matches_text(*at))
        return true;
      if (need_row) {
        auto row = read_row(*at);
        if (!row) {
          outcome = row.error();
          return false;
        }
        if (!*row || !matches_tags(**row))
          return true;
      }
      hits_.push_back({std::move(at->type), std::move(at->value), *last_seen});
      return hits_.size() < trustar::max_reachable_results;
    };
    auto scanned = store_.scan_reverse(
        tables::indicators_by_last_seen, keys::last_seen_bound(where_.number, query_.from),
        keys::last_seen_bound(where_.number, query_.to + milliseconds(1)), visit);
    return scanned ? outcome : scanned;
  }

  const storage::kv_store& store_;
  const enclave& where_;
  const indicator_query& query_;
  std::vector<indicator_hit> hits_;
};

} // namespace

result<std::vector<indicator_hit>> search_indicators(const storage::kv_store& store,
                                                     std::span<const enclave> enclaves,
                                                     const indicator_query& query) {
  std::vector<indicator_hit> all;
  for (const enclave& where : enclaves) {
    auto hits = enclave_search(store, where, query).run();
    if (!hits)
      return hits.error();
    all.insert(all.end(), std::make_move_iterator(hits->begin()), std::make_move_iterator(hits->end()));
  }
  std::sort(all.begin(), all.end(), [](const indicator_hit& a, const indicator_hit& b) {
    return std::tie(b.last_seen, a.value, a.type) < std::tie(a.last_seen, b.value, b.type);
  });
  std::unordered_set<std::string> seen;
  std::erase_if(all,
                [&](const indicator_hit& h) { return !seen.insert(keys::pack(h.value, h.type)).second; });
  if (all.size() > trustar::max_reachable_results)
    all.resize(trustar::max_reachable_results);
  return all;
}

} // namespace isacbot::station
