#include "station/keys.hpp"

namespace isacbot::station::keys {

using storage::key_builder;
using storage::key_reader;

std::string text(std::string_view value) {
  return key_builder{}.text(value).take();
}

std::string number(std::uint32_t value) {
  return key_builder{}.number32(value).take();
}

std::string grant(std::string_view user_key, std::string_view enclave_id) {
  return key_builder{}.text(user_key).text(enclave_id).take();
}

std::string indicator(std::uint32_t enclave, std::string_view value, std::string_view type) {
  return key_builder{}.number32(enclave).text(value).text(type).take();
}

std::string indicators_of_value(std::uint32_t enclave, std::string_view value) {
  return key_builder{}.number32(enclave).text(value).take();
}

std::string indicator_number(std::uint32_t enclave, std::uint32_t number) {
  return key_builder{}.number32(enclave).number32(number).take();
}

std::string by_last_seen(std::uint32_t enclave, sys_time last_seen, std::uint32_t number) {
  return key_builder{}.number32(enclave).time(last_seen).number32(number).take();
}

std::string last_seen_bound(std::uint32_t enclave, sys_time at) {
  return key_builder{}.number32(enclave).time(at).take();
}

std::string posting(std::uint32_t enclave, std::uint32_t trigram, std::uint32_t number) {
  return key_builder{}.raw(posting_prefix(enclave, trigram)).number32(number).take();
}

std::string posting_prefix(std::uint32_t enclave, std::uint32_t trigram) {
  const char bytes[] = {static_cast<char>(trigram >> 16U & 0xFFU), static_cast<char>(trigram >> 8U & 0xFFU),
                        static_cast<char>(trigram & 0xFFU)};
  return key_builder{}.number32(enclave).raw({bytes, sizeof bytes}).take();
}

std::string idempotency(std::uint32_t company, std::string_view key) {
  return key_builder{}.number32(company).text(key).take();
}

std::string idempotency_expiry(sys_time when, std::uint32_t company, std::string_view key) {
  return key_builder{}.time(when).number32(company).text(key).take();
}

std::string by_time(sys_time when, std::string_view id) {
  return key_builder{}.time(when).text(id).take();
}

std::string pending_submission(std::uint64_t order, std::string_view id) {
  return key_builder{}.number64(order).text(id).take();
}

std::string report_by_updated(std::uint32_t enclave, sys_time updated, std::string_view id) {
  return key_builder{}.number32(enclave).time(updated).text(id).take();
}

std::string report_bound(std::uint32_t enclave, sys_time at) {
  return key_builder{}.number32(enclave).time(at).take();
}

std::string external_id(std::uint32_t enclave, std::string_view id) {
  return key_builder{}.number32(enclave).text(id).take();
}

std::string report_in_enclave(std::uint32_t enclave, std::string_view report_id) {
  return key_builder{}.number32(enclave).text(report_id).take();
}

std::string report_number(std::uint32_t enclave, std::uint32_t number) {
  return key_builder{}.number32(enclave).number32(number).take();
}

std::string report_of_value(std::uint32_t enclave, std::string_view value, std::string_view type,
                            sys_time updated, std::string_view report_id) {
  return key_builder{}.number32(enclave).text(value).text(type).time(updated).text(report_id).take();
}

std::string reports_of_value(std::uint32_t enclave, std::string_view value, std::string_view type) {
  return key_builder{}.number32(enclave).text(value).text(type).take();
}

std::string report_tag(std::uint32_t enclave, std::string_view tag, std::string_view report_id) {
  return key_builder{}.number32(enclave).text(tag).text(report_id).take();
}

std::string reports_with_tag(std::uint32_t enclave, std::string_view tag) {
  return key_builder{}.number32(enclave).text(tag).take();
}

std::string indicator_tag(std::uint32_t enclave, std::string_view tag, std::string_view value,
                          std::string_view type) {
  return key_builder{}.number32(enclave).text(tag).text(value).text(type).take();
}

std::string indicators_with_tag(std::uint32_t enclave, std::string_view tag) {
  return key_builder{}.number32(enclave).text(tag).take();
}

std::string set_aside(storage::table queue, std::string_view key) {
  return key_builder{}.number32(static_cast<std::uint32_t>(queue)).raw(key).take();
}

std::string score(std::uint32_t enclave, std::string_view value, std::string_view type,
                  std::string_view source_key) {
  return key_builder{}.number32(enclave).text(value).text(type).text(source_key).take();
}

std::string scores_of_value(std::uint32_t enclave, std::string_view value) {
  return key_builder{}.number32(enclave).text(value).take();
}

std::string redaction_term(std::uint32_t company, std::string_view category, std::string_view term) {
  return key_builder{}.number32(company).text(category).text(term).take();
}

std::string whitelisted(std::uint32_t company, std::string_view type, std::string_view value) {
  return key_builder{}.number32(company).text(type).text(value).take();
}

std::string call_count(std::uint32_t company, std::uint32_t day) {
  return key_builder{}.number32(company).number32(day).take();
}

std::string pack(std::string_view value, std::string_view type) {
  return key_builder{}.text(value).text(type).take();
}

std::optional<value_and_type> unpack(std::string_view packed) {
  key_reader reader(packed);
  auto value = reader.text();
  auto type = reader.text();
  if (!value || !type || !reader.finished())
    return std::nullopt;
  return value_and_type{std::move(*value), std::move(*type)};
}

} // namespace isacbot::station::keys
