#include "station/secret_hash.hpp"

#include "core/bytes.hpp"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace isacbot::station {

namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

bool derive(const secret& plain, std::string_view salt, hash_cost cost, std::string& out) {
  if (cost.log2_n < 1 || cost.log2_n > 20 || cost.r == 0 || cost.r > 32 || cost.p == 0 || cost.p > 16)
    return false;
  std::uint64_t n = std::uint64_t{1} << cost.log2_n;
  // RFC 7914: the memory is 128 * r * (n + p + 2) bytes; OpenSSL's own default limit is just too small.
  std::uint64_t memory = 128U * std::uint64_t{cost.r} * (n + cost.p + 2U) + 1024U * 1024U;
  out.assign(hash_bytes, '\0');
  return EVP_PBE_scrypt(plain.reveal().data(), plain.size(),
                        reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), n, cost.r, cost.p,
                        memory, reinterpret_cast<unsigned char*>(out.data()), out.size()) == 1;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t end = text.find('$');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

std::uint8_t read_byte(std::string_view text) {
  std::uint8_t value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() ? value : std::uint8_t{0};
}

} // namespace

result<std::string> hash_secret(const secret& plain, random_source& random, hash_cost cost) {
  std::string salt(salt_bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(salt)));
  std::string hash;
  if (!derive(plain, salt, cost, hash))
    return fail(ec::internal, "scrypt failed");
  return "scrypt$" + std::to_string(cost.log2_n) + "$" + std::to_string(cost.r) + "$" +
         std::to_string(cost.p) + "$" + to_base64(salt) + "$" + to_base64(hash);
}

bool matches_hash(const secret& plain, std::string_view stored) {
  auto parts = split(stored);
  if (parts.size() != 6 || parts[0] != "scrypt")
    return false;
  auto salt = from_base64(parts[4]);
  auto expected = from_base64(parts[5]);
  std::string hash;
  if (!salt || !expected || expected->size() != hash_bytes ||
      !derive(plain, *salt, {read_byte(parts[1]), read_byte(parts[2]), read_byte(parts[3])}, hash))
    return false;
  return equal_constant_time(hash, *expected);
}

} // namespace isacbot::station
