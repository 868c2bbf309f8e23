#include "app/config_value.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::app;
using namespace std::chrono_literals;

namespace {

template <class T>
std::optional<T> read(raw_value raw, bounds range = {}) {
  environment variables;
  file_reader none;
  read_context context{variables, none, range};
  T out{};
  if (read_value(raw, out, context))
    return std::nullopt;
  return out;
}

template <class T>
std::optional<T> read_text(std::string text, bool from_environment = false) {
  return read<T>(raw_value{std::move(text), from_environment});
}

} // namespace

TEST_CASE("durations have a number and a unit", "[app][config]") {
  CHECK(parse_duration("90s").value() == 90s);
  CHECK(parse_duration("15m").value() == 15min);
  CHECK(parse_duration("24h").value() == 24h);
  CHECK(parse_duration("30d").value() == 24h * 30);
  CHECK(parse_duration("2w").value() == 24h * 14);
  CHECK(parse_duration("2y").value() == 24h * 730);
  CHECK(parse_duration("250ms").value() == 250ms);
  CHECK(parse_duration("0s").value() == 0s);
  for (const char* bad : {"", "s", "15", "-1s", "1.5h", "1 fortnight", "9223372036854775807y",
                          "99999999999999999999s", "1001y", "1h30m", "15M"})
    CHECK_FALSE(parse_duration(bad).has_value());
  for (milliseconds value : {milliseconds(1), milliseconds(90s), milliseconds(15min), milliseconds(24h),
                             milliseconds(24h * 365), milliseconds(61s)})
    CHECK(parse_duration(to_duration_text(value)).value() == value);
  CHECK(to_duration_text(24h) == "1d");
}

TEST_CASE("listen addresses name a host and a port", "[app][config]") {
  CHECK(parse_listen_address("127.0.0.1:3000").value() == listen_address{"127.0.0.1", 3000});
  CHECK(parse_listen_address("localhost:0").value() == listen_address{"localhost", 0});
  CHECK(parse_listen_address("[::1]:65535").value() == listen_address{"::1", 65535});
  for (const char* bad : {"", ":", "3000", ":3000", "a:", "a:65536", "a:-1", "a:+1", "a:1 ", "::1:3000",
                          "[::1]", "[]:1", "[host]:1", "a b:1", "http://a:1", "a:1x"})
    CHECK_FALSE(parse_listen_address(bad).has_value());
  CHECK(listen_address{"127.1.2.3", 1}.is_loopback());
  CHECK(listen_address{"::1", 1}.is_loopback());
  CHECK_FALSE(listen_address{"0.0.0.0", 1}.is_loopback());
}

TEST_CASE("web addresses carry no password, query or fragment", "[app][config]") {
  CHECK(read_text<web_address>("https://slack.com/api/")->text == "https://slack.com/api/");
  CHECK(read_text<web_address>("http://127.0.0.1:8080/a"));
  for (const char* bad : {"", "slack.com", "ftp://a", "https://", "https://u:p@a/", "https://u@a",
                          "https://a/?q", "https://a/#f", "https://a:99999", "https://a b/", "javascript:x"})
    CHECK_FALSE(read_text<web_address>(bad));
  CHECK(read_text<web_origin>("http://a:1/")->text == "http://a:1");
  CHECK_FALSE(read_text<web_origin>("http://a:1/api"));
}

TEST_CASE("sizes are bytes or binary units", "[app][config]") {
  CHECK(read_text<byte_count>("1MiB")->bytes == 1'048'576);
  CHECK(read_text<byte_count>("4 KiB")->bytes == 4'096);
  CHECK(read<byte_count>({std::int64_t{77}})->bytes == 77);
  CHECK(read_text<byte_count>("77", true)->bytes == 77); // the environment has only text
  for (const char* bad : {"77", "MiB", "1MB", "-1MiB", "99999999999GiB", "1.5MiB"})
    CHECK_FALSE(read_text<byte_count>(bad));
}

TEST_CASE("ranges are enforced at both ends", "[app][config]") {
  for (std::int64_t value : {1, 2, 256})
    CHECK(read<std::uint64_t>({value}, {1, 256}) == static_cast<std::uint64_t>(value));
  for (std::int64_t value : {std::int64_t{0}, std::int64_t{257}, std::int64_t{-1}, INT64_MIN, INT64_MAX})
    CHECK_FALSE(read<std::uint64_t>({value}, {1, 256}));
  CHECK_FALSE(read<std::uint64_t>({2.0}));
  CHECK_FALSE(read_text<std::uint64_t>("2"));
  CHECK(read_text<std::uint64_t>("2", true) == 2U);
}

TEST_CASE("lists come from TOML or from a comma-separated variable", "[app][config]") {
  using list = std::vector<std::string>;
  CHECK(read<list>({list{"a", "b"}}) == list{"a", "b"});
  CHECK(read_text<list>("a, b ,c", true) == list{"a", "b", "c"});
  CHECK(read_text<list>("", true) == list{});
  CHECK_FALSE(read_text<list>("a, b"));
  CHECK_FALSE(read_text<list>("a,,b", true));
  CHECK_FALSE(read<list>({list{"a\n"}}));
  CHECK(read<std::vector<withhold_rule>>({list{"special_address"}}) ==
        std::vector{withhold_rule::special_address});
  CHECK_FALSE(read<std::vector<withhold_rule>>({list{"special"}}));
  CHECK(read_text<limit_list>("none") == limit_list{});
  CHECK(read_text<limit_list>("60/1m;burst 15") == limit_list{{60, 1min, 15}});
  CHECK_FALSE(read<limit_list>({list{"60/1m", "none"}}));
}
