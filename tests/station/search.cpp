#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

using namespace isacbot;
using namespace isacbot::test;

namespace {
using values = std::vector<std::string>;
} // namespace

TEST_CASE("a search finds substrings in any case, newest first", "[station]") {
  station_fixture f(unlimited());
  f.call(f.alice, "POST", "/indicators",
         station_fixture::submission(f.shared, {"http://Bad.Example.net/Payload.EXE"}));
  f.time.advance(seconds(1));
  f.call(f.alice, "POST", "/indicators",
         station_fixture::submission(f.own, {"mail.example.net", "203.0.113.9"}));
  CHECK(f.search(f.alice, "EXAMPLE.NET") == values{"mail.example.net", "http://bad.example.net/Payload.EXE"});
  CHECK(f.search(f.alice, "payload.exe") == values{"http://bad.example.net/Payload.EXE"});
  CHECK(f.search(f.alice, "0.113").size() == 1);
  CHECK(f.search(f.alice, "nothing-like-it").empty());
  // A defanged term is understood as what it stands for.
  CHECK(f.search(f.alice, "203[.]0[.]113[.]9") == values{"203.0.113.9"});
  // Under three characters no term is applied.
  CHECK(f.search(f.alice, "zz").size() == 3);
  CHECK(f.search(f.alice, "").size() == 3);
  auto by_get = bj::parse(f.call(f.alice, "GET", "/indicators/search?searchTerm=mail.exam").body);
  CHECK(by_get.at("totalElements") == 1);
  auto null_term = bj::parse(f.call(f.alice, "POST", "/indicators/search", R"({"searchTerm": null})").body);
  CHECK(null_term.at("totalElements") == 3);
}

TEST_CASE("filters of a search narrow it down", "[station]") {
  station_fixture f(unlimited());
  auto submit = [&](const std::string& enclave, const std::string& value, const std::string& tags,
                    std::int64_t last) {
    bj::array tag_list;
    for (const std::string& name :
         {tags.substr(0, tags.find(',')), tags.substr(std::min(tags.size(), tags.find(',') + 1))})
      if (!name.empty())
        tag_list.push_back(bj::object{{"name", name}, {"enclaveId", enclave}});
    bj::object body{
        {"enclaveIds", bj::array{enclave}},
        {"tags", tag_list},
        {"content",
         bj::array{bj::object{{"value", value}, {"firstSeen", 1'000'000'000'000}, {"lastSeen", last}}}}};
    REQUIRE(f.call(f.alice, "POST", "/indicators", bj::serialize(body)).status == 200);
  };
  const std::int64_t now = to_epoch_ms(f.time.now());
  const std::int64_t day = 86'400'000;
  submit(f.shared, "a.example.net", "c2,apt", now - day);
  submit(f.shared, "b.example.net", "c2,fp", now - 2 * day);
  submit(f.own, "198.51.100.7", "apt,", now - 3 * day);
  submit(f.own, "old.example.net", "c2,", now - 31 * day);
  submit(f.own, "older.example.net", "c2,", now - 400 * day);

  CHECK(f.search(f.alice, "") == values{"a.example.net", "b.example.net", "198.51.100.7"});
  CHECK(f.search(f.alice, "", "?enclaveIds=" + f.own) == values{"198.51.100.7"});
  CHECK(f.search(f.alice, "", "?enclaveIds=" + f.own + "," + f.shared).size() == 3);
  CHECK(f.search(f.alice, "", "?entityTypes=IP") == values{"198.51.100.7"});
  CHECK(f.search(f.alice, "", "?entityTypes=DOMAIN,IP").size() == 3); // DOMAIN is URL here
  CHECK(f.search(f.alice, "", "?tags=C2&tags=apt") == values{"a.example.net"});
  CHECK(f.search(f.alice, "example", "?tags=c2&excludedTags=fp") == values{"a.example.net"});
  CHECK(f.search(f.alice, "", "?tags=unknown").empty());
  CHECK(f.search(f.alice, "", "?excludedTags=").size() == 3);
  CHECK(f.search(f.alice, "", "?from=0").size() == 4); // cut to a year
  CHECK(f.search(f.alice, "",
                 "?from=" + std::to_string(now - 2 * day) + "&to=" + std::to_string(now - 2 * day)) ==
        values{"b.example.net"}); // both ends belong to the window
  CHECK(f.search(f.alice, "older", "?from=0&to=" + std::to_string(now - 300 * day)) ==
        values{"older.example.net"});
  CHECK(f.call(f.alice, "POST", "/indicators/search?from=2000&to=1000").status == 400);
  // A tag is also found by its id.
  std::string guid(f.metadata(f.alice, "198.51.100.7").at(0).at("tags").at(0).at("guid").as_string());
  CHECK(f.search(f.alice, "", "?tags=" + guid) == values{"198.51.100.7"});
}

TEST_CASE("pages follow each other and end", "[station]") {
  station_fixture f(unlimited());
  values all;
  for (int i = 0; i < 60; ++i)
    all.push_back("203.0.113." + std::to_string(i + 1));
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, all));
  auto page = [&](const std::string& query) {
    return bj::parse(
        f.call(f.alice, "POST", "/indicators/search" + query, R"({"searchTerm": "203.0"})").body);
  };
  auto first = page("");
  CHECK(first.at("items").as_array().size() == 25);
  CHECK(first.at("pageSize") == 25);
  CHECK(first.at("totalElements") == 60);
  CHECK(first.at("totalPages") == 3);
  CHECK(first.at("hasNext") == true);
  CHECK(page("?pageNumber=2").at("hasNext") == false);
  CHECK(page("?pageNumber=2").at("items").as_array().size() == 10);
  CHECK(page("?pageNumber=3").at("items").as_array().empty());
  CHECK(page("?pageSize=5000").at("pageSize") == 1000);
  std::set<std::string> seen;
  for (int i = 0; i < 3; ++i) {
    auto part = page("?pageNumber=" + std::to_string(i));
    for (const bj::value& item : part.at("items").as_array())
      seen.insert(std::string(item.at("value").as_string()));
  }
  CHECK(seen == std::set<std::string>(all.begin(), all.end()));
  CHECK(f.call(f.alice, "POST", "/indicators/search?pageNumber=10&pageSize=1000").status == 400);
  CHECK(f.call(f.alice, "POST", "/indicators/search?pageNumber=-1").status == 400);
  CHECK(f.call(f.alice, "POST", "/indicators/search?pageNumber=x").status == 400);
}

TEST_CASE("pages up to the moment of the first one show everything once, whatever arrives meanwhile",
          "[station]") {
  station_fixture f(unlimited());
  constexpr int all = 230;
  auto add = [&](const std::string& name) {
    f.call(f.alice, "POST", "/indicators",
           station_fixture::submission(f.own, {name + ".paging.example.net"}));
    f.call(f.alice, "POST", "/reports",
           R"({"title": "paging )" + name + R"(", "reportBody": "b", "enclaveIds": [")" + f.own + R"("]})");
    f.time.advance(milliseconds(10));
  };
  for (int i = 0; i < all; ++i)
    add("old" + std::to_string(i));
  const std::string until = "&from=0&to=" + std::to_string(to_epoch_ms(f.time.now()));
  f.time.advance(milliseconds(10));
  for (const char* list : {"/indicators/search", "/reports/search"}) {
    std::vector<std::string> seen;
    for (int number = 0;; ++number) {
      auto answer =
          f.call(f.alice, "GET",
                 list + ("?searchTerm=paging&pageSize=50&pageNumber=" + std::to_string(number)) + until);
      bj::value page = bj::parse(answer.body);
      CHECK(page.at("totalElements") == all);
      for (const bj::value& item : page.at("items").as_array())
        seen.push_back(text(item.as_object().contains("title") ? item.at("title") : item.at("value")));
      if (page.at("hasNext") == false)
        break;
      add("new" + std::to_string(number)); // between two pages
    }
    CHECK(seen.size() == all);
    std::sort(seen.begin(), seen.end());
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  }
}

TEST_CASE("metadata takes exact values, typed or not", "[station]") {
  station_fixture f(unlimited());
  f.call(f.alice, "POST", "/indicators",
         station_fixture::submission(f.shared, {"203.0.113.9", "bad.example.net"}));
  auto ask = [&](const char* body) {
    return bj::parse(f.call(f.bob, "POST", "/indicators/metadata", body).body).as_array();
  };
  CHECK(
      ask(R"([{"value": "203.0.113.9", "indicatorType": "IP"}, {"value": "bad.example.net", "indicatorType": "DOMAIN"}])")
          .size() == 2);
  CHECK(ask(R"([{"value": "203.0.113.9", "indicatorType": "URL"}])").empty());
  CHECK(ask(R"([{"value": "203.0.113"}])").empty());
  CHECK(ask(R"([{"value": "BAD.Example.NET"}])").size() == 1); // another spelling of the same value
  CHECK(ask("[]").empty());
  auto status = [&](const std::string& body) {
    return f.call(f.bob, "POST", "/indicators/metadata", body).status;
  };
  for (const char* bad : {"", "{}", R"(["a"])", R"([{"indicatorType": "IP"}])", R"([{"value": 1}])",
                          R"([{"value": "a", "indicatorType": "IP"}, {"value": "b"}])"})
    CHECK(status(bad) == 400);
  bj::array many(1001, bj::object{{"value", "a"}});
  CHECK(status(bj::serialize(many)) == 413);
}

TEST_CASE("where nobody has imported scores, summaries are an empty page", "[station]") {
  station_fixture f(unlimited());
  auto answer =
      f.call(f.alice, "POST", "/indicators/summaries?pageNumber=1&pageSize=100", R"(["203.0.113.9"])");
  CHECK(bj::parse(answer.body) ==
        bj::parse(R"({"items": [], "pageNumber": 1, "pageSize": 100, "totalElements": 0, "totalPages": 0,
                      "hasNext": false, "empty": true})"));
  CHECK(f.call(f.alice, "POST", "/indicators/summaries", R"([1])").status == 400);
}

TEST_CASE("a search by index finds what a look at every value finds", "[station]") {
  station_fixture f(unlimited());
  seeded_random random(3);
  const values words{"alpha", "Bravo", "char-lie", "delta9", "echo", "fox"};
  values all;
  for (int round = 0; round < 30; ++round) { // many submissions, so that index blocks are added to
    values batch;
    for (int i = 0; i < 50; ++i) {
      std::string value = "http://" + std::to_string(random_bits(random) % 500) + ".example.net/" +
                          words[random_bits(random) % words.size()] + "/" +
                          words[random_bits(random) % words.size()];
      batch.push_back(value);
    }
    REQUIRE(f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, batch)).status ==
            200);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  for (const char* term :
       {"bravo", "9.example", "/echo/fox", "lie/del", "p://1", "xample", "12.example.net/alp", "qqq"}) {
    std::set<std::string> expected;
    for (std::string value : all) {
      std::string folded = value;
      std::transform(folded.begin(), folded.end(), folded.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      if (folded.find(term) != std::string::npos)
        expected.insert(value);
    }
    auto page = bj::parse(f.call(f.alice, "POST", "/indicators/search?pageSize=1000",
                                 R"({"searchTerm": ")" + std::string(term) + R"("})")
                              .body);
    CAPTURE(term);
    CHECK(page.at("totalElements") == expected.size());
    std::set<std::string> found;
    for (const bj::value& item : page.at("items").as_array())
      found.insert(std::string(item.at("value").as_string()));
    CHECK(std::includes(expected.begin(), expected.end(), found.begin(), found.end()));
    CHECK(found.size() == std::min<std::size_t>(1000, expected.size()));
  }
}
