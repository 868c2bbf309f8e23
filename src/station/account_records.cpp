#include "station/account_records.hpp"

#include "station/record.hpp"

namespace isacbot::station {

namespace {
constexpr std::uint8_t version = 1;
} // namespace

std::string encode(const company& c) {
  return record_writer(version).number(c.number).text(c.id).text(c.name).take();
}

result<company> decode_company(std::string_view bytes) {
  record_reader reader(bytes, version);
  company out;
  out.number = static_cast<std::uint32_t>(reader.number());
  out.id = reader.text();
  out.name = reader.text();
  if (auto ok = reader.check("company"); !ok)
    return ok.error();
  return out;
}

std::string encode(const user& u) {
  return record_writer(version)
      .text(u.key)
      .text(u.name)
      .number(u.company)
      .text(u.secret_hash)
      .time(u.created)
      .take();
}

result<user> decode_user(std::string_view bytes) {
  record_reader reader(bytes, version);
  user out;
  out.key = reader.text();
  out.name = reader.text();
  out.company = static_cast<std::uint32_t>(reader.number());
  out.secret_hash = reader.text();
  out.created = reader.time();
  if (auto ok = reader.check("user"); !ok)
    return ok.error();
  return out;
}

std::string encode(const enclave& e) {
  return record_writer(version).text(e.id).number(e.number).text(e.name).text(e.type).time(e.created).take();
}

result<enclave> decode_enclave(std::string_view bytes) {
  record_reader reader(bytes, version);
  enclave out;
  out.id = reader.text();
  out.number = static_cast<std::uint32_t>(reader.number());
  out.name = reader.text();
  out.type = reader.text();
  out.created = reader.time();
  if (auto ok = reader.check("enclave"); !ok)
    return ok.error();
  return out;
}

std::string encode(access level) {
  return encode_number(static_cast<std::uint64_t>(level));
}

result<access> decode_access(std::string_view bytes) {
  auto number = decode_number(bytes);
  if (!number)
    return number.error();
  if (*number < 1 || *number > 3)
    return fail(ec::corrupted, "a stored grant is damaged");
  return static_cast<access>(*number);
}

std::string encode_number(std::uint64_t value) {
  return record_writer(version).number(value).take();
}

result<std::uint64_t> decode_number(std::string_view bytes) {
  record_reader reader(bytes, version);
  std::uint64_t value = reader.number();
  if (auto ok = reader.check("number"); !ok)
    return ok.error();
  return value;
}

} // namespace isacbot::station
