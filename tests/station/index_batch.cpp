/// What is derived from reports and submissions, compared with what a fresh look at all of them gives.
#include "core/case_fold.hpp"
#include "observables/observables.hpp"
#include "station/enclave_update.hpp"
#include "station/index_queue.hpp"
#include "station/indexer.hpp"
#include "station/indicator_writer.hpp"
#include "station/keys.hpp"
#include "station/report_writer.hpp"
#include "station/trigram_index.hpp"
#include "storage/memory_store.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/manual_clock.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace isacbot;
using namespace isacbot::station;

namespace {

using table_rows = std::map<std::string, std::string>;

table_rows dump(const storage::kv_store& store, storage::table t) {
  table_rows rows;
  store
      .scan(t, "", "",
            [&](std::string_view key, std::string_view value) {
              rows.emplace(key, value);
              return true;
            })
      .value();
  return rows;
}

/// What a body holds, by a rule written here: one value a line, hosts of URLs derived.
std::vector<report_observable> read_lines(const std::string& body) {
  std::vector<report_observable> written;
  std::vector<report_observable> hosts;
  auto add = [](std::vector<report_observable>& to, report_observable x) {
    if (std::none_of(to.begin(), to.end(), [&](const auto& y) { return y.value == x.value; }))
      to.push_back(std::move(x));
  };
  for (std::size_t begin = 0; begin < body.size();) {
    std::size_t end = std::min(body.find('\n', begin), body.size());
    std::string line = body.substr(begin, end - begin);
    begin = end + 1;
    if (line.empty())
      continue;
    std::string type = std::isdigit(static_cast<unsigned char>(line[0])) != 0 ? "IP" : "URL";
    add(written, {type, line, false});
    if (line.starts_with("http://"))
      add(hosts, {"URL", line.substr(7, line.find('/', 7) - 7), true});
  }
  for (report_observable& host : hosts)
    add(written, std::move(host)); // a host that is written, too, is no longer derived
  return written;
}

/// Where a host stands that is first seen in a URL and then on its own is not this file's business.
table_rows sort_values(table_rows rows) {
  for (auto& [key, bytes] : rows) {
    auto values = decode_observables(bytes).value();
    std::sort(values.begin(), values.end(),
              [](const report_observable& a, const report_observable& b) { return a.value < b.value; });
    bytes = encode(values);
  }
  return rows;
}

const std::vector<std::string> pool{"8.8.4.1",
                                    "8.8.4.2",
                                    "8.8.4.3",
                                    "a.evil-example.net",
                                    "b.evil-example.net",
                                    "http://a.evil-example.net/x",
                                    "http://a.evil-example.net/y",
                                    "http://c.evil-example.net/z"};

struct submitted_model {
  sys_time first{};
  sys_time last{};
  std::uint64_t sightings = 0;
  std::vector<std::string> tags;
};

/// Random changes through the writers, with a record of what was submitted.
struct world {
  explicit world(storage::kv_store& s, std::uint64_t seed) : store(s), random(seed) {}

  storage::kv_store& store;
  test::seeded_random random;
  test::manual_clock time;
  report_writer reports{store};
  indicator_writer indicators{store, {}};
  indexer indexing{store, time, {}};
  enclave first{"00000000-0000-4000-8000-000000000001", 1, "First", "INTERNAL", {}};
  enclave second{"00000000-0000-4000-8000-000000000002", 2, "Second", "INTERNAL", {}};
  sys_time now = from_epoch_ms(1'700'000'000'000);
  std::map<std::string, const enclave*> living;
  std::map<std::string, submitted_model> submitted; ///< by key of the row

  std::size_t below(std::size_t bound) { return random_bits(random) % bound; }
  const enclave& any_enclave() { return below(2) == 0 ? first : second; }

  report_content any_content() {
    std::string body;
    for (std::size_t i = below(5) + 1; i > 0; --i)
      body += pool[below(pool.size())] + "\n";
    report_content content;
    content.what.title = "R";
    content.what.body = body;
    if (below(2) == 0)
      content.what.external_id = "case-" + std::to_string(below(4));
    content.observables = find_observables(body, {});
    return content;
  }

  void submit() {
    const enclave& where = any_enclave();
    trustar::indicator_submission submission;
    for (std::size_t i = below(3) + 1; i > 0; --i) {
      trustar::submitted_row row{pool[below(pool.size())], {}, {}, {}, "", "", {}};
      std::string type = std::isdigit(static_cast<unsigned char>(row.value[0])) != 0 ? "IP" : "URL";
      auto [at, fresh] = submitted.try_emplace(keys::indicator(where.number, row.value, type),
                                               submitted_model{now, now, 0, {}});
      at->second.last = std::max(at->second.last, now);
      ++at->second.sightings;
      if (below(2) == 0) {
        std::string name = "t" + std::to_string(below(3));
        row.tags.push_back({name, where.id, ""});
        auto& tags = at->second.tags;
        if (std::find(tags.begin(), tags.end(), name) == tags.end())
          tags.push_back(name);
      }
      submission.content.push_back(std::move(row));
    }
    indicators.submit({random_uuid(random), 1, "user", "", {where}, submission}, now).value();
  }

  void step() {
    now += milliseconds(below(3) * 1000);
    std::size_t what = living.empty() ? 0 : below(9);
    auto at = living.begin();
    if (!living.empty())
      std::advance(at, static_cast<std::ptrdiff_t>(below(living.size())));
    if (what <= 2) {
      std::string id = random_uuid(random);
      const enclave& where = any_enclave();
      auto added = reports.add(where, any_content(), id, now);
      if (added)
        living.emplace(id, &where);
      else
        CHECK(added.error().code == ec::conflict);
    } else if (what <= 4) {
      const enclave& to = any_enclave();
      auto replaced = reports.replace(at->first, *at->second, to, any_content(), now);
      if (replaced)
        at->second = &to;
      else
        CHECK(replaced.error().code == ec::conflict);
    } else if (what == 5) {
      const enclave& to = any_enclave();
      auto moved = reports.move(at->first, *at->second, to, now);
      if (moved)
        at->second = &to;
      else
        CHECK(moved.error().code == ec::conflict);
    } else if (what == 6) {
      reports.remove(at->first, *at->second).value();
      living.erase(at);
    } else if (what == 7) {
      reports
          .alter_tags(at->first, *at->second,
                      {{"t" + std::to_string(below(3))}, {"t" + std::to_string(below(3))}}, now)
          .value();
    } else {
      auto content = any_content();
      auto done = reports.append(
          at->first, *at->second, content.what,
          [](std::string_view body) -> result<std::vector<report_observable>> {
            return find_observables(body, {});
          },
          now);
      if (!done)
        CHECK(done.error().code == ec::conflict);
    }
    if (below(3) == 0)
      submit();
  }

  std::uint32_t number_of(const std::string& enclave_id) const {
    return enclave_id == first.id ? first.number : second.number;
  }

  void index() {
    indexing.notice();
    while (indexing.work().value())
      ;
  }

  /// Everything derived, recomputed from the reports alone and from what was submitted.
  void compare() {
    CHECK(dump(store, tables::pending_reports).empty());
    CHECK(dump(store, tables::pending_submissions).empty());
    table_rows numbers;
    table_rows by_updated, external_ids, of_value, tags, found;
    std::map<std::string, indicator_row> rows;
    std::set<sys_time> stamps;
    auto reports_now = dump(store, tables::reports);
    CHECK(reports_now.size() == living.size());
    for (const auto& [key, bytes] : reports_now) {
      stored_report report = decode_report(bytes).value();
      const std::string& id = report.what.id;
      std::uint32_t enclave = number_of(report.enclave_id());
      CHECK(key == keys::text(id));
      CHECK(living.at(id)->number == enclave);
      CHECK(stamps.insert(*report.what.updated).second); // no two reports share a stamp
      by_updated[keys::report_by_updated(enclave, *report.what.updated, id)] = "";
      if (report.what.external_id)
        external_ids[keys::external_id(enclave, *report.what.external_id)] = id;
      for (const std::string& tag : report.tags)
        tags[keys::report_tag(enclave, tag, id)] = encode_stamp(*report.what.updated);
      auto values = read_lines(*report.what.body);
      found[keys::report_in_enclave(enclave, id)] = encode(values);
      auto indexed =
          decode_indexed_report(store.get(tables::indexed_reports, keys::text(id)).value().value());
      CHECK(indexed.value().where.number == enclave);
      numbers[keys::report_number(enclave, indexed.value().number)] = id;
      auto space = read_head(store, enclave).value().reports(enclave);
      for (const report_observable& x : values) { // by text it is found by what it holds now
        auto hits = find_candidates(store, space, fold_case(x.value), 1'000).value().value();
        CHECK(std::count(hits.begin(), hits.end(), indexed.value().number) == 1);
      }
      for (const report_observable& x : values) {
        of_value[keys::report_of_value(enclave, x.value, x.type, *report.what.updated, id)] =
            encode(report_mention{*report.what.created, x.derived});
        report_presence& presence = rows[keys::indicator(enclave, x.value, x.type)].reports;
        presence.first =
            presence.count() == 0 ? *report.what.created : std::min(presence.first, *report.what.created);
        presence.last =
            presence.count() == 0 ? *report.what.updated : std::max(presence.last, *report.what.updated);
        ++(x.derived ? presence.derived : presence.written);
      }
    }
    for (const auto& [key, model] : submitted) {
      indicator_row& row = rows[key];
      row.submitted = true;
      row.first_seen = model.first;
      row.last_seen = model.last;
      row.sightings = model.sightings;
      row.tags = model.tags;
    }
    CHECK(dump(store, tables::indexed_reports).size() == living.size());
    CHECK(dump(store, tables::report_numbers) == numbers);
    CHECK(dump(store, tables::reports_by_updated) == by_updated);
    CHECK(dump(store, tables::external_ids) == external_ids);
    CHECK(dump(store, tables::report_tags) == tags);
    CHECK(dump(store, tables::reports_of_value) == of_value);
    CHECK(sort_values(dump(store, tables::report_observables)) == sort_values(std::move(found)));
    compare_rows(rows);
  }

  void compare_rows(std::map<std::string, indicator_row>& wanted) {
    auto stored = dump(store, tables::indicators);
    auto numbers = dump(store, tables::indicator_numbers);
    auto by_time = dump(store, tables::indicators_by_last_seen);
    CHECK(stored.size() == wanted.size());
    table_rows tags;
    std::size_t listed = 0;
    for (const auto& [key, bytes] : stored) {
      indicator_row row = decode_indicator_row(bytes).value();
      REQUIRE(wanted.contains(key));
      indicator_row& model = wanted.at(key);
      model.number = row.number; // which one it is doesn't matter, that the indexes agree does
      CHECK(row == model);
      storage::key_reader reader(key);
      std::uint32_t enclave = reader.number32().value();
      std::string value = reader.text().value();
      std::string packed = keys::pack(value, reader.text().value());
      for (const std::string& name : row.tags)
        tags[storage::key_builder{}.number32(enclave).text(name).raw(key.substr(4)).take()] = "";
      if (!row.listed())
        continue;
      ++listed;
      CHECK(numbers.at(keys::indicator_number(enclave, row.number)) == packed);
      CHECK(by_time.at(keys::by_last_seen(enclave, row.latest(), row.number)) == packed);
      auto space = read_head(store, enclave).value().values(enclave);
      auto candidates = find_candidates(store, space, value.substr(0, 7), 1'000).value().value();
      CHECK(std::count(candidates.begin(), candidates.end(), row.number) == 1);
    }
    CHECK(dump(store, tables::indicator_tags) == tags);
    CHECK(numbers.size() == listed);
    CHECK(by_time.size() == listed);
  }
};

} // namespace

TEST_CASE("every index over reports is what a fresh look at all reports gives, after every change",
          "[station][property]") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    storage::memory_store store;
    world w(store, seed);
    for (int i = 0; i < 60; ++i) {
      w.step();
      if (seed % 2 == 0 && w.below(4) != 0)
        continue; // several changes, also of one report, become one batch
      CAPTURE(i);
      w.index();
      w.compare();
    }
    for (const auto& [id, where] : w.living)
      w.reports.remove(id, *where).value();
    w.living.clear();
    w.index();
    w.compare(); // only what was submitted as such is left
  }
}

namespace {

/// Applies random changes until the plug is pulled, comes back, and compares what is there then.
/// @returns whether the plug was pulled amid the changes
bool survive(std::uint64_t seed, std::uint64_t changes, test::unsynced_tail tail) {
  test::temp_dir dir;
  auto files = std::make_shared<test::power_loss_file_system>(seed);
  storage::rocksdb_options options;
  options.path = dir / "db";
  options.file_system = files;
  auto store = storage::rocksdb_store::open(options).value();
  std::map<std::string, stored_report> promised;
  {
    report_writer reports(*store);
    world w(*store, seed); // only for its dice
    files->pull_plug_after(changes);
    for (int i = 0; i < 60 && files->has_power(); ++i) {
      std::string id = random_uuid(w.random);
      auto content = w.any_content();
      content.what.external_id.reset();
      auto added = reports.add(w.first, content, id, w.now);
      if (added)
        promised[id] = {*added, {}, ""};
      if (promised.empty() || w.below(2) == 0)
        continue;
      auto at = promised.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(w.below(promised.size())));
      if (w.below(3) == 0)
        (void)w.indexing.work(); // the power may go amid this, too
      if (auto removed = reports.remove(at->first, w.first); removed)
        promised.erase(at);
      else if (!files->has_power()) // nobody knows: either way is right
        promised.erase(at);
    }
  }
  bool pulled = !files->has_power();
  files->pull_plug();
  store.reset();
  files->restore_power(tail);
  store = storage::rocksdb_store::open(options).value();
  for (const auto& [id, report] : promised) {
    auto bytes = store->get(tables::reports, keys::text(id)).value();
    REQUIRE(bytes.has_value());
    CHECK(decode_report(*bytes).value() == report);
  }
  world after(*store, seed);
  for (const auto& [key, bytes] : dump(*store, tables::reports))
    after.living[decode_report(bytes).value().what.id] = &after.first;
  after.index();
  after.compare(); // no index without its report, no report without its indexes
  return pulled;
}

} // namespace

TEST_CASE("a report that was answered survives power loss with all its indexes, at any point",
          "[station][crash]") {
  std::size_t pulled = 0;
  for (test::unsynced_tail tail : {test::unsynced_tail::vanishes, test::unsynced_tail::torn})
    for (std::uint64_t changes = 1; changes <= 90; changes += 4)
      pulled += survive(changes, changes, tail) ? 1 : 0;
  CHECK(pulled > 40);
}

TEST_CASE("the indexes over reports survive on disk", "[station][property]") {
  test::temp_dir dir;
  storage::rocksdb_options options;
  options.path = dir / "station";
  options.file_system = std::make_shared<test::power_loss_file_system>(1); // spares the waits for the disk
  auto store = storage::rocksdb_store::open(options).value();
  auto w = std::make_unique<world>(*store, 99);
  for (int i = 0; i < 80; ++i) {
    w->step();
    if (i % 7 == 0 && i < 70)
      w->index();
  }
  std::map<std::string, std::uint32_t> living;
  for (const auto& [id, where] : w->living)
    living[id] = where->number;
  auto submitted = w->submitted;
  w.reset();
  store.reset();
  store = storage::rocksdb_store::open(options).value();
  world again(*store, 100);
  again.now += std::chrono::hours(1);
  for (const auto& [id, number] : living)
    again.living[id] = number == 1 ? &again.first : &again.second;
  again.submitted = submitted;
  CHECK_FALSE(dump(*store, tables::pending_reports).empty());
  again.index(); // the backlog was there after the restart
  again.compare();
  for (int i = 0; i < 20; ++i)
    again.step();
  again.index();
  again.compare();
}
