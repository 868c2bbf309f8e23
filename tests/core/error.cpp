#include "core/error.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace isacbot;

TEST_CASE("every error code has a name and a sentence of its own", "[core]") {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  int count = 0;
  for (int i = 0; i <= static_cast<int>(ec::internal); ++i, ++count) {
    names.insert(to_string(static_cast<ec>(i)));
    sentences.insert(describe(static_cast<ec>(i)));
  }
  CHECK(names.size() == static_cast<std::size_t>(count));
  CHECK(sentences.size() == static_cast<std::size_t>(count));
  CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("only outcomes that may have taken effect are ambiguous", "[core]") {
  CHECK(is_ambiguous(ec::timeout));
  CHECK(is_ambiguous(ec::upstream_failed));
  CHECK_FALSE(is_ambiguous(ec::unavailable));
  CHECK_FALSE(is_ambiguous(ec::rate_limited));
  CHECK_FALSE(is_ambiguous(ec::upstream_rejected));
}
