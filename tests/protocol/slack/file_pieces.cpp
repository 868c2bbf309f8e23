#include "protocol/slack/file_pieces.hpp"

#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::slack;

namespace {

/// A 206 as RFC 9110 section 15.3.7 has it.
http::response piece(const std::string& range, std::string body) {
  auto r = http::make_response(206, "text/plain", std::move(body));
  r.headers.add("Content-Range", range);
  return r;
}

http::response whole(std::string body) {
  return http::make_response(200, "text/plain", std::move(body));
}

} // namespace

TEST_CASE("a file is followed to its last piece, short ones included", "[slack][content]") {
  file_pieces file(100);
  CHECK(file.take(piece("bytes 0-3/10", "0123")).value() == false);
  CHECK(file.offset() == 4);
  CHECK(file.take(piece("bytes 4-4/10", "4")).value() == false); // a host may give less than was asked for
  CHECK(file.take(piece("bytes 5-9/10", "56789")).value() == true);
  CHECK(file.offset() == 10);
  file_pieces at_once(10);
  CHECK(at_once.take(whole("0123456789")).value() == true);
}

TEST_CASE("a file that is too large is told from one that does not come", "[slack][content]") {
  CHECK(file_pieces(9).take(piece("bytes 0-3/10", "0123")).error().code == ec::too_large);
  CHECK(file_pieces(9).take(whole("0123456789")).error().code == ec::too_large);
  CHECK(file_pieces(10).take(piece("bytes 0-3/10", "0123")).has_value());
}

TEST_CASE("a host that gives nothing, or something else, is asked no further", "[slack][content]") {
  auto begun = [] {
    file_pieces file(100);
    REQUIRE(file.take(piece("bytes 0-3/10", "0123")).has_value());
    return file;
  };
  for (const http::response& r :
       {piece("bytes 4-4/10", ""), piece("bytes 4-3/10", ""), piece("bytes */10", ""),
        http::make_response(206, "text/plain", ""), whole(""), piece("bytes 0-3/10", "0123"),
        piece("bytes 8-9/10", "89"), piece("bytes 4-5/11", "45"), piece("bytes 4-5/9", "45"),
        whole("0123456789")}) {
    auto file = begun();
    auto taken = file.take(r);
    REQUIRE(taken.has_error());
    CHECK(taken.error().code == ec::protocol_violation);
    CHECK(file.offset() == 4);
  }
  CHECK(file_pieces(100).take(whole("")).error().code == ec::protocol_violation);
}
