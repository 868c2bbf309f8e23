#include "core/hmac_key.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstdlib>

namespace isacbot {

namespace {

struct free_context {
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using mac_context = std::unique_ptr<EVP_MAC_CTX, free_context>;

/// A library without HMAC cannot keep any promise of this program.
void must(bool done) {
  if (!done)
    std::abort();
}

mac_context prepare(const secret& key) {
  EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  must(algorithm != nullptr);
  mac_context context(EVP_MAC_CTX_new(algorithm));
  EVP_MAC_free(algorithm); // the context keeps it
  std::string digest = "SHA256";
  std::array<OSSL_PARAM, 2> settings{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_end()};
  // An empty key is legal, but OpenSSL takes a null pointer for "keep the last key".
  const char* bytes = key.empty() ? "" : key.reveal().data();
  must(context && EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(bytes), key.size(),
                               settings.data()) == 1);
  return context;
}

} // namespace

hmac_key::hmac_key(const secret& key) : prepared_(prepare(key)) {}

std::string hmac_key::operator()(std::string_view message) const {
  std::string digest(32, '\0');
  const mac_context context(EVP_MAC_CTX_dup(prepared_.get()));
  std::size_t length = 0;
  must(context &&
       EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(message.data()),
                      message.size()) == 1 &&
       EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &length,
                     digest.size()) == 1);
  return digest;
}

} // namespace isacbot
