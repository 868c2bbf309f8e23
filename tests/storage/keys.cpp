#include "storage/keys.hpp"

#include "core/bytes.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

std::string hex(std::string_view bytes) {
  return to_hex(std::as_bytes(std::span(bytes)));
}

std::string some_text(random_source& random) {
  std::string text(random_bits(random) % 5, '\0');
  for (char& c : text)
    c = "\x00\x01\x02zA\xFE\xFF"[random_bits(random) % 7];
  return text;
}

} // namespace

TEST_CASE("key layouts are what released databases hold", "[storage][keys]") {
  member who{team_id{"T1"}, user_id{"U2"}};
  submission_id id{"1RC5T"};
  CHECK(hex(keys::of_member(who)) == "54310001"
                                     "55320001");
  CHECK(hex(keys::submission(id)) == "31524335540001");
  CHECK(hex(keys::part(id, "1").value()) == "31524335540001"
                                            "00000001");
  CHECK(hex(keys::part(id, "10.2").value()) == "31524335540001"
                                               "0000000a"
                                               "00000002");
  CHECK(hex(keys::draft(who, "V")) == "54310001"
                                      "55320001"
                                      "560001");
  CHECK(hex(keys::expiry(from_epoch_ms(258), tables::drafts, "k")) == "8000000000000102"
                                                                      "04"
                                                                      "6b");
  CHECK(hex(keys::accepted_value(enclave_id{"e"}, "fp")) == "650001"
                                                            "6670");
  CHECK(hex(keys::index(keys::index_kind::due, "k")) == "016b");
  CHECK(hex(keys::parked(who, "k")) == "02"
                                       "54310001"
                                       "55320001"
                                       "6b");
  CHECK(hex(keys::audit_head()) == "00");
  CHECK(hex(keys::audit_chained(1)) == "010000000000000001");
  CHECK(hex(keys::audit_pending(from_epoch_ms(0), "12345678")) == "028000000000000000"
                                                                  "3132333435363738");
}

TEST_CASE("keys sort as what they hold", "[storage][keys]") {
  submission_id id{"A"};
  std::vector<std::string> numbers{"1", "1.1", "1.1.2", "1.2", "2", "10", "10.1", "4294967295"};
  for (std::size_t i = 1; i < numbers.size(); ++i)
    CHECK(keys::part(id, numbers[i - 1]).value() < keys::part(id, numbers[i]).value());
  CHECK(keys::part(submission_id{"A"}, "9").value() < keys::part(submission_id{"AB"}, "1").value());

  test::seeded_random random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string a = some_text(random);
    std::string b = some_text(random);
    std::string tail_a = some_text(random);
    std::string key_a = key_builder{}.text(a).raw(tail_a).take();
    std::string key_b = key_builder{}.text(b).raw(some_text(random)).take();
    if (a != b)
      REQUIRE((a < b) == (key_a < key_b));
    auto time_a = from_epoch_ms(static_cast<std::int64_t>(random_bits(random)));
    auto time_b = from_epoch_ms(static_cast<std::int64_t>(random_bits(random)));
    REQUIRE((time_a < time_b) == (key_builder{}.time(time_a).take() < key_builder{}.time(time_b).take()));
    key_reader reader(key_a);
    REQUIRE(reader.text() == a);
    REQUIRE(reader.rest() == tail_a);
  }
}

TEST_CASE("a key reader gives back what was built, and nothing for other bytes", "[storage][keys]") {
  std::string key =
      key_builder{}.byte(7).number32(70'000).number64(~0ULL).time(from_epoch_ms(-5)).text("t").take();
  key_reader reader(key);
  CHECK(reader.byte() == 7);
  CHECK(reader.number32() == 70'000U);
  CHECK(reader.number64() == ~0ULL);
  CHECK(reader.time() == from_epoch_ms(-5));
  CHECK(reader.text() == "t");
  CHECK(reader.finished());

  for (std::size_t length = 0; length < key.size(); ++length) {
    key_reader cut(std::string_view(key).substr(0, length));
    cut.byte();
    cut.number32();
    cut.number64();
    cut.time();
    CHECK(cut.text() == std::nullopt);
    CHECK(cut.byte() == std::nullopt); // and stays failed
    CHECK_FALSE(cut.finished());
  }
  CHECK(key_reader(std::string_view("a\0\2", 3)).text() == std::nullopt);
  CHECK(keys::read_member(key_builder{}.text("T1").raw("U").take()) == std::nullopt);
  member who{team_id{std::string("T\0x", 3)}, user_id{""}};
  CHECK(keys::read_member(keys::of_member(who)) == who);
}

TEST_CASE("part numbers of another form are refused", "[storage][keys]") {
  submission_id id{"A"};
  for (const char* number :
       {"", "0", "01", "1.", ".1", "1..2", "-1", "+1", " 1", "1 ", "a", "1.a", "4294967296", "1,2"})
    CHECK(keys::part(id, number).error().code == ec::invalid_argument);
  std::string deep = "1";
  for (int i = 0; i < 31; ++i)
    deep += ".1";
  CHECK(keys::part(id, deep));
  CHECK_FALSE(keys::part(id, deep + ".1"));
}

TEST_CASE("the end of a prefix lies behind all that start with it", "[storage][keys]") {
  CHECK(end_of_prefix("ab") == "ac");
  CHECK(end_of_prefix("a\xFF\xFF") == "b");
  CHECK(end_of_prefix("\xFF\xFF").empty());
  CHECK(end_of_prefix("").empty());
}
