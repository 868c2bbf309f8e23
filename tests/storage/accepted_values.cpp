#include "storage/accepted_values.hpp"

#include "storage/accepted_pages.hpp"
#include "storage/memory_store.hpp"
#include "support/count_rows.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

const sys_time start = from_epoch_ms(1'750'000'000'000);

/// The table beside a map that knows the truth.
struct fixture {
  memory_store store;
  test::seeded_random random{7};
  vault sealer = test::open_vault(store, random);
  accepted_values values{store, sealer};
  std::map<std::string, std::map<int, sys_time>> truth; ///< by enclave and value
  int submissions = 0;

  std::uint64_t below(std::uint64_t n) { return random_bits(random) % n; }
  [[nodiscard]] domain::value_set set_of(const std::vector<int>& given) const {
    domain::value_printer print(values.key());
    domain::value_set set;
    for (int value : given)
      set.insert(print("IP", std::to_string(value)));
    return set;
  }
  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }
  void accept(const std::string& enclave, const std::vector<int>& given, sys_time when) {
    write_batch batch;
    domain::value_printer print(values.key());
    std::vector<domain::value_print> prints;
    for (int value : given)
      prints.push_back(print("IP", std::to_string(value)));
    prints.push_back(prints.front()); // once more
    accepted_values::add_run(batch, enclave_id{enclave}, submission_id{"s" + std::to_string(++submissions)},
                             when, std::move(prints));
    commit(batch);
    for (int value : given) {
      sys_time& last = truth[enclave][value];
      last = std::max(last, when);
    }
  }
  [[nodiscard]] std::set<int> found(const std::string& enclave, const std::vector<int>& asked,
                                    sys_time since) {
    domain::value_set set = set_of(asked);
    const std::vector<bool> known = values.find(enclave_id{enclave}, since, set).value();
    std::set<int> out;
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (known[i])
        out.insert(asked[i]);
    return out;
  }
  void check(const std::string& enclave, const std::vector<int>& asked, sys_time since) {
    std::set<int> expected;
    for (int value : asked)
      if (auto at = truth[enclave].find(value); at != truth[enclave].end() && at->second >= since)
        expected.insert(value);
    REQUIRE(found(enclave, asked, since) == expected);
  }
  std::size_t merge_all(sys_time since) {
    accepted_merge merge(store);
    std::size_t steps = 0;
    while (true) {
      write_batch batch;
      if (!merge.step(batch, since).value())
        return steps;
      ++steps;
      commit(batch);
    }
  }
  [[nodiscard]] std::size_t rows(table t) const { return test::count_rows(store, t); }
  static std::vector<int> range(int first, int last) {
    std::vector<int> numbers;
    for (int i = first; i < last; ++i)
      numbers.push_back(i);
    return numbers;
  }
};

} // namespace

TEST_CASE("a value is known in its enclave from its moment on, in small runs and large",
          "[storage][accepted_values]") {
  for (int size : {3, 512, 513, 2'000}) {
    CAPTURE(size);
    fixture f;
    f.accept("a", f.range(0, size), start);
    for (int round = 0; round < 2; ++round) {
      f.check("a", f.range(-10, size + 10), start);
      CHECK(f.found("a", f.range(-10, size + 10), start + milliseconds{1}).empty());
      CHECK(f.found("b", f.range(0, size), start).empty());
      CHECK(f.found("a", {size / 2}, start) == std::set<int>{size / 2});
      f.merge_all(start);
    }
    CHECK(f.rows(tables::accepted_runs) == (size > 512 ? 0 : 1));
    CHECK(f.rows(tables::accepted_run_pages) == 0);
  }
}

TEST_CASE("many small runs are merged, few are left", "[storage][accepted_values]") {
  fixture f;
  for (int i = 0; i < 255; ++i)
    f.accept("a", {i, 1'000}, start + seconds{i});
  f.accept("b", {1}, start);
  CHECK(f.merge_all(start) == 0);
  f.accept("a", {2'000}, start);
  CHECK(f.merge_all(start) == 1);
  CHECK(f.rows(tables::accepted_runs) == 1);
  f.check("a", f.range(0, 2'001), start + seconds{100});
  CHECK(f.found("a", {1'000}, start + seconds{254}) == std::set<int>{1'000}); // the last time counts
  f.check("b", {1, 2}, start);
}

TEST_CASE("pages split as they fill and hold each value once", "[storage][accepted_values]") {
  fixture f;
  for (int i = 0; i < 12; ++i) {
    f.accept("a", f.range(i * 400, i * 400 + 1'200), start + seconds{i});
    f.merge_all(start);
  }
  f.check("a", f.range(-100, 6'000), start);
  f.check("a", f.range(0, 6'000), start + seconds{6});
  std::size_t entries = 0;
  REQUIRE(f.store.scan(tables::accepted_pages, {}, {}, [&](auto, std::string_view bytes) {
    const std::vector<timed_print> page = accepted_pages::decode_page(bytes).value();
    CHECK((!page.empty() && page.size() <= prints_per_page));
    entries += page.size();
    return true;
  }));
  CHECK(entries == f.truth["a"].size());
}

TEST_CASE("whatever is accepted, merged, given up half way and expired, values are found exactly",
          "[storage][accepted_values]") {
  fixture f;
  sys_time now = start;
  accepted_merge merge(f.store);
  std::string cursor;
  for (int round = 0; round < 300; ++round) {
    now += seconds{10};
    const sys_time since = now - seconds{1'500};
    switch (f.below(6)) {
    case 0: { // a large list: its pages are merged over several steps
      const int first = static_cast<int>(f.below(8'000));
      f.accept(f.below(4) == 0 ? "b" : "a", f.range(first, first + 600 + static_cast<int>(f.below(3'000))),
               now);
      break;
    }
    case 1:
      f.accept("a", {static_cast<int>(f.below(9'000)), static_cast<int>(f.below(9'000))}, now);
      break;
    case 2: {
      write_batch batch;
      REQUIRE(expire_accepted(f.store, batch, since, cursor, 1 + f.below(5)));
      f.commit(batch);
      break;
    }
    default: {
      write_batch batch;
      REQUIRE(merge.step(batch, since));
      if (f.below(5) == 0)
        merge.reset(); // the batch was never written
      else
        f.commit(batch);
    }
    }
    if (round % 10 == 0) {
      f.check("a", f.range(0, 12'000), since);
      f.check("b", f.range(0, 12'000), since + seconds{f.below(1'500)});
    }
    f.check("a", {static_cast<int>(f.below(12'000))}, since);
  }
}

TEST_CASE("what is older than the retention goes, and nothing else", "[storage][accepted_values]") {
  fixture f;
  f.accept("a", f.range(0, 3'000), start);
  f.accept("a", f.range(2'000, 2'010), start + seconds{5}); // stays a run
  f.accept("a", f.range(1'000, 4'000), start + seconds{9});
  f.merge_all(start);
  f.commit(write_batch{}.put(tables::accepted_values,
                             keys::accepted_value(enclave_id{"a"}, "old fingerprint."),
                             key_builder{}.time(start).take()));
  f.commit(write_batch{}.put(tables::accepted_values,
                             keys::accepted_value(enclave_id{"a"}, "new fingerprint."),
                             key_builder{}.time(start + seconds{9}).take()));
  std::string cursor;
  auto round = [&](sys_time since) {
    do {
      write_batch batch;
      REQUIRE(expire_accepted(f.store, batch, since, cursor, 3));
      f.commit(batch);
    } while (!cursor.empty());
  };
  round(start + seconds{6});
  CHECK(f.rows(tables::accepted_values) == 1);
  f.check("a", f.range(0, 4'000), start + seconds{6});
  CHECK(f.found("a", f.range(0, 1'000), from_epoch_ms(0)).empty());
  round(start + seconds{10});
  CHECK(f.rows(tables::accepted_pages) == 0);
  CHECK(f.rows(tables::accepted_values) == 0);
  f.merge_all(start + seconds{10}); // runs that are too old go as well
  CHECK(f.rows(tables::accepted_runs) == 0);
}

TEST_CASE("pages of a run that was not published do not count", "[storage][accepted_values]") {
  fixture f;
  domain::value_printer print(f.values.key());
  const std::vector<domain::value_print> prints{print("IP", "1")};
  write_batch batch;
  accepted_values::add_page(batch, enclave_id{"a"}, submission_id{"s"}, prints);
  f.commit(batch);
  f.merge_all(start);
  CHECK(f.found("a", {1}, start).empty());
  write_batch publish;
  accepted_values::publish_pages(publish, enclave_id{"a"}, submission_id{"s"}, start);
  f.commit(publish);
  CHECK(f.found("a", {1}, start) == std::set<int>{1});
  f.merge_all(start);
  CHECK(f.found("a", {1}, start) == std::set<int>{1});
}

TEST_CASE("damaged pages are reported, not taken for an answer", "[storage][accepted_values]") {
  for (auto t : {tables::accepted_runs, tables::accepted_pages}) {
    fixture f;
    std::string key = keys::accepted_run(enclave_id{"a"}, submission_id{"s"});
    if (t == tables::accepted_pages)
      key = keys::enclave(enclave_id{"a"}) + std::string(12, '\0');
    f.commit(write_batch{}.put(t, key, "\x01garbage"));
    domain::value_set set = f.set_of({1});
    CHECK(f.values.find(enclave_id{"a"}, start, set).error().code == ec::corrupted);
  }
}
