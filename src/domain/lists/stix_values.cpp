#include "domain/lists/stix_values.hpp"

#include "domain/lists/json_row.hpp"
#include "observables/types.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace isacbot::domain {

namespace {

namespace bj = boost::json;
using observables::type;
using stix::comparison_operator;
using stix::constant_kind;

constexpr std::string_view observable_types[] = {
    "artifact",
    "autonomous-system",
    "directory",
    "domain-name",
    "email-addr",
    "email-message",
    "file",
    "ipv4-addr",
    "ipv6-addr",
    "mac-addr",
    "mutex",
    "network-traffic",
    "process",
    "software",
    "url",
    "user-account",
    "windows-registry-key",
    "x509-certificate",
};

struct property {
  std::string_view object_type;
  std::string_view path; ///< steps with dots between
  type kind;
};
constexpr property properties[] = {
    {"ipv4-addr", "value", type::ip},
    {"ipv6-addr", "value", type::ip},
    {"domain-name", "value", type::domain},
    {"url", "value", type::url},
    {"email-addr", "value", type::email_address},
    {"mac-addr", "value", type::mac_address},
    {"autonomous-system", "number", type::asn},
    {"windows-registry-key", "key", type::registry_key},
    {"file", "name", type::software},
    {"artifact", "url", type::url},
    {"network-traffic", "src_ref.value", type::ip},
    {"network-traffic", "dst_ref.value", type::ip},
    {"email-message", "from_ref.value", type::email_address},
    {"email-message", "sender_ref.value", type::email_address},
    {"process", "image_ref.name", type::software},
    {"process", "binary_ref.name", type::software},
    {"malware", "name", type::malware},
};

struct hash_name {
  std::string_view name;
  type kind;
};
constexpr hash_name hash_names[] = {
    {"MD5", type::md5},        {"SHA-1", type::sha1},    {"SHA1", type::sha1},
    {"SHA-256", type::sha256}, {"SHA256", type::sha256}, {"SHA-512", type::sha512},
    {"SHA512", type::sha512},  {"SSDEEP", type::ssdeep}, {"ssdeep", type::ssdeep},
};

std::optional<type> hash_named(std::string_view name) noexcept {
  for (const hash_name& known : hash_names)
    if (known.name == name)
      return known.kind;
  return std::nullopt;
}

std::string join(std::span<const std::string> path) {
  std::string out;
  for (const std::string& step : path)
    (out += out.empty() ? "" : ".") += step;
  return out;
}

/// What the property at a path holds; nullopt: nothing that TruSTAR has a type for.
std::optional<type> property_type(std::string_view object_type, std::span<const std::string> path) {
  // hashes.MD5, also behind a reference: content_ref.hashes.MD5
  if (path.size() >= 2 && path[path.size() - 2] == "hashes")
    return hash_named(path.back());
  const std::string steps = join(path);
  for (const property& known : properties)
    if (known.object_type == object_type && known.path == steps)
      return known.kind;
  return std::nullopt;
}

/// "AS64496" for the number of an autonomous system.
std::string as_value(type kind, std::string text) {
  if (kind == type::asn && !text.empty() && text.front() >= '0' && text.front() <= '9')
    text.insert(0, "AS");
  return text;
}

bool has_wildcard(std::string_view text) noexcept {
  return text.find_first_of("%_") != std::string_view::npos;
}

/// Why a comparison asks for no value; nullopt when it does.
std::optional<line_reason> why_no_value(const stix::comparison& c, std::string_view text) {
  switch (c.op) {
  case comparison_operator::equal:
  case comparison_operator::in:
  case comparison_operator::is_subset:
  case comparison_operator::is_superset:
    break;
  case comparison_operator::like:
    if (has_wildcard(text))
      return line_reason::not_understood;
    break;
  case comparison_operator::matches:
    return line_reason::not_understood;
  default: // unequal, an order, EXISTS
    return line_reason::context_only;
  }
  return c.negated ? std::optional(line_reason::context_only) : std::nullopt;
}

} // namespace

bool is_stix_observable(std::string_view kind) noexcept {
  return std::find(std::begin(observable_types), std::end(observable_types), kind) !=
         std::end(observable_types);
}

std::vector<stix_value> values_of(std::string_view kind, const bj::object& object) {
  std::vector<stix_value> out;
  if (const bj::value* hashes = object.if_contains("hashes"); hashes != nullptr && hashes->is_object())
    for (const auto& member : hashes->get_object())
      if (hash_named(member.key()))
        out.push_back({scalar_text(member.value()), {}});
  for (const property& known : properties)
    if (known.object_type == kind)
      if (std::string text = member_text(object, known.path); !text.empty())
        out.push_back({as_value(known.kind, std::move(text)), {}});
  return out;
}

std::vector<stix_value> values_of(const stix::comparison& c) {
  std::vector<stix_value> out;
  const auto kind_of_value = property_type(c.object_type, c.path);
  const std::string place = c.object_type + ":" + join(c.path);
  for (const stix::constant& value : c.values) {
    stix_value found{value.text, {}};
    if (!kind_of_value || (value.kind != constant_kind::text && value.kind != constant_kind::number)) {
      found.text = place + " " + value.text;
      found.reason = line_reason::no_wire_type;
    } else {
      found.reason = why_no_value(c, value.text);
      found.text = as_value(*kind_of_value, value.text);
    }
    out.push_back(std::move(found));
  }
  if (out.empty())
    out.push_back({place, line_reason::context_only}); // EXISTS, or a set of nothing
  return out;
}

std::string_view well_known_marking(std::string_view id) noexcept {
  constexpr std::pair<std::string_view, std::string_view> markings[] = {
      {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "tlp:white"},
      {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "tlp:green"},
      {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "tlp:amber"},
      {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "tlp:red"},
      {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "tlp:clear"},
      {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "tlp:green"},
      {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "tlp:amber"},
      {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "tlp:amber+strict"},
      {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "tlp:red"},
  };
  for (const auto& [known, tag] : markings)
    if (known == id)
      return tag;
  return {};
}

} // namespace isacbot::domain
