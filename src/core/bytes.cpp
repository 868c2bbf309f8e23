#include "core/bytes.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>

namespace isacbot {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

const unsigned char* as_unsigned(std::string_view bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::byte b : bytes) {
    text.push_back(hex_digits[std::to_integer<unsigned>(b) >> 4U]);
    text.push_back(hex_digits[std::to_integer<unsigned>(b) & 0x0FU]);
  }
  return text;
}

result<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0)
    return fail(ec::malformed, "hex text has an odd length");
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0)
      return fail(ec::malformed, "hex text has a character that is no hex digit");
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // EVP_EncodeBlock ends with a NUL
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), as_unsigned(bytes),
                               static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

result<std::string> from_base64(std::string_view text) {
  auto refuse = [] { return fail(ec::malformed, "not Base64 text"); };
  if (text.size() % 4 != 0)
    return refuse();
  // EVP_DecodeBlock tolerates blanks at the ends; we don't.
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  for (char c : text.substr(0, text.size() - padding)) {
    bool in_alphabet =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    if (!in_alphabet)
      return refuse();
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), as_unsigned(text),
                               static_cast<int>(text.size()));
  if (length < 0)
    return refuse();
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

bool equal_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
                 EVP_sha256(), nullptr) != 1)
    std::abort(); // a library without SHA-256 cannot keep any promise of this program
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string digest(32, '\0');
  unsigned length = 0;
  // An empty key is legal in RFC 2104, but OpenSSL takes a null pointer for "keep the last key".
  const void* key_bytes = key.empty() ? "" : key.data();
  if (HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), as_unsigned(message), message.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &length) == nullptr)
    std::abort();
  return digest;
}

} // namespace isacbot
