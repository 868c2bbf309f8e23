/// A Station in memory with the calls that tests of reports make.
#pragma once

#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

namespace isacbot::test {

struct report_fixture : station_fixture {
  report_fixture() : station_fixture(unlimited()) {}

  bj::object draft(const std::string& enclave, const std::string& title, const std::string& body) const {
    return {{"title", title}, {"reportBody", body}, {"enclaveIds", bj::array{enclave}}};
  }
  std::string create(const station::api_credentials& who, const bj::object& what) {
    auto answer = call(who, "POST", "/reports", bj::serialize(what));
    REQUIRE(answer.status == 200);
    return answer.body;
  }
  bj::value read(const station::api_credentials& who, const std::string& id) {
    return bj::parse(call(who, "GET", "/reports/" + id).body);
  }
  std::vector<std::string> indicators(const station::api_credentials& who, const std::string& id,
                                      const std::string& query = "") {
    std::vector<std::string> values;
    auto page = bj::parse(call(who, "GET", "/reports/" + id + "/indicators" + query).body);
    for (const bj::value& item : page.at("items").as_array())
      values.push_back(text(item.at("indicatorType")) + " " + text(item.at("value")));
    return values;
  }
  std::vector<std::string> correlated(const station::api_credentials& who, const std::string& indicators,
                                      const std::string& query = "") {
    std::vector<std::string> ids;
    auto page = bj::parse(call(who, "GET", "/reports/correlated?indicators=" + indicators + query).body);
    for (const bj::value& item : page.at("items").as_array())
      ids.push_back(text(item.at("id")));
    return ids;
  }
  std::vector<std::string> tags(const station::api_credentials& who, const std::string& path) {
    std::vector<std::string> names;
    auto list = bj::parse(call(who, "GET", path).body);
    for (const bj::value& item : list.as_array()) {
      CHECK(item.at("guid") == item.at("name")); // of report tags
      names.push_back(text(item.at("name")));
    }
    return names;
  }
};

} // namespace isacbot::test
