#include "storage/key_encoding.hpp"

namespace isacbot::storage {

namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1}
                                   << 63U; // flipped, negative times sort before positive ones

void append_big_endian(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;)
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (i * 8U))));
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (char c : bytes)
    value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

} // namespace

key_builder& key_builder::byte(std::uint8_t value) {
  key_.push_back(static_cast<char>(value));
  return *this;
}

key_builder& key_builder::number32(std::uint32_t value) {
  append_big_endian(key_, value, 4);
  return *this;
}

key_builder& key_builder::number64(std::uint64_t value) {
  append_big_endian(key_, value, 8);
  return *this;
}

key_builder& key_builder::time(sys_time value) {
  return number64(static_cast<std::uint64_t>(to_epoch_ms(value)) ^ sign_bit);
}

key_builder& key_builder::text(std::string_view value) {
  for (char c : value) {
    key_.push_back(c);
    if (c == '\0')
      key_.push_back('\xFF');
  }
  key_.push_back('\0');
  key_.push_back('\x01');
  return *this;
}

key_builder& key_builder::raw(std::string_view value) {
  key_.append(value);
  return *this;
}

std::string_view key_reader::take(std::size_t size) {
  if (failed_ || rest_.size() < size) {
    failed_ = true;
    return {};
  }
  std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::optional<std::uint8_t> key_reader::byte() {
  std::string_view bytes = take(1);
  if (failed_)
    return std::nullopt;
  return static_cast<std::uint8_t>(bytes.front());
}

std::optional<std::uint32_t> key_reader::number32() {
  std::string_view bytes = take(4);
  if (failed_)
    return std::nullopt;
  return static_cast<std::uint32_t>(read_big_endian(bytes));
}

std::optional<std::uint64_t> key_reader::number64() {
  std::string_view bytes = take(8);
  if (failed_)
    return std::nullopt;
  return read_big_endian(bytes);
}

std::optional<sys_time> key_reader::time() {
  std::optional<std::uint64_t> number = number64();
  if (!number)
    return std::nullopt;
  return from_epoch_ms(static_cast<std::int64_t>(*number ^ sign_bit));
}

std::optional<std::string> key_reader::text() {
  std::string value;
  for (;;) {
    std::string_view next = take(1);
    if (failed_)
      return std::nullopt;
    if (next.front() != '\0') {
      value.push_back(next.front());
      continue;
    }
    std::string_view mark = take(1);
    if (!failed_ && mark.front() == '\x01')
      return value;
    if (failed_ || mark.front() != '\xFF') {
      failed_ = true;
      return std::nullopt;
    }
    value.push_back('\0');
  }
}

std::string end_of_prefix(std::string_view prefix) {
  std::string end{prefix};
  while (!end.empty() && end.back() == '\xFF')
    end.pop_back();
  if (!end.empty())
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1U);
  return end;
}

} // namespace isacbot::storage
