/// Runs, and finding values; merging runs into pages stands in accepted_merge.cpp.
#include "storage/accepted_values.hpp"

#include "storage/accepted_pages.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace isacbot::storage {

namespace {

using domain::value_print;
using domain::value_set;

/// So many pages in a row of which none was asked for: it is quicker to jump.
constexpr int pages_to_jump = 8;

std::string page_key(const std::string& prefix, const value_print& print) {
  std::string key = prefix;
  accepted_pages::append_print(key, print);
  return key;
}

/// Goes through the pages behind `prefix` and the values side by side.
/// @param take  reads a page: result<void>(page's bytes); @param answer  asks the page read last for a value
template <class Take, class Answer>
result<void> walk_pages(const kv_store& store, table t, const std::string& prefix, const value_set& values,
                        Take take, Answer answer) {
  value_set::cursor value(values);
  const std::string end = end_of_prefix(prefix);
  while (!value.at_end()) {
    // The page that covers the value is the last one at or before it.
    std::string first = prefix;
    result<void> looked = store.scan_reverse(t, prefix, page_key(prefix, value->print()) + '\0',
                                             [&](std::string_view key, std::string_view) {
                                               first = key;
                                               return false;
                                             });
    if (!looked)
      return looked;
    std::optional<error> fault;
    bool any = false;
    bool jump = false;
    int unused = 0;
    looked = store.scan(t, first, end, [&](std::string_view key, std::string_view bytes) {
      // What the page before covers ends here.
      const value_print begin = accepted_pages::read_print(key.substr(prefix.size()));
      ++unused;
      for (; !value.at_end() && value->print() < begin; ++value, unused = 0)
        if (any)
          answer(*value);
      jump = unused > pages_to_jump;
      if (value.at_end() || jump)
        return false;
      any = true;
      if (result<void> taken = take(bytes); !taken)
        fault = taken.error();
      return !fault;
    });
    if (!looked)
      return looked;
    if (fault)
      return *fault;
    if (jump)
      continue;
    for (; !value.at_end(); ++value)
      if (any)
        answer(*value);
  }
  return {};
}

} // namespace

accepted_values::accepted_values(const kv_store& store, const vault& sealer)
    : store_(&store),
      vault_(&sealer) {
  const std::string bytes = sealer.mac("value prints", {});
  const value_print half = accepted_pages::read_print(bytes);
  key_.low = half.head;
  key_.high = accepted_pages::read_print(std::string_view(bytes).substr(8)).head;
}

void accepted_values::add_run(write_batch& batch, const enclave_id& enclave, const submission_id& id,
                              sys_time when, std::vector<value_print> prints) {
  std::sort(prints.begin(), prints.end());
  prints.erase(std::unique(prints.begin(), prints.end()), prints.end());
  if (prints.size() > prints_per_page) {
    for (std::span<const value_print> left = prints; !left.empty();) {
      const std::span<const value_print> page = left.first(std::min(left.size(), prints_per_page));
      add_page(batch, enclave, id, page);
      left = left.subspan(page.size());
    }
    publish_pages(batch, enclave, id, when);
  } else if (!prints.empty()) {
    batch.put(tables::accepted_runs, keys::accepted_run(enclave, id),
              accepted_pages::encode_run(when, prints));
  }
}

void accepted_values::add_page(write_batch& batch, const enclave_id& enclave, const submission_id& id,
                               std::span<const value_print> prints) {
  batch.put(tables::accepted_run_pages, page_key(keys::accepted_run(enclave, id), prints.front()),
            accepted_pages::encode_prints(prints));
}

void accepted_values::publish_pages(write_batch& batch, const enclave_id& enclave, const submission_id& id,
                                    sys_time when) {
  batch.put(tables::accepted_runs, keys::accepted_run(enclave, id), accepted_pages::encode_paged_run(when));
}

result<std::size_t> accepted_values::erase_pages(write_batch& batch, const enclave_id& enclave,
                                                 const submission_id& id, std::size_t limit) const {
  const std::string prefix = keys::accepted_run(enclave, id);
  std::size_t erased = 0;
  result<void> scanned = store_->scan(tables::accepted_run_pages, prefix, end_of_prefix(prefix),
                                      [&](std::string_view key, std::string_view) {
                                        if (erased == limit)
                                          return false;
                                        batch.erase(tables::accepted_run_pages, std::string(key));
                                        ++erased;
                                        return true;
                                      });
  if (!scanned)
    return scanned.error();
  return erased;
}

result<std::vector<bool>> accepted_values::find(const enclave_id& enclave, sys_time since,
                                                value_set& values) const {
  values.sort();
  std::vector<bool> known(values.size());
  if (values.size() == 0)
    return known;
  // Runs first: what is merged meanwhile is found in the pages.
  const std::string prefix = keys::enclave(enclave);
  std::vector<std::string> paged;
  std::optional<error> fault;
  result<void> scanned = store_->scan(tables::accepted_runs, prefix, end_of_prefix(prefix),
                                      [&](std::string_view key, std::string_view bytes) {
                                        result<accepted_pages::run> run = accepted_pages::decode_run(bytes);
                                        if (!run) {
                                          fault = run.error();
                                          return false;
                                        }
                                        if (run->when < since)
                                          return true;
                                        if (run->paged)
                                          paged.emplace_back(key);
                                        for (const value_print& print : run->prints)
                                          if (const value_set::entry* found = values.find_sorted(print))
                                            known[found->place()] = true;
                                        return true;
                                      });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;

  for (const std::string& run : paged) {
    std::vector<value_print> page;
    result<void> walked = walk_pages(
        *store_, tables::accepted_run_pages, run, values,
        [&](std::string_view bytes) -> result<void> {
          result<std::vector<value_print>> read = accepted_pages::decode_prints(bytes);
          if (!read)
            return read.error();
          page = std::move(*read);
          return {};
        },
        [&](const value_set::entry& value) {
          if (std::binary_search(page.begin(), page.end(), value.print()))
            known[value.place()] = true;
        });
    if (!walked)
      return walked.error();
  }

  std::vector<timed_print> page;
  result<void> walked = walk_pages(
      *store_, tables::accepted_pages, prefix, values,
      [&](std::string_view bytes) -> result<void> {
        result<std::vector<timed_print>> read = accepted_pages::decode_page(bytes);
        if (!read)
          return read.error();
        page = std::move(*read);
        return {};
      },
      [&](const value_set::entry& value) {
        const auto at =
            std::lower_bound(page.begin(), page.end(), value.print(),
                             [](const timed_print& e, const value_print& p) { return e.print < p; });
        if (at != page.end() && at->print == value.print() && at->last >= since)
          known[value.place()] = true;
      });
  if (!walked)
    return walked.error();
  return known;
}

result<bool> accepted_values::has_old_rows(const enclave_id& enclave) const {
  const std::string prefix = keys::enclave(enclave);
  bool any = false;
  result<void> scanned = store_->scan(tables::accepted_values, prefix, end_of_prefix(prefix),
                                      [&](auto, auto) { return !(any = true); });
  if (!scanned)
    return scanned.error();
  return any;
}

result<bool> accepted_values::find_old_row(const enclave_id& enclave, std::string_view type,
                                           std::string_view value, sys_time since) const {
  std::string key = keys::accepted_value(enclave, vault_->fingerprint("value", {type, value}));
  result<std::optional<std::string>> stored = store_->get(tables::accepted_values, key);
  if (!stored)
    return stored.error();
  if (!*stored)
    return false;
  key_reader reader(**stored);
  std::optional<sys_time> last = reader.time();
  if (!last || !reader.finished())
    return fail(ec::corrupted, "a row of accepted values is unreadable", "restore the last backup");
  return *last >= since;
}

} // namespace isacbot::storage
