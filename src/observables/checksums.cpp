/// Checks that addresses of coins carry in themselves.
#include "observables/checksums.hpp"

#include "observables/characters.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>

namespace isacbot::observables {
namespace {

constexpr std::string_view base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

std::uint32_t bech32_step(std::uint32_t check, unsigned value) noexcept {
  constexpr std::uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  const std::uint32_t top = check >> 25;
  check = (check & 0x1FFFFFF) << 5 ^ value;
  for (unsigned i = 0; i < 5; ++i)
    if ((top >> i & 1U) != 0)
      check ^= generator[i];
  return check;
}

/// Keccak-f[1600] (the permutation of FIPS 202).
void keccak_permute(std::array<std::uint64_t, 25>& a) noexcept {
  constexpr std::uint64_t constants[24] = {
      0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
      0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
      0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
      0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
      0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
  constexpr int rotations[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                 27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
  constexpr std::size_t lanes[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                     15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
  for (std::uint64_t constant : constants) {
    std::uint64_t column[5];
    for (std::size_t x = 0; x < 5; ++x)
      column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (std::size_t x = 0; x < 5; ++x) {
      const std::uint64_t change = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (std::size_t y = 0; y < 25; y += 5)
        a[x + y] ^= change;
    }
    std::uint64_t carried = a[1];
    for (std::size_t i = 0; i < 24; ++i)
      carried = std::exchange(a[lanes[i]], std::rotl(carried, rotations[i]));
    for (std::size_t y = 0; y < 25; y += 5) {
      const std::uint64_t row[5] = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
      for (std::size_t x = 0; x < 5; ++x)
        a[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

/// Keccak-256 with the padding from before FIPS 202, of at most one block (135 bytes).
std::array<std::uint64_t, 25> keccak256(std::string_view text) noexcept {
  std::array<std::uint64_t, 25> a{};
  auto absorb = [&](std::size_t at, unsigned byte) {
    a[at / 8] ^= static_cast<std::uint64_t>(byte) << 8 * (at % 8);
  };
  for (std::size_t i = 0; i < text.size(); ++i)
    absorb(i, static_cast<unsigned char>(text[i]));
  absorb(text.size(), 0x01);
  absorb(135, 0x80);
  keccak_permute(a);
  return a;
}

} // namespace

bool is_base58_bitcoin(std::string_view text) {
  if (text.size() < 26 || text.size() > 35 || (text[0] != '1' && text[0] != '3'))
    return false;
  std::array<unsigned char, 25> bytes{};
  for (char c : text) {
    const std::size_t digit = base58.find(c);
    if (digit == std::string_view::npos)
      return false;
    unsigned carry = static_cast<unsigned>(digit);
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
      carry += *byte * 58U;
      *byte = static_cast<unsigned char>(carry);
      carry >>= 8;
    }
    if (carry != 0)
      return false;
  }
  // Each leading zero byte is one leading `1`, no more and no less.
  const auto zeros =
      std::find_if(bytes.begin(), bytes.end(), [](unsigned char b) { return b != 0; }) - bytes.begin();
  const auto ones = std::min(text.find_first_not_of('1'), text.size());
  if (static_cast<std::size_t>(zeros) != ones || (bytes[0] != 0x00 && bytes[0] != 0x05))
    return false;
  const std::string payload(bytes.begin(), bytes.begin() + 21);
  const std::string check = sha256(sha256(payload));
  return std::equal(bytes.begin() + 21, bytes.end(), check.begin(),
                    [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); });
}

bool is_bech32_bitcoin(std::string_view text) noexcept {
  const std::size_t human = starts_folded(text, "bcrt1") ? 4 : 2;
  if (text.size() < 14 || text.size() > 90 ||
      (human == 2 && !starts_folded(text, "bc1") && !starts_folded(text, "tb1")))
    return false;
  const bool upper = has_upper(text);
  if (upper && std::any_of(text.begin(), text.end(), [](char c) { return is(c, is_letter) && !is_upper(c); }))
    return false;
  std::uint32_t check = 1;
  for (std::size_t i = 0; i < human; ++i)
    check = bech32_step(check, static_cast<unsigned>(fold(text[i])) >> 5);
  check = bech32_step(check, 0);
  for (std::size_t i = 0; i < human; ++i)
    check = bech32_step(check, static_cast<unsigned>(fold(text[i])) & 31U);
  const std::string_view data = text.substr(human + 1);
  for (char c : data) {
    const std::size_t value = bech32.find(fold(c));
    if (value == std::string_view::npos)
      return false;
    check = bech32_step(check, static_cast<unsigned>(value));
  }
  const std::size_t version = bech32.find(fold(data[0]));
  if (version > 16 || check != (version == 0 ? 1U : 0x2bc830a3U))
    return false;
  const std::size_t bits = (data.size() - 7) * 5; // without version and checksum
  const std::size_t bytes = bits / 8;
  if (bits % 8 >= 5 || (bech32.find(fold(data[data.size() - 7])) & ((1U << bits % 8) - 1)) != 0)
    return false; // padding of a whole character, or not zero
  return version == 0 ? bytes == 20 || bytes == 32 : bytes >= 2 && bytes <= 40;
}

bool is_ethereum(std::string_view digits) noexcept {
  if (digits.size() != 40 || !only(digits, is_hex))
    return false;
  char lower[40];
  bool has_lower = false;
  for (std::size_t i = 0; i < 40; ++i) {
    lower[i] = fold(digits[i]);
    has_lower |= is(digits[i], is_letter) && !is_upper(digits[i]);
  }
  if (!has_lower || !has_upper(digits))
    return true;
  const std::array<std::uint64_t, 25> hash = keccak256({lower, 40});
  for (std::size_t i = 0; i < 40; ++i) {
    const std::uint64_t byte = hash[i / 16] >> 8 * (i / 2 % 8) & 0xFF;
    const bool upper = (i % 2 == 0 ? byte >> 4 : byte & 0xF) >= 8;
    if (is(digits[i], is_letter) && upper != is_upper(digits[i]))
      return false;
  }
  return true;
}

} // namespace isacbot::observables
