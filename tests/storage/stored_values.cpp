#include "storage/stored_values.hpp"

#include "core/bytes.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

/// Random values of every form.
class value_maker {
 public:
  explicit value_maker(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_bits(random_) % bound; }
  std::string text() {
    std::string bytes(below(12), '\0');
    random_.fill(std::as_writable_bytes(std::span(bytes)));
    return bytes;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values(below(4));
    for (std::string& value : values)
      value = text();
    return values;
  }
  sys_time time() { return from_epoch_ms(static_cast<std::int64_t>(random_bits(random_))); }
  std::optional<sys_time> maybe_time() { return below(2) == 0 ? std::nullopt : std::optional(time()); }
  member who() { return {team_id{text()}, user_id{text()}}; }
  std::uint32_t number() { return static_cast<std::uint32_t>(random_bits(random_)); }
  domain::line_reason reason() { return static_cast<domain::line_reason>(below(domain::line_reason_count)); }

  std::vector<domain::line_report> lines() {
    std::vector<domain::line_report> reports(below(3));
    for (domain::line_report& report : reports)
      report = {number(), text(), reason()};
    return reports;
  }
  std::vector<domain::indicator_row> rows() {
    std::vector<domain::indicator_row> some(below(4));
    for (domain::indicator_row& row : some)
      row = {number(), text(),       text(),       text(),   text(),
             texts(),  maybe_time(), maybe_time(), number(), below(2) == 0};
    return some;
  }
  submission_header header() {
    submission_header x;
    x.submission = {submission_id{text()},
                    domain::submission_kind::report,
                    who(),
                    enclave_id{text()},
                    text(),
                    texts(),
                    time(),
                    text(),
                    text()};
    x.counts = {random_bits(random_), number(), number(), number(), number()};
    x.withheld = lines();
    x.refused = lines();
    for (std::uint64_t n = below(3); n > 0; --n) {
      x.reasons.push_back({reason(), number()});
      x.types.push_back({text(), number()});
    }
    x.processed = maybe_time();
    return x;
  }
  stored_part part() {
    stored_part x;
    x.part = {submission_id{text()},
              text(),
              static_cast<domain::part_state>(below(6)),
              number(),
              number(),
              maybe_time(),
              text(),
              text()};
    x.refused = rows();
    x.reason = reason();
    x.finished = maybe_time();
    x.known = text();
    x.late = text();
    x.late_note_bytes = x.late.empty() ? 0 : number();
    return x;
  }

 private:
  test::seeded_random random_;
};

/// Decoding is exact: what is cut, longer, of another version or changed is either refused or is itself the
/// one form of another value.
template <class Value, class Decode>
void check_exact(const Value& value, Decode decode) {
  const std::string bytes(encode(value).reveal());
  result<Value> back = decode(bytes);
  REQUIRE(back);
  REQUIRE(*back == value);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    REQUIRE(decode(bytes.substr(0, length)).error().code == ec::corrupted);
  REQUIRE_FALSE(decode(bytes + std::string(1, '\0')));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x81);
    result<Value> other = decode(changed);
    REQUIRE_FALSE((i == 0 && other));
    if (other)
      REQUIRE(encode(*other).reveal() == changed);
  }
}

} // namespace

TEST_CASE("every stored form comes back exactly, and nothing else is taken for it",
          "[storage][stored_values]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    value_maker make(seed);
    check_exact(credentials{{secret(make.text()), secret(make.text())}, make.time()}, decode_credentials);
    check_exact(journal_entry{make.text(), make.who(), channel_id{make.text()}, secret(make.text()),
                              make.text(), make.text(), make.time()},
                decode_journal_entry);
    check_exact(make.header(), decode_submission_header);
    check_exact(make.part(), decode_stored_part);
    check_exact(audit_event{make.time(), make.text(), make.text(), make.text(), make.text()},
                decode_audit_event);
    check_exact(make.rows(), decode_rows);
  }
}

TEST_CASE("stored bytes of version 1 are what released databases hold", "[storage][stored_values]") {
  credentials value{{secret("key"), secret("secret")}, from_epoch_ms(258)};
  std::string_view bytes = "01"
                           "00000003"
                           "6b6579"
                           "00000006"
                           "736563726574"
                           "0000000000000102";
  CHECK(from_hex(bytes).value() == encode(value).reveal());
  domain::indicator_row row;
  row.line = 2;
  row.type = "IP";
  row.value = "v";
  row.tags = {"t"};
  row.last_seen = from_epoch_ms(1);
  row.known = true;
  std::string_view rows = "01"
                          "00000001"
                          "00000002"
                          "00000002"
                          "4950"
                          "00000001"
                          "76"
                          "00000000"
                          "00000000"
                          "00000001"
                          "00000001"
                          "74"
                          "00"
                          "01"
                          "0000000000000001"
                          "00000001"
                          "01";
  CHECK(decode_rows(from_hex(rows).value()).value() == std::vector{row});
}

TEST_CASE("packed rows are what released databases hold", "[storage][stored_values]") {
  std::vector<domain::indicator_row> rows(3);
  rows[0].line = 3;
  rows[0].type = "IP";
  rows[0].value = "v";
  rows[1].line = 2;
  rows[1].type = "URL";
  rows[1].value = "w";
  rows[1].source = "s";
  rows[1].notes = "n";
  rows[1].tags = {"t", ""};
  rows[1].first_seen = from_epoch_ms(-1);
  rows[1].last_seen = from_epoch_ms(300);
  rows[1].sightings = 200;
  rows[1].known = true;
  rows[2].line = 2;
  rows[2].type = "IP";
  rows[2].source = "s";
  const std::string_view bytes = "02"
                                 "02" // types
                                 "024950"
                                 "0355524c"
                                 "03"         // rows
                                 "0600017600" // line +3, type 0, "v", no flags
                                 "010101"     // line -1, type 1, "w"
                                 "77"
                                 "fd"
                                 "0173"
                                 "016e"
                                 "02017400"
                                 "01"
                                 "d804"
                                 "c801"
                                 "00000002"; // line +0, type 0, "", source as before
  CHECK(to_hex(std::as_bytes(std::span(std::string_view(encode(rows).reveal())))) == bytes);
  CHECK(decode_rows(from_hex(bytes).value()).value() == rows);
  for (std::string_view bad : {
           "02010249500100000176",         // cut
           "020102495001800000017600",     // a number longer than it has to be
           "0202024950024950010600017600", // a type twice
           "02010249500106010176"
           "00", // a type that isn't there
           "0201024950"
           "00",                       // a type that no row has
           "020102495001060001760100", // a source that is empty
           "020102495001060001760000", // more than there is
           "0201024950010100017600",   // line -1
       })
    CHECK_FALSE(decode_rows(from_hex(bad).value()));
}

TEST_CASE("a length beyond the bytes that are there costs no memory", "[storage][stored_values]") {
  for (std::string_view bytes :
       {"01ffffffff", "01ffffffff00000000", "017fffffff", "02ffffffff0f", "0200ffffffffffffffffff01"}) {
    CHECK_FALSE(decode_rows(from_hex(bytes).value()));
    CHECK_FALSE(decode_credentials(from_hex(bytes).value()));
    CHECK_FALSE(decode_audit_event(from_hex(bytes).value()));
  }
}
