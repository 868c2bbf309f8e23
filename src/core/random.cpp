#include "core/random.hpp"

#include "core/bytes.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace isacbot {

void system_random::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t filled = getrandom(out.data(), out.size(), 0);
    if (filled > 0)
      out = out.subspan(static_cast<std::size_t>(filled));
    else if (errno != EINTR)
      std::abort(); // continuing would mean guessable keys and nonces
  }
}

std::uint64_t random_bits(random_source& source) {
  std::array<std::byte, 8> bytes{};
  source.fill(bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof bits);
  return bits;
}

double random_unit(random_source& source) {
  return static_cast<double>(random_bits(source) >> 11U) * 0x1.0p-53; // 53 bits fill a double's mantissa
}

std::string random_uuid(random_source& source) {
  std::array<std::byte, 16> bytes{};
  source.fill(bytes);
  bytes[6] = (bytes[6] & std::byte{0x0F}) | std::byte{0x40};
  bytes[8] = (bytes[8] & std::byte{0x3F}) | std::byte{0x80};
  std::string text = to_hex(bytes);
  for (std::size_t dash : {8U, 13U, 18U, 23U})
    text.insert(dash, 1, '-');
  return text;
}

std::string random_hex(random_source& source, std::size_t count) {
  std::string bytes(count, '\0');
  source.fill(std::as_writable_bytes(std::span(bytes)));
  return to_hex(std::as_bytes(std::span(bytes)));
}

} // namespace isacbot
