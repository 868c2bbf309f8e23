/// The small pure parts of the room.
#include "station/indicator_row.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"
#include "station/trigram_index.hpp"
#include "storage/memory_store.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::station;

TEST_CASE("a stored row comes back, and a damaged one is noticed", "[station]") {
  indicator_row row{7,
                    from_epoch_ms(-5),
                    from_epoch_ms(1'700'000'000'000),
                    4,
                    2,
                    "slack",
                    {"a", ""},
                    {"c2"},
                    true,
                    {3, 1, from_epoch_ms(5), from_epoch_ms(6)}};
  std::string bytes = encode(row);
  CHECK(decode_indicator_row(bytes).value() == row);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(decode_indicator_row(bytes.substr(0, size)).error().code == ec::corrupted);
  CHECK(decode_indicator_row(bytes + "x").error().code == ec::corrupted);
  bytes[0] = 9;
  CHECK(decode_indicator_row(bytes).error().code == ec::corrupted);
}

TEST_CASE("numbers of a record are LEB128", "[station]") {
  CHECK(record_writer(1).number(0).number(127).number(128).number(300).take() ==
        std::string("\x01\x00\x7F\x80\x01\xAC\x02", 7));
  const std::string largest("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
  CHECK(record_reader(largest, 1).number() == ~std::uint64_t{0});
  const std::string endless_bytes = std::string("\x01") + std::string(20, '\xFF');
  record_reader endless(endless_bytes, 1);
  CHECK(endless.number() == 0);
  CHECK_FALSE(endless.complete());
}

TEST_CASE("times of a sighting join without losing anything", "[station]") {
  auto at = [](std::int64_t ms) { return from_epoch_ms(ms); };
  trustar::submitted_row plain{"v", {}, {}, {}, "", "", {}};
  auto now = at(1'000);
  auto row = add_sighting(std::nullopt, plain, {}, now);
  CHECK(row.first_seen == now);
  CHECK(row.last_seen == now);
  CHECK(row.sightings == 1);
  auto wide = plain;
  wide.first_seen = at(100);
  wide.last_seen = at(200);
  wide.sightings = 5;
  auto joined = add_sighting(row, wide, {}, at(2'000));
  CHECK(joined.first_seen == at(100));
  CHECK(joined.last_seen == now); // what was seen later stays later
  CHECK(joined.sightings == 6);
  auto swapped = plain;
  swapped.first_seen = at(900);
  swapped.last_seen = at(300);
  auto mended = add_sighting(std::nullopt, swapped, {}, now);
  CHECK(mended.first_seen == at(300));
  CHECK(mended.last_seen == at(900));
  auto past = plain;
  past.last_seen = at(50);
  CHECK(add_sighting(std::nullopt, past, {}, now).first_seen == at(50));
  auto future = plain;
  future.first_seen = at(5'000);
  CHECK(add_sighting(std::nullopt, future, {}, now).last_seen == at(5'000));
}

TEST_CASE("the last fifty distinct notes are kept and all are counted", "[station]") {
  std::optional<indicator_row> row;
  for (int i = 0; i < 60; ++i) {
    trustar::submitted_row submitted{"v", {}, {}, {}, "", "note " + std::to_string(i), {}};
    row = add_sighting(row, submitted, {"t"}, from_epoch_ms(i));
    row = add_sighting(row, submitted, {"t"}, from_epoch_ms(i));
  }
  CHECK(row->notes.size() == 50);
  CHECK(row->notes.front() == "note 10");
  CHECK(row->note_count == 60);
  CHECK(row->sightings == 120);
  CHECK(row->tags == std::vector<std::string>{"t"});
}

TEST_CASE("the types of submitted values are found in the form of the wire", "[station]") {
  std::vector<trustar::submitted_row> content;
  for (const char* value : {"BAD.example[.]net", "hxxp://bad.example.net/X", " 203.0.113.9 ",
                            "d41d8cd98f00b204e9800998ecf8427e", "CVE-2031-4455", "10.0.0.1"})
    content.push_back({value, {}, {}, {}, "", "", {}});
  auto typed = find_types(content);
  CHECK(typed.skipped.empty());
  REQUIRE(typed.rows.size() == 6);
  CHECK(typed.rows[0].type == "URL");
  CHECK(typed.rows[0].value == "bad.example.net");
  CHECK(typed.rows[1].value == "http://bad.example.net/X");
  CHECK(typed.rows[2].value == "203.0.113.9");
  CHECK(typed.rows[3].type == "MD5");
  CHECK(typed.rows[4].type == "CVE");
  CHECK(typed.rows[5].type == "IP"); // a row handed in as such is kept, private or not
}

TEST_CASE("postings of new blocks and of those begun find every number", "[station]") {
  storage::memory_store store;
  std::vector<std::uint32_t> fives;
  std::uint32_t next = 0;
  for (int submission = 0; submission < 7; ++submission) {
    storage::write_batch batch;
    posting_batch postings({tables::postings, 1, next});
    for (std::uint32_t i = 0; i < 700; ++i, ++next) {
      postings.add(next % 5 == 0 ? "five.example.net" : "other.example.org", next);
      if (next % 5 == 0)
        fives.push_back(next);
    }
    postings.write_to(batch, store).value();
    store.write(batch, storage::sync::no).value();
  }
  text_space all{tables::postings, 1, next};
  CHECK(find_candidates(store, all, "five", 10'000).value().value() == fives);
  CHECK(find_candidates(store, all, "five", fives.size() - 1).value() == std::nullopt);
  CHECK(find_candidates(store, all, "fivex", 10'000).value()->empty());
  CHECK(find_candidates(store, {tables::postings, 2, next}, "five", 10'000).value()->empty());
  CHECK(find_candidates(store, {tables::report_postings, 1, next}, "five", 10'000).value()->empty());

  // A text that changed gets what it lacks, in any block, once.
  for (int i = 0; i < 2; ++i) {
    storage::write_batch batch;
    posting_batch postings(all);
    postings.add("fivex", 1);
    postings.add("fivex", 2'001);
    postings.write_to(batch, store).value();
    CHECK(batch.operations().size() == (i == 0 ? 6 : 0)); // fiv, ive and vex in two blocks
    store.write(batch, storage::sync::no).value();
  }
  CHECK(find_candidates(store, all, "fivex", 10'000).value().value() == std::vector<std::uint32_t>{1, 2'001});
}

TEST_CASE("the trigrams of a text are its distinct runs of three bytes", "[station]") {
  CHECK(trigrams_of("aaaa") == std::vector<trigram>{0x616161});
  CHECK(trigrams_of("abcab") == std::vector<trigram>{0x616263, 0x626361, 0x636162});
  CHECK(trigrams_of("\xff\xfe\xfd") == std::vector<trigram>{0xfffefd});
  CHECK(trigrams_of("ab").empty());
}

TEST_CASE("keys keep enclaves and values apart", "[station]") {
  auto unpacked = keys::unpack(keys::pack(std::string("a\0b", 3), "URL"));
  REQUIRE(unpacked);
  CHECK(unpacked->value == std::string("a\0b", 3));
  CHECK(unpacked->type == "URL");
  CHECK_FALSE(keys::unpack("junk"));
  CHECK(keys::indicator(1, "ab", "IP") != keys::indicator(1, "a", "bIP"));
  CHECK(keys::by_last_seen(1, from_epoch_ms(5), 9) < keys::by_last_seen(1, from_epoch_ms(6), 0));
  CHECK(keys::by_last_seen(1, from_epoch_ms(-1), 9) < keys::by_last_seen(1, from_epoch_ms(0), 0));
}
