#include "protocol/trustar/answer_parts.hpp"

#include <boost/json/serialize.hpp>

namespace isacbot::trustar {

http::response json_answer(unsigned status, const bj::value& body) {
  return http::make_response(status, "application/json;charset=UTF-8", bj::serialize(body));
}

bj::value optional_time(const std::optional<sys_time>& time) {
  return time ? bj::value(to_epoch_ms(*time)) : bj::value(nullptr);
}

bj::value optional_text(const std::optional<std::string>& text) {
  return text ? bj::value(*text) : bj::value(nullptr);
}

bj::array texts(const std::vector<std::string>& items) {
  return list_of(items, [](const std::string& text) { return bj::value(text); });
}

bj::object tag_object(const tag& t) {
  return {{"guid", t.guid}, {"name", t.name}, {"enclaveId", t.enclave_id}};
}

bj::object key_object(const indicator_key& key) {
  return {{"indicatorType", key.type}, {"value", key.value}};
}

} // namespace isacbot::trustar
