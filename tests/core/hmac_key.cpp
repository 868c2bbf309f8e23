#include "core/hmac_key.hpp"

#include "core/bytes.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;

TEST_CASE("a prepared key gives RFC 4231's test case 2, time after time", "[core]") {
  const hmac_key key(secret("Jefe"));
  for (int times = 0; times < 2; ++times)
    CHECK(key("what do ya want for nothing?") ==
          from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").value());
  const hmac_key copy = key; // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(copy("another") == hmac_sha256("Jefe", "another"));
}

TEST_CASE("a prepared key agrees with hmac_sha256 for keys and messages of any length", "[core]") {
  for (std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64},
                             std::size_t{65}, std::size_t{200}}) {
    const std::string bytes(length, 'k');
    const hmac_key key{secret(bytes)};
    for (const std::string& message : {std::string{}, std::string(1'000, 'm')})
      CHECK(key(message) == hmac_sha256(bytes, message));
  }
}
