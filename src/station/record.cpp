#include "station/record.hpp"

namespace isacbot::station {

record_writer& record_writer::number(std::uint64_t value) {
  while (value >= 0x80U) {
    bytes_.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
    value >>= 7U;
  }
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

record_writer& record_writer::time(sys_time value) {
  // Zigzag: times before 1970 stay short.
  std::int64_t ms = to_epoch_ms(value);
  return number((static_cast<std::uint64_t>(ms) << 1U) ^ static_cast<std::uint64_t>(ms >> 63));
}

record_writer& record_writer::text(std::string_view value) {
  number(value.size());
  bytes_.append(value);
  return *this;
}

record_writer& record_writer::texts(const std::vector<std::string>& values) {
  number(values.size());
  for (const std::string& value : values)
    text(value);
  return *this;
}

record_reader::record_reader(std::string_view bytes, std::uint8_t version) : rest_(bytes) {
  if (rest_.empty() || static_cast<std::uint8_t>(rest_.front()) != version)
    failed_ = true;
  else
    rest_.remove_prefix(1);
}

std::uint64_t record_reader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !failed_; shift += 7) {
    if (rest_.empty() || shift > 63) {
      failed_ = true;
      break;
    }
    auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0)
      return value;
  }
  return 0;
}

sys_time record_reader::time() {
  std::uint64_t zigzag = number();
  return from_epoch_ms(static_cast<std::int64_t>((zigzag >> 1U) ^ (~(zigzag & 1U) + 1U)));
}

std::string record_reader::text() {
  std::uint64_t size = number();
  if (failed_ || size > rest_.size()) {
    failed_ = true;
    return {};
  }
  std::string value(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return value;
}

std::vector<std::string> record_reader::texts() {
  std::uint64_t count = number();
  std::vector<std::string> values;
  for (std::uint64_t i = 0; i < count && !failed_; ++i)
    values.push_back(text());
  return values;
}

result<void> record_reader::check(std::string_view what) const {
  if (complete())
    return {};
  return fail(ec::corrupted, "a stored " + std::string(what) + " is damaged");
}

} // namespace isacbot::station
