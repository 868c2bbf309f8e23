#include "observables/value_parser.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace isacbot::observables;

TEST_CASE("a parser that is used again reads every text as a fresh one would", "[observables]") {
  options opts;
  opts.noise_hashes = true;
  std::string many; // more distinct values than the parser keeps memory for
  for (int i = 0; i < 3'000; ++i)
    many += "8." + std::to_string(i % 200) + "." + std::to_string(i / 200) + ".4 ";
  const std::vector<std::string> texts{"8.8.4.4",
                                       "bad-site[.]net",
                                       "hxxp://bad-site[.]net/" + std::string(3'000, 'a'),
                                       many,
                                       "nothing",
                                       "8.8.4.4 9.9.9.9",
                                       "8.8.4.4",
                                       "HKLM\\Software\\Bad",
                                       "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                                       "bad-site.net"};
  value_parser parser(opts);
  for (int round = 0; round < 3; ++round)
    for (const std::string& text : texts)
      CHECK(parser.parse(text) == parse_value(text, opts));
}
