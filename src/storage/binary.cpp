#include "storage/binary.hpp"

namespace isacbot::storage {

namespace {

void append_number(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;)
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (i * 8U))));
}

} // namespace

void byte_writer::u8(std::uint8_t value) {
  append_number(bytes_, value, 1);
}
void byte_writer::u32(std::uint32_t value) {
  append_number(bytes_, value, 4);
}
void byte_writer::u64(std::uint64_t value) {
  append_number(bytes_, value, 8);
}
void byte_writer::time(sys_time value) {
  u64(static_cast<std::uint64_t>(to_epoch_ms(value)));
}

void byte_writer::time(const std::optional<sys_time>& value) {
  u8(value ? 1 : 0);
  if (value)
    time(*value);
}

void byte_writer::text(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  bytes_.append(value);
}

void byte_writer::texts(const std::vector<std::string>& values) {
  u32(static_cast<std::uint32_t>(values.size()));
  for (const std::string& value : values)
    text(value);
}

void byte_reader::fault() noexcept {
  ok_ = false;
  rest_ = {};
}

std::uint64_t byte_reader::number(std::size_t size) {
  if (rest_.size() < size)
    fault();
  if (!ok_)
    return 0;
  std::uint64_t value = 0;
  for (char c : rest_.substr(0, size))
    value = value << 8U | static_cast<unsigned char>(c);
  rest_.remove_prefix(size);
  return value;
}

std::uint8_t byte_reader::u8() {
  return static_cast<std::uint8_t>(number(1));
}
std::uint32_t byte_reader::u32() {
  return static_cast<std::uint32_t>(number(4));
}
std::uint64_t byte_reader::u64() {
  return number(8);
}

bool byte_reader::flag() {
  std::uint8_t value = u8();
  if (value > 1)
    fault();
  return ok_ && value == 1;
}

sys_time byte_reader::time() {
  return from_epoch_ms(static_cast<std::int64_t>(u64()));
}

std::optional<sys_time> byte_reader::optional_time() {
  if (!flag())
    return std::nullopt;
  sys_time value = time();
  return ok_ ? std::optional(value) : std::nullopt;
}

std::string byte_reader::text() {
  std::size_t size = u32();
  if (size > rest_.size())
    fault();
  if (!ok_)
    return {};
  std::string value(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return value;
}

std::vector<std::string> byte_reader::texts() {
  std::vector<std::string> values;
  std::size_t items = count(4);
  values.reserve(items);
  for (; items > 0 && ok_; --items)
    values.push_back(text());
  return values;
}

std::size_t byte_reader::count(std::size_t least) {
  std::size_t items = u32();
  if (items > rest_.size() / least)
    fault();
  return ok_ ? items : 0;
}

} // namespace isacbot::storage
