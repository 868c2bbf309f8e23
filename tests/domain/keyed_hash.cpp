#include "domain/keyed_hash.hpp"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>

using namespace isacbot::domain;

namespace {

void store(unsigned char* to, std::uint64_t word) {
  for (int i = 0; i < 8; ++i)
    to[i] = static_cast<unsigned char>(word >> (8 * i));
}

/// OpenSSL's own SipHash is the judge.
std::string judge(const hash_key& key, std::string_view text, std::size_t size, unsigned rounds_per_word,
                  unsigned rounds_at_end) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                              &EVP_MAC_free);
  REQUIRE(mac);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(mac.get()),
                                                                          &EVP_MAC_CTX_free);
  unsigned char bytes[16];
  store(bytes, key.low);
  store(bytes + 8, key.high);
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_size_t("size", &size), OSSL_PARAM_construct_uint("c-rounds", &rounds_per_word),
      OSSL_PARAM_construct_uint("d-rounds", &rounds_at_end), OSSL_PARAM_construct_end()};
  REQUIRE(EVP_MAC_init(context.get(), bytes, sizeof bytes, params) == 1);
  REQUIRE(EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) ==
          1);
  std::string out(size, '\0');
  REQUIRE(EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, out.size()) == 1);
  return out;
}

} // namespace

TEST_CASE("keyed and short hash are SipHash-2-4 with 128 bits and SipHash-1-3 with 64", "[domain]") {
  std::string text;
  for (int length = 0; length < 70; ++length) {
    const hash_key key{0x0706050403020100U * static_cast<std::uint64_t>(length + 1), 0x0f0e0d0c0b0a0908U};
    const fingerprint hash = keyed_hash(key, text);
    std::string ours(16, '\0');
    store(reinterpret_cast<unsigned char*>(ours.data()), hash.low);
    store(reinterpret_cast<unsigned char*>(ours.data()) + 8, hash.high);
    CHECK(ours == judge(key, text, 16, 2, 4));
    std::string short_one(8, '\0');
    store(reinterpret_cast<unsigned char*>(short_one.data()), short_hash(key, text));
    CHECK(short_one == judge(key, text, 8, 1, 3));
    text.push_back(static_cast<char>(length * 37));
  }
}
