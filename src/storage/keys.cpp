#include "storage/keys.hpp"

#include <charconv>
#include <cstdint>

namespace isacbot::storage::keys {

namespace {

constexpr int max_depth = 32; // halving a part of 10,000 rows down to single rows takes 14

key_builder start(index_kind kind) {
  key_builder key;
  key.byte(static_cast<std::uint8_t>(kind));
  return key;
}

key_builder start(audit_kind kind) {
  key_builder key;
  key.byte(static_cast<std::uint8_t>(kind));
  return key;
}

} // namespace

std::string limit_bucket(std::uint64_t key) {
  return key_builder{}.byte(static_cast<std::uint8_t>(limits_kind::bucket)).number64(key).take();
}

std::string limit_day(std::int64_t day, std::string_view company) {
  return key_builder{}
      .byte(static_cast<std::uint8_t>(limits_kind::day))
      .number64(static_cast<std::uint64_t>(day))
      .text(company)
      .take();
}

std::string shared_account(std::string_view fingerprint, const member& who) {
  return key_builder{}.raw(fingerprint).raw(of_member(who)).take();
}

std::string meta(std::string_view name) {
  return key_builder{}.text(name).take();
}

std::string of_member(const member& who) {
  return key_builder{}.text(who.team.value).text(who.user.value).take();
}

std::string journal(std::string_view id) {
  return key_builder{}.text(id).take();
}

std::string draft(const member& owner, std::string_view id) {
  return key_builder{}.raw(of_member(owner)).text(id).take();
}

std::string submission(const submission_id& id) {
  return key_builder{}.text(id.value).take();
}

result<std::string> part(const submission_id& id, std::string_view number) {
  auto refuse = [&] {
    return fail(ec::invalid_argument, "no part number: '" + std::string(number.substr(0, 40)) + "'");
  };
  key_builder key;
  key.text(id.value);
  const char* const end = number.data() + number.size();
  const char* at = number.data();
  for (int depth = 0; depth < max_depth; ++depth) {
    std::uint32_t step = 0;
    auto [stop, problem] = std::from_chars(at, end, step);
    if (problem != std::errc{} || step == 0 || *at == '0')
      return refuse();
    key.number32(step);
    if (stop == end)
      return key.take();
    if (*stop != '.')
      return refuse();
    at = stop + 1;
  }
  return refuse();
}

std::string accepted_value(const enclave_id& enclave, std::string_view fingerprint) {
  return key_builder{}.text(enclave.value).raw(fingerprint).take();
}

std::string enclave(const enclave_id& id) {
  return key_builder{}.text(id.value).take();
}

std::string late_additions(const submission_id& id, std::uint32_t chunk, std::uint32_t sequence) {
  return key_builder{}.text(id.value).number32(chunk).number32(sequence).take();
}

std::string accepted_run(const enclave_id& enclave, const submission_id& id) {
  return key_builder{}.text(enclave.value).text(id.value).take();
}

std::string expiry(sys_time when, table t, std::string_view key) {
  return key_builder{}.time(when).byte(static_cast<std::uint8_t>(t)).raw(key).take();
}

std::string misp_event(std::string_view owner, std::string_view uuid) {
  return key_builder{}.text(owner).text(uuid).take();
}

std::string index(index_kind kind, std::string_view target) {
  return start(kind).raw(target).take();
}

std::string parked(const member& owner, std::string_view part_key) {
  return start(index_kind::parked).raw(of_member(owner)).raw(part_key).take();
}

std::string audit_head() {
  return start(audit_kind::head).take();
}

std::string audit_chained(std::uint64_t sequence) {
  return start(audit_kind::chained).number64(sequence).take();
}

std::string audit_pending(sys_time when, std::string_view unique) {
  return start(audit_kind::pending).time(when).raw(unique).take();
}

std::optional<member> read_member(std::string_view key) {
  key_reader reader(key);
  std::optional<std::string> team = reader.text();
  std::optional<std::string> user = reader.text();
  if (!team || !user)
    return std::nullopt;
  return member{team_id{*team}, user_id{*user}};
}

} // namespace isacbot::storage::keys
