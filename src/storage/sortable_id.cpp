#include "storage/sortable_id.hpp"

#include <algorithm>
#include <cstdint>

namespace isacbot::storage {

namespace {

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // ascending in ASCII, hence sortable
constexpr std::int64_t epoch_2024_ms = 1'704'067'200'000;
constexpr std::int64_t max_time = (std::int64_t{1} << 40U) - 1;
constexpr int time_characters = 8;
constexpr int random_characters = 6;
constexpr std::size_t characters = time_characters + random_characters;

std::string group(std::string_view digits) {
  std::string id;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 5 || i == 10)
      id.push_back('-');
    id.push_back(digits[i]);
  }
  return id;
}

void append_digits(std::string& out, std::uint64_t value, int count) {
  for (int i = count; i-- > 0;)
    out.push_back(alphabet[(value >> (static_cast<unsigned>(i) * 5U)) & 31U]);
}

char normalize(char c) {
  if (c >= 'a' && c <= 'z')
    c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O')
    return '0';
  if (c == 'I' || c == 'L')
    return '1';
  return c;
}

} // namespace

std::string make_sortable_id(sys_time now, random_source& random) {
  std::int64_t time = std::clamp<std::int64_t>(to_epoch_ms(now) - epoch_2024_ms, 0, max_time);
  std::string digits;
  append_digits(digits, static_cast<std::uint64_t>(time), time_characters);
  append_digits(digits, random_bits(random), random_characters);
  return group(digits);
}

result<std::string> parse_sortable_id(std::string_view typed) {
  auto refuse = [] { return fail(ec::malformed, "not an id", "ids look like 1RC5T-0A9GK-QX4M"); };
  std::string digits;
  for (char c : typed) {
    if (c == '-' || c == ' ')
      continue;
    c = normalize(c);
    if (alphabet.find(c) == std::string_view::npos || digits.size() == characters)
      return refuse();
    digits.push_back(c);
  }
  if (digits.size() != characters)
    return refuse();
  return group(digits);
}

result<sys_time> time_of_sortable_id(std::string_view typed) {
  result<std::string> id = parse_sortable_id(typed);
  if (!id)
    return id.error();
  std::int64_t time = 0;
  int left = time_characters;
  for (char c : *id) {
    if (c == '-')
      continue;
    if (left-- == 0)
      break;
    time = time * 32 + static_cast<std::int64_t>(alphabet.find(c));
  }
  return from_epoch_ms(epoch_2024_ms + time);
}

} // namespace isacbot::storage
