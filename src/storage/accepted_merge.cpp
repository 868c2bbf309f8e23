/// Runs of accepted values into pages, and the end of what is too old.
#include "storage/accepted_pages.hpp"
#include "storage/accepted_values.hpp"

#include <algorithm>
#include <optional>

namespace isacbot::storage {

namespace {

using domain::value_print;

constexpr std::size_t pages_per_step = 64;
constexpr std::size_t run_pages_at_once = 16;
/// Pages are cut so that some more fit in before the next cut.
constexpr std::size_t prints_after_cut = prints_per_page * 3 / 4;

/// `<enclave>` of `<enclave><submission>`.
std::string enclave_prefix(std::string_view run_key) {
  return keys::enclave(enclave_id{key_reader(run_key).text().value_or("")});
}

void put_pages(write_batch& batch, const std::string& prefix, std::string first_key,
               std::span<const timed_print> entries) {
  if (entries.empty()) {
    batch.erase(tables::accepted_pages, std::move(first_key));
    return;
  }
  const std::size_t size = entries.size() <= prints_per_page ? prints_per_page : prints_after_cut;
  for (; !entries.empty(); entries = entries.subspan(std::min(size, entries.size()))) {
    batch.put(tables::accepted_pages, std::move(first_key),
              accepted_pages::encode_page(entries.first(std::min(size, entries.size()))));
    if (entries.size() > size) {
      first_key = prefix;
      accepted_pages::append_print(first_key, entries[size].print);
    }
  }
}

/// Both sorted; of two with the same print the later time counts.
std::vector<timed_print> unite(std::span<const timed_print> a, std::span<const timed_print> b,
                               sys_time since) {
  std::vector<timed_print> out;
  out.reserve(a.size() + b.size());
  auto add = [&](const timed_print& entry) {
    if (!out.empty() && out.back().print == entry.print)
      out.back().last = std::max(out.back().last, entry.last);
    else
      out.push_back(entry);
  };
  while (!a.empty() || !b.empty()) {
    const bool from_a = b.empty() || (!a.empty() && a.front() < b.front());
    std::span<const timed_print>& from = from_a ? a : b;
    add(from.front());
    from = from.subspan(1);
  }
  std::erase_if(out, [&](const timed_print& entry) { return entry.last < since; });
  return out;
}

} // namespace

result<bool> accepted_merge::step(write_batch& batch, sys_time since) {
  if (sources_.empty()) {
    result<bool> picked = pick(since);
    if (!picked || !*picked)
      return picked;
  }
  if (result<void> merged = merge_some(batch, since); !merged)
    return merged.error();
  if (merged_ == incoming_.size()) {
    for (auto& [where, key] : sources_)
      batch.erase(where, std::move(key));
    sources_.clear();
    incoming_.clear();
    merged_ = 0;
  }
  return true;
}

/// What to merge next: some pages of a large run, or many small runs of one enclave.
result<bool> accepted_merge::pick(sys_time since) {
  std::vector<std::pair<table, std::string>> small;
  std::vector<timed_print> prints;
  std::string enclave;
  std::string large; // key of a large run
  sys_time when{};
  bool expired = false;
  std::optional<error> fault;
  auto enough = [&] { return small.size() >= many_runs || prints.size() >= many_prints; };
  result<void> scanned =
      store_->scan(tables::accepted_runs, {}, {}, [&](std::string_view key, std::string_view bytes) {
        std::string owner = enclave_prefix(key);
        if (owner != enclave) {
          if (enough())
            return false;
          small.clear();
          prints.clear();
          enclave = std::move(owner);
        }
        result<accepted_pages::run> run = accepted_pages::decode_run(bytes);
        if (!run) {
          fault = run.error();
          return false;
        }
        if (run->paged || run->when < since) {
          large = key;
          when = run->when;
          expired = run->when < since;
          return false;
        }
        small.emplace_back(tables::accepted_runs, key);
        for (const value_print& print : run->prints)
          prints.push_back({print, run->when});
        return !enough();
      });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  enclave_ = enclave;
  if (large.empty()) {
    if (!enough())
      return false;
    sources_ = std::move(small);
    std::sort(prints.begin(), prints.end());
    incoming_ = unite(prints, {}, since);
    return true;
  }
  // The pages of a large run go one after another, and the run when none is left.
  scanned = store_->scan(tables::accepted_run_pages, large, end_of_prefix(large),
                         [&](std::string_view key, std::string_view bytes) {
                           if (sources_.size() == run_pages_at_once)
                             return false;
                           sources_.emplace_back(tables::accepted_run_pages, key);
                           result<std::vector<value_print>> page = accepted_pages::decode_prints(bytes);
                           if (!page) {
                             fault = page.error();
                             return false;
                           }
                           if (!expired)
                             for (const value_print& print : *page)
                               incoming_.push_back({print, when});
                           return true;
                         });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  if (sources_.empty())
    sources_.emplace_back(tables::accepted_runs, large);
  return true;
}

result<void> accepted_merge::merge_some(write_batch& batch, sys_time since) {
  const std::string end = end_of_prefix(enclave_);
  for (std::size_t pages = 0; pages < pages_per_step && merged_ < incoming_.size(); ++pages) {
    std::string target = enclave_;
    accepted_pages::append_print(target, incoming_[merged_].print);
    // The page that covers it; without one, a new page begins here.
    std::string key = target;
    std::string bytes;
    result<void> looked = store_->scan_reverse(tables::accepted_pages, enclave_, target + '\0',
                                               [&](std::string_view found, std::string_view value) {
                                                 key = found;
                                                 bytes = value;
                                                 return false;
                                               });
    std::optional<value_print> next;
    if (looked)
      looked = store_->scan(tables::accepted_pages, target + '\0', end, [&](std::string_view found, auto) {
        next = accepted_pages::read_print(found.substr(enclave_.size()));
        return false;
      });
    if (!looked)
      return looked;
    std::vector<timed_print> page;
    if (!bytes.empty()) {
      result<std::vector<timed_print>> read = accepted_pages::decode_page(bytes);
      if (!read)
        return read.error();
      page = std::move(*read);
      batch.expect(tables::accepted_pages, key, std::move(bytes));
    }
    std::size_t last = merged_;
    while (last < incoming_.size() && (!next || incoming_[last].print < *next))
      ++last;
    put_pages(batch, enclave_, std::move(key),
              unite(page, std::span(incoming_).subspan(merged_, last - merged_), since));
    merged_ = last;
  }
  return {};
}

result<void> expire_accepted(const kv_store& store, write_batch& batch, sys_time since, std::string& cursor,
                             std::size_t limit) {
  // Pages, and what layout 1 has left behind them: a cursor of one table never begins as one of the other.
  const bool old = cursor.starts_with('o');
  const table t = old ? tables::accepted_values : tables::accepted_pages;
  const std::string first = cursor.empty() ? cursor : cursor.substr(1);
  std::size_t seen = 0;
  std::string last;
  std::optional<error> fault;
  result<void> scanned = store.scan(t, first, {}, [&](std::string_view key, std::string_view bytes) {
    if (seen++ == limit)
      return false;
    last = key;
    if (old) {
      if (key_reader(bytes).time().value_or(sys_time{}) < since)
        batch.erase(t, last);
      return true;
    }
    result<std::vector<timed_print>> page = accepted_pages::decode_page(bytes);
    if (!page) {
      fault = page.error();
      return false;
    }
    if (std::erase_if(*page, [&](const timed_print& entry) { return entry.last < since; }) == 0)
      return true;
    batch.expect(t, last, std::string(bytes));
    if (page->empty())
      batch.erase(t, last);
    else
      batch.put(t, last, accepted_pages::encode_page(*page));
    return true;
  });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;
  const bool end = seen <= limit;
  if (end)
    cursor = old ? "" : "o";
  else
    cursor = (old ? 'o' : 'p') + last + '\0';
  return {};
}

} // namespace isacbot::storage
