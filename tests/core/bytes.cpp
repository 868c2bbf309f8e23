#include "core/bytes.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <regex>
#include <type_traits>

using namespace isacbot;

TEST_CASE("base64 follows the vectors of RFC 4648 section 10", "[core]") {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    CHECK(to_base64(plain) == encoded);
    CHECK(from_base64(encoded).value() == plain);
  }
  for (std::string bad : {"Zg=", "Zg", "Z===", " Zg=", "Zg==\n", "Zm9v!A==", "=AAA"})
    CHECK_FALSE(from_base64(bad).has_value());
}

TEST_CASE("hex refuses odd lengths and other characters", "[core]") {
  CHECK(from_hex("00fFa1").value() == std::string("\x00\xff\xa1", 3));
  CHECK_FALSE(from_hex("abc").has_value());
  CHECK_FALSE(from_hex("zz").has_value());
}

TEST_CASE("hmac_sha256 follows RFC 4231 test case 2", "[core]") {
  std::string digest = hmac_sha256("Jefe", "what do ya want for nothing?");
  CHECK(to_hex(std::as_bytes(std::span(digest))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("sha256 of nothing is the well-known digest", "[core]") {
  std::string digest = sha256("");
  CHECK(to_hex(std::as_bytes(std::span(digest))) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("random_uuid is a lower-case UUID of version 4", "[core]") {
  test::seeded_random source{7};
  std::regex shape("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 200; ++i)
    CHECK(std::regex_match(random_uuid(source), shape));
}

TEST_CASE("random_unit stays in [0, 1)", "[core]") {
  test::seeded_random source{1};
  for (int i = 0; i < 1000; ++i) {
    double x = random_unit(source);
    CHECK((x >= 0.0 && x < 1.0));
  }
}

template <class T>
concept printable = requires(std::ostream& out, const T& x) {
  out << x;
};

TEST_CASE("a secret cannot be printed or turned into text by accident", "[core]") {
  STATIC_REQUIRE_FALSE(printable<secret>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<secret, std::string>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<secret, std::string_view>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, secret>);
  secret a{"hunter2"};
  secret b = a;
  CHECK(a == b);
  secret c = std::move(b);
  CHECK(b.empty()); // NOLINT: a moved-from secret is wiped, which is the point
  CHECK(c.reveal() == "hunter2");
}
