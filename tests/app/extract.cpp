/// `isacbot extract`: the contract of both modes.
#include "cli/extract.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

using isacbot::cli::extract_arguments;
using isacbot::cli::run_extract;

namespace {

struct outcome {
  int status;
  std::string out;
  std::string err;
};

outcome run(const extract_arguments& arguments, const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = run_extract(arguments, in, out, err);
  return {status, out.str(), err.str()};
}

} // namespace

TEST_CASE("extract writes each value once, in order of first appearance", "[cli][extract]") {
  const outcome x = run({}, "hxxp://evil[.]example[.]com/x 203.0.113.1\n203.0.113.1 CVE-2031-4455\n");
  CHECK(x.status == 0);
  CHECK(x.out == "URL\thttp://evil.example.com/x\nIP\t203.0.113.1\nCVE\tCVE-2031-4455\n");
}

TEST_CASE("extract takes any bytes", "[cli][extract]") {
  const outcome x = run({}, std::string("\xFF\x00\xC3(203.0.113.1\x00\x1D", 17) + "203.0.113.2");
  CHECK(x.status == 0);
  CHECK(x.out == "IP\t203.0.113.1\nIP\t203.0.113.2\n");
  CHECK(run({}, "").out.empty());
}

TEST_CASE("extract --jsonl answers each line with its id, count and offset", "[cli][extract]") {
  extract_arguments lines;
  lines.jsonl = true;
  const outcome x = run(lines, "{\"id\": 7, \"text\": \"a 203.0.113.1 203[.]0[.]113[.]1\"}\r\n\n{\"text\": "
                               "\"none\", \"id\": {\"a\": [1]}}\n");
  CHECK(x.status == 0);
  CHECK(x.out ==
        "{\"id\":7,\"observables\":[{\"type\":\"IP\",\"value\":\"203.0.113.1\",\"count\":2,\"offset\":2}]}\n"
        "{\"id\":{\"a\":[1]},\"observables\":[]}\n");
}

TEST_CASE("a broken line is told and does not end the run", "[cli][extract]") {
  extract_arguments lines;
  lines.jsonl = true;
  const outcome x = run(lines, "not json\n[1]\n{\"id\": 1}\n{\"id\": 2, \"text\": \"\\ud800 "
                               "203.0.113.1\"}\n{\"id\": 3, \"text\": \"\xFF 203.0.113.2\"}");
  CHECK(x.status == 0);
  CHECK(x.out.find("{\"id\":2,\"observables\":[{\"type\":\"IP\",\"value\":\"203.0.113.1\"") !=
        std::string::npos);
  CHECK(x.out.find("{\"id\":3,\"observables\":[{\"type\":\"IP\",\"value\":\"203.0.113.2\"") !=
        std::string::npos);
  CHECK(std::count(x.out.begin(), x.out.end(), '\n') == 5);
  CHECK(x.err.find("line 1") != std::string::npos);
  CHECK(x.err.find("line 3") != std::string::npos);
  CHECK(x.err.find("line 4") == std::string::npos);
}

TEST_CASE("extract reads files together and names the one it cannot read", "[cli][extract]") {
  const isacbot::test::temp_dir folder;
  const std::string first = (folder.path() / "first").string();
  std::ofstream(first) << "203.0.113.1";
  extract_arguments files;
  files.files = {first, (folder.path() / "missing").string(), first};
  const outcome x = run(files, "198.51.100.1");
  CHECK(x.status == 1);
  CHECK(x.out == "IP\t203.0.113.1\n");
  CHECK(x.err.find("missing") != std::string::npos);
}
