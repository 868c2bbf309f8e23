/// SipHash with any number of rounds: keyed_hash and short_hash are made of it.
/// @see Aumasson and Bernstein, "SipHash: a fast short-input PRF"
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace isacbot::domain {

/// A random key; the two halves are read as little-endian.
struct hash_key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

template <int RoundsPerWord, int RoundsAtEnd>
class sip_hash {
 public:
  explicit sip_hash(const hash_key& key) noexcept
      : v0_(key.low ^ 0x736f6d6570736575),
        v1_(key.high ^ 0x646f72616e646f6d),
        v2_(key.low ^ 0x6c7967656e657261),
        v3_(key.high ^ 0x7465646279746573) {}

  /// The variant of 128 bits marks its beginning, and its second half.
  void mark(std::uint64_t with) noexcept { v1_ ^= with; }

  void absorb(std::string_view text) noexcept {
    const std::uint64_t length = std::uint64_t{text.size()} << 56U;
    for (; text.size() >= 8; text.remove_prefix(8))
      absorb(read_word(text.data(), 8));
    absorb(length | rest_of(text));
  }
  std::uint64_t squeeze(std::uint64_t with) noexcept {
    v2_ ^= with;
    for (int i = 0; i < RoundsAtEnd; ++i)
      round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  /// Little-endian, whatever the machine; what is missing to 8 bytes is 0.
  static std::uint64_t read_word(const char* bytes, std::size_t count) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
  }
  /// By words that overlap: a loop over the bytes costs more than the rounds.
  static std::uint64_t rest_of(std::string_view text) noexcept {
    const std::size_t n = text.size();
    if (n >= 4)
      return read_word(text.data(), 4) | read_word(text.data() + n - 4, 4) << (8 * (n - 4));
    if (n == 0)
      return 0;
    const auto byte = [&](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    };
    return byte(0) | byte(n / 2) | byte(n - 1);
  }
  void absorb(std::uint64_t word) noexcept {
    v3_ ^= word;
    for (int i = 0; i < RoundsPerWord; ++i)
      round();
    v0_ ^= word;
  }
  void round() noexcept {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

} // namespace isacbot::domain
