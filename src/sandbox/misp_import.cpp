#include "sandbox/misp_import.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <span>

namespace isacbot::sandbox {

result<json::object> import_misp_event(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed)
    return parsed.error();
  const json::value* at = &*parsed;
  for (int depth = 0; depth < 4; ++depth) {
    if (const auto* list = at->if_array(); list != nullptr && !list->empty()) {
      at = &list->front();
    } else if (const auto* object = at->if_object()) {
      const auto* inner = object->if_contains("response");
      if (inner == nullptr)
        inner = object->if_contains("Event");
      if (inner == nullptr)
        break;
      at = inner;
    }
  }
  const auto* event = at->if_object();
  std::string uuid = event == nullptr ? std::string() : text_at(*event, "uuid");
  if (uuid.size() != 36)
    return fail(ec::malformed, "the text holds no MISP event with a UUID");
  std::transform(uuid.begin(), uuid.end(), uuid.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c; });
  json::object out = *event;
  out["uuid"] = uuid;
  if (!has(out, "distribution")) // old exports and feeds: they were made to be passed on
    out["distribution"] = "3";
  return out;
}

std::string make_misp_uuid(std::string_view name) {
  const std::string digest = sha256(name);
  std::string hex = to_hex(std::as_bytes(std::span(digest.data(), digest.size()))).substr(0, 32);
  hex[12] = '5'; // RFC 4122: a name-based one
  hex[16] = 'a';
  for (std::size_t at : {8U, 13U, 18U, 23U})
    hex.insert(at, "-");
  return hex;
}

} // namespace isacbot::sandbox
