/// `isacbot submit -`: what comes through a pipe.
#include "cli/submit_fixture.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>
#include <unistd.h>

using namespace isacbot;
using test::submit_fixture;

namespace {

/// Standard input of this process is this text, and then its end.
class typed_input {
 public:
  explicit typed_input(std::string text) : before_(::dup(STDIN_FILENO)) {
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    REQUIRE(::dup2(pipe[0], STDIN_FILENO) == STDIN_FILENO);
    ::close(pipe[0]);
    writer_ = std::thread([to = pipe[1], text = std::move(text)] {
      std::string_view left = text;
      while (!left.empty()) {
        // Pieces of odd sizes: what comes through a pipe ends anywhere.
        const auto written = ::write(to, left.data(), std::min<std::size_t>(left.size(), 4'099));
        if (written <= 0)
          break;
        left.remove_prefix(static_cast<std::size_t>(written));
      }
      ::close(to);
    });
  }
  ~typed_input() {
    writer_.join();
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }
  typed_input(const typed_input&) = delete;
  typed_input& operator=(const typed_input&) = delete;

 private:
  int before_;
  std::thread writer_;
};

} // namespace

TEST_CASE_METHOD(submit_fixture, "standard input reaches Station, beside a service and without one",
                 "[cli][submit]") {
  if (GENERATE(true, false))
    serve();
  std::string table = "value,sightings,notes\n";
  for (int i = 0; i < 2'000; ++i) // more than a pipe holds
    table += "host" + std::to_string(i) + ".piped-site.net,2,\"a note, with\nits second line\"\n";
  typed_input input(table);
  auto receipt = type_json({"submit", "--enclave", enclave, "--wait", "-"});
  CHECK(receipt.at("handed_in").as_int64() == 2'000);
  CHECK(receipt.at("accepted").as_int64() == 2'000);
  auto known = at_station([](auto& station) {
    return station.look_up({"host0.piped-site.net", "host1999.piped-site.net"});
  });
  REQUIRE(known.has_value());
  REQUIRE(known->size() == 2);
  for (const auto& row : *known)
    CHECK(row.sightings == 2U);
}

TEST_CASE_METHOD(submit_fixture, "standard input of nothing leaves nothing", "[cli][submit]") {
  serve();
  for (const char* nothing : {"", "\n\n", "# only a comment\n"}) {
    CAPTURE(nothing);
    typed_input input(nothing);
    type({"submit", "--enclave", enclave, "-"});
    CHECK(status == 1);
    CHECK_FALSE(err.empty());
  }
  {
    typed_input input("");
    type({"submit", "--enclave", enclave, "--report", "--title", "Empty", "-"});
    CHECK(status == 1);
  }
  CHECK(type_json({"submissions", "list"}).at("submissions").as_array().empty());
}

TEST_CASE_METHOD(submit_fixture, "standard input that ends in the middle of a record", "[cli][submit]") {
  serve();
  auto count = [](const boost::json::object& receipt, const char* name) {
    return receipt.at(name).as_int64();
  };
  SECTION("of a table: the line is what it is") {
    typed_input input("value,notes\n8.8.4.4,one\nbad-site.net,tw");
    auto receipt = type_json({"submit", "--enclave", enclave, "--wait", "-"});
    CHECK(count(receipt, "accepted") == 2);
  }
  SECTION("of a table, in quotes: that record alone is concerned") {
    typed_input input("value,notes\n8.8.4.4,one\nbad-site.net,\"tw");
    auto receipt = type_json({"submit", "--enclave", enclave, "--wait", "-"});
    CHECK(count(receipt, "handed_in") == 2);
    CHECK(count(receipt, "accepted") + count(receipt, "refused") == 2);
    auto known = at_station([](auto& station) { return station.look_up({"8.8.4.4"}); });
    CHECK(known.value().size() == 1);
  }
  SECTION("of lines of JSON: that line alone is refused") {
    typed_input input("{\"value\": \"8.8.4.4\"}\n{\"value\": \"9.9.9.9\"}\n{\"value\": \"bad-si");
    auto receipt = type_json({"submit", "--enclave", enclave, "--wait", "-"});
    CHECK(count(receipt, "accepted") == 2);
    CHECK(count(receipt, "refused") == 1);
    CHECK(count(receipt.at("refused_lines").as_array().at(0).as_object(), "line") == 3);
  }
  SECTION("of a document: nothing of it is accepted") {
    for (const char* cut : {R"(["8.8.4.4", "bad-site.net", "9.9)",
                            R"({"type": "bundle", "id": "bundle--1", "objects": [{"type": "domain-name",)"}) {
      typed_input input(cut);
      type({"submit", "--enclave", enclave, "-"});
      CHECK(status == 1);
      CHECK(type_json({"submissions", "list"}).at("submissions").as_array().empty());
    }
  }
}
