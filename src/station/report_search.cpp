/// The search of reports: by term, tag and time.
#include "station/enclave_update.hpp"
#include "station/keys.hpp"
#include "station/report_reader.hpp"
#include "station/term_search.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace isacbot::station {

namespace {

/// The search of one enclave.
class report_search {
 public:
  report_search(const storage::kv_store& store, const enclave& where, const report_query& query)
      : store_(store),
        where_(where),
        query_(query) {}

  /// By the rarest way in: the term, a tag, or the time.
  result<std::vector<report_hit>> run() {
    auto done = look();
    if (!done)
      return done.error();
    return std::move(hits_);
  }

 private:
  result<void> look() {
    auto numbers = find_numbers();
    if (!numbers)
      return numbers.error();
    if (*numbers)
      return look_at(**numbers);
    for (const std::string& tag : query_.tags) {
      auto looked = look_at_tagged(tag);
      if (!looked)
        return looked.error();
      if (*looked)
        return {};
    }
    return walk_by_time();
  }

  result<std::optional<std::vector<std::uint32_t>>> find_numbers() const {
    auto head = read_head(store_, where_.number);
    if (!head)
      return head.error();
    return find_candidates_of_any(store_, head->reports(where_.number), query_.terms);
  }

  result<void> look_at(const std::vector<std::uint32_t>& numbers) {
    for (std::uint32_t number : numbers) {
      auto id = store_.get(tables::report_numbers, keys::report_number(where_.number, number));
      if (!id)
        return id.error();
      if (!*id) // moved, or gone
        continue;
      auto found = load_report(store_, where_, **id);
      if (!found)
        return found.error();
      if (!*found)
        continue;
      sys_time updated = (*found)->what.updated.value_or(sys_time{});
      if (!in_window(updated))
        continue;
      auto matches = has_right_tags(**id);
      if (matches && *matches)
        matches = matches_text(**found);
      if (!matches)
        return matches.error();
      if (*matches)
        hits_.push_back({std::move(**id), updated, where_.number});
    }
    return {};
  }

  /// @returns false when too many reports have the tag
  result<bool> look_at_tagged(const std::string& tag) {
    std::vector<report_hit> tagged;
    bool whole = true;
    std::string prefix = keys::reports_with_tag(where_.number, tag);
    auto scanned = store_.scan(tables::report_tags, prefix, storage::end_of_prefix(prefix),
                               [&](std::string_view key, std::string_view bytes) {
                                 auto id = storage::key_reader(key.substr(prefix.size())).text();
                                 auto updated = decode_stamp(bytes);
                                 whole = id && updated;
                                 if (whole && in_window(*updated))
                                   tagged.push_back({std::move(*id), *updated, where_.number});
                                 return whole && tagged.size() <= max_candidates;
                               });
    if (!scanned)
      return scanned.error();
    if (!whole)
      return fail(ec::corrupted, "the index of reports by tag is damaged");
    if (tagged.size() > max_candidates)
      return false;
    for (report_hit& hit : tagged)
      if (auto added = add_if_matching(std::move(hit)); !added)
        return added.error();
    return true;
  }

  result<void> walk_by_time() {
    result<void> outcome;
    auto visit = [&](std::string_view key, std::string_view) {
      storage::key_reader reader(key);
      reader.number32();
      auto updated = reader.time();
      auto id = reader.text();
      outcome = updated && id ? add_if_matching({std::move(*id), *updated, where_.number})
                              : fail(ec::corrupted, "the index of reports by time is damaged");
      return outcome.has_value() && hits_.size() < query_.limit;
    };
    auto scanned =
        store_.scan_reverse(tables::reports_by_updated, keys::report_bound(where_.number, query_.from),
                            keys::report_bound(where_.number, query_.to + milliseconds(1)), visit);
    return scanned ? outcome : scanned;
  }

  result<void> add_if_matching(report_hit hit) {
    auto matches = has_right_tags(hit.id);
    if (matches && *matches && !query_.terms.empty()) {
      auto found = load_report(store_, where_, hit.id);
      if (!found)
        return found.error();
      matches = *found ? matches_text(**found) : result<bool>(false); // gone since the scan began
    }
    if (!matches)
      return matches.error();
    if (*matches)
      hits_.push_back(std::move(hit));
    return {};
  }

  [[nodiscard]] bool in_window(sys_time updated) const noexcept {
    return updated >= query_.from && updated <= query_.to;
  }

  result<bool> has_right_tags(const std::string& id) const {
    for (const auto* wanted : {&query_.tags, &query_.excluded_tags})
      for (const std::string& tag : *wanted) {
        auto there = store_.get(tables::report_tags, keys::report_tag(where_.number, tag, id));
        if (!there)
          return there.error();
        if (there->has_value() != (wanted == &query_.tags))
          return false;
      }
    return true;
  }

  result<bool> matches_text(const stored_report& report) const {
    if (query_.terms.empty() || holds_any(report.what.title, query_.terms) ||
        holds_any(report.what.body.value_or(std::string()), query_.terms))
      return true;
    auto values = read_observables(store_, where_.number, report.what.id);
    if (!values)
      return values.error();
    return std::any_of(values->begin(), values->end(),
                       [&](const report_observable& x) { return holds_any(x.value, query_.terms); });
  }

  const storage::kv_store& store_;
  const enclave& where_;
  const report_query& query_;
  std::vector<report_hit> hits_;
};

} // namespace

void keep_newest(std::vector<report_hit>& hits, std::size_t limit) {
  std::sort(hits.begin(), hits.end(), [](const report_hit& a, const report_hit& b) {
    return a.updated > b.updated; // no two reports share a stamp
  });
  std::unordered_set<std::string> seen; // one that is changed meanwhile may have been met under two stamps
  std::erase_if(hits, [&](const report_hit& hit) { return !seen.insert(hit.id).second; });
  if (hits.size() > limit)
    hits.resize(limit);
}

result<std::vector<report_hit>> search_reports(const storage::kv_store& store,
                                               std::span<const enclave> enclaves, const report_query& query) {
  std::vector<report_hit> all;
  for (const enclave& where : enclaves) {
    auto hits = report_search(store, where, query).run();
    if (!hits)
      return hits.error();
    all.insert(all.end(), std::make_move_iterator(hits->begin()), std::make_move_iterator(hits->end()));
  }
  keep_newest(all, query.limit);
  return all;
}

} // namespace isacbot::station
