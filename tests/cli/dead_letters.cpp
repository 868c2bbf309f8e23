/// Parts that nobody could deliver, in the hands of the operator.
#include "cli/submit_fixture.hpp"

#include <chrono>

using namespace isacbot;
using test::free_port;
using test::submit_fixture;
using test::text;

TEST_CASE_METHOD(submit_fixture,
                 "a dead letter is listed, kept from Station, and sent once when it is asked for",
                 "[cli][submit]") {
  const std::string credentials = "operator_key = \"file:" + (dir / "operator_key").string() +
                                  "\"\noperator_secret = \"file:" + (dir / "operator_secret").string() +
                                  "\"\n";
  const std::string station = origin;
  origin = "http://127.0.0.1:" + std::to_string(free_port()); // nobody
  write(credentials);
  serve();
  auto receipt = type_json({"submit", "--enclave", enclave, put("some.txt", "8.8.4.4\nbad-site.net\n")});
  const std::string id = text(receipt, "id");
  // While it is being sent it cannot be given up: the command says so, and is run again.
  auto standing = [&] { return text(type_json({"submissions", "show", id}), "standing"); };
  for (int tries = 0; tries < 500 && standing() != "dead"; ++tries)
    type({"submissions", "cancel", id});
  CHECK(standing() == "dead");
  auto dead = type_json({"submissions", "list", "--standing", "dead"}).at("submissions").as_array();
  REQUIRE(dead.size() == 1);
  CHECK(text(dead[0].as_object(), "id") == id);
  CHECK(service->stop());
  service.reset();

  origin = station;
  write(credentials);
  serve();
  const std::vector<std::string> values{"8.8.4.4", "bad-site.net"};
  type_json({"submit", "--enclave", enclave, "--wait", put("other.txt", "9.9.9.9\n")}); // goes its way
  CHECK(at_station([&](auto& s) { return s.look_up(values); }).value().empty());
  CHECK(type_json({"submissions", "retry", id}).at("parts").as_int64() == 1);
  auto until = std::chrono::steady_clock::now() + seconds{20};
  while (std::chrono::steady_clock::now() < until && standing() != "delivered" && standing() != "processed")
    ;
  auto known = at_station([&](auto& s) { return s.look_up(values); });
  REQUIRE(known.has_value());
  CHECK(known->size() == 2);
  for (const auto& row : *known)
    CHECK(row.sightings == 1U);
  CHECK(type_json({"submissions", "list", "--standing", "dead"}).at("submissions").as_array().empty());
}

TEST_CASE_METHOD(submit_fixture, "a submission behind another tells its place in the queue",
                 "[cli][submit]") {
  origin = "http://127.0.0.1:" + std::to_string(free_port()); // nobody: both wait
  write("operator_key = \"file:" + (dir / "operator_key").string() + "\"\noperator_secret = \"file:" +
        (dir / "operator_secret").string() + "\"\nmax_indicators_per_call = 2\n");
  serve();
  const auto first = type_json(
      {"submit", "--enclave", enclave, put("one.txt", "8.8.4.4\nbad-site.net\n9.9.9.9\nbad-site-2.net\n")});
  const auto second = type_json({"submit", "--enclave", enclave, put("two.txt", "bad-site-3.net\n")});
  auto ahead = [&](const boost::json::object& receipt) {
    return type_json({"submissions", "show", text(receipt, "id")})
        .at("progress")
        .as_object()
        .at("parts_ahead")
        .to_number<int>();
  };
  CHECK(ahead(first) == 0);
  CHECK(ahead(second) == 2);
  type({"submissions", "cancel", text(first, "id")});
  for (int tries = 0; tries < 500 && ahead(second) > 0; ++tries)
    type({"submissions", "cancel", text(first, "id")});
  CHECK(ahead(second) == 0);
}
