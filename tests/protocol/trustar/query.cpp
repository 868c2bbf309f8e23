#include "protocol/trustar/query.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;

TEST_CASE("queries are written as Python's requests library writes them", "[trustar]") {
  query_writer query;
  query.add("tags", std::vector<std::string>{"\xc3\xbc"
                                             "berweisung",
                                             "tlp:amber", "a b&c=d"});
  CHECK(query.text() == "?tags=%C3%BCberweisung&tags=tlp%3Aamber&tags=a+b%26c%3Dd");
  CHECK(query_writer().add("enclaveIds", std::vector<std::string>{}).text().empty());
}

TEST_CASE("lists may be repeated, joined by commas, or both", "[trustar]") {
  for (const char* query :
       {"enclaveIds=a&enclaveIds=b&enclaveIds=c", "enclaveIds=a,b,c", "enclaveIds=a%2Cb&enclaveIds=c",
        "x=1&enclaveIds=a&enclaveIds=b,c&&", "enclaveIds=,a,,b&enclaveIds=&enclaveIds=c,"}) {
    CAPTURE(query);
    CHECK(query_reader::parse(query).value().list("enclaveIds") == std::vector<std::string>{"a", "b", "c"});
  }
  CHECK(query_reader::parse("excludedTags=").value().list("excludedTags").empty());
  CHECK(query_reader::parse("value=a,b&value=c").value().whole_values("value") ==
        std::vector<std::string>{"a,b", "c"});
}

TEST_CASE("booleans are read in any case, numbers strictly", "[trustar]") {
  auto query =
      query_reader::parse("a=True&b=false&c=FALSE&d=yes&n=12&e=&m=-1&o=1e3&big=9007199254740993").value();
  CHECK(query.flag("a").value() == true);
  CHECK(query.flag("b").value() == false);
  CHECK(query.flag("c").value() == false);
  CHECK(query.flag("d").error().code == ec::malformed);
  CHECK(query.flag("z").value() == std::nullopt);
  CHECK(query.number("n").value() == 12U);
  CHECK(query.number("e").value() == std::nullopt);
  for (const char* bad : {"m", "o", "big", "d"})
    CHECK(query.number(bad).error().code == ec::malformed);
}

TEST_CASE("a broken escape is a fault of the query", "[trustar]") {
  CHECK(query_reader::parse("a=%4").error().code == ec::malformed);
}
