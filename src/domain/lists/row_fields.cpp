#include "domain/lists/row_fields.hpp"

#include "domain/line_text.hpp"
#include "domain/row_merge.hpp"
#include "protocol/trustar/iso_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace isacbot::domain {

namespace {

using observables::type;

constexpr std::size_t max_notes = 2'000;
constexpr std::size_t max_tag = 90;
constexpr std::size_t max_source = 500;
constexpr std::int64_t year_2200 = 7'258'118'400; // seconds

/// Letters and digits, in lower case: "First Seen (UTC)" is "firstseenutc".
std::string fold(std::string_view name) {
  std::string out;
  for (char c : name.substr(0, 60)) {
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c | 0x20);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out.push_back(c);
  }
  return out;
}

struct role_name {
  std::string_view name;
  field_role role;
};
constexpr role_name role_names[] = {
    {"value", field_role::value},
    {"indicator", field_role::value},
    {"indicators", field_role::value},
    {"ioc", field_role::value},
    {"iocs", field_role::value},
    {"observable", field_role::value},
    {"indicatorvalue", field_role::value},
    {"iocvalue", field_role::value},
    {"observablevalue", field_role::value},
    {"type", field_role::type},
    {"indicatortype", field_role::type},
    {"ioctype", field_role::type},
    {"observabletype", field_role::type},
    {"source", field_role::source},
    {"sources", field_role::source},
    {"feed", field_role::source},
    {"provider", field_role::source},
    {"reporter", field_role::source},
    {"note", field_role::notes},
    {"notes", field_role::notes},
    {"comment", field_role::notes},
    {"comments", field_role::notes},
    {"description", field_role::notes},
    {"desc", field_role::notes},
    {"remark", field_role::notes},
    {"remarks", field_role::notes},
    {"context", field_role::notes},
    {"firstseen", field_role::first_seen},
    {"firstseenutc", field_role::first_seen},
    {"firstobserved", field_role::first_seen},
    {"validfrom", field_role::first_seen},
    {"dateadded", field_role::first_seen},
    {"lastseen", field_role::last_seen},
    {"lastseenutc", field_role::last_seen},
    {"lastobserved", field_role::last_seen},
    {"lastonline", field_role::last_seen},
    {"sightings", field_role::sightings},
    {"sighting", field_role::sightings},
    {"count", field_role::sightings},
    {"numberobserved", field_role::sightings},
    {"hits", field_role::sightings},
    {"tags", field_role::tags},
    {"tag", field_role::tags},
    {"labels", field_role::tags},
    {"label", field_role::tags},
};

struct type_name {
  std::string_view name;
  type kind;
};
constexpr type_name type_names[] = {
    {"ip", type::ip},
    {"ips", type::ip},
    {"ipaddress", type::ip},
    {"ipaddr", type::ip},
    {"ipv4", type::ip},
    {"ipv4addr", type::ip},
    {"ipv6", type::ip},
    {"ipv6addr", type::ip},
    {"ipsrc", type::ip},
    {"ipdst", type::ip},
    {"srcip", type::ip},
    {"dstip", type::ip},
    {"cidr", type::cidr_block},
    {"cidrblock", type::cidr_block},
    {"url", type::url},
    {"urls", type::url},
    {"uri", type::url},
    {"link", type::url},
    {"domain", type::domain},
    {"domains", type::domain},
    {"domainname", type::domain},
    {"host", type::domain},
    {"hostname", type::domain},
    {"fqdn", type::domain},
    {"email", type::email_address},
    {"emailaddress", type::email_address},
    {"emailaddr", type::email_address},
    {"emailsrc", type::email_address},
    {"emaildst", type::email_address},
    {"md5", type::md5},
    {"md5hash", type::md5},
    {"sha1", type::sha1},
    {"sha1hash", type::sha1},
    {"sha256", type::sha256},
    {"sha256hash", type::sha256},
    {"sha512", type::sha512},
    {"sha512hash", type::sha512},
    {"registrykey", type::registry_key},
    {"windowsregistrykey", type::registry_key},
    {"regkey", type::registry_key},
    {"cve", type::cve},
    {"cveid", type::cve},
    {"vulnerability", type::cve},
    {"bitcoinaddress", type::bitcoin_address},
    {"btc", type::bitcoin_address},
    {"software", type::software},
    {"filename", type::software},
    {"file", type::software},
    {"malware", type::malware},
    {"malwarefamily", type::malware},
    {"asn", type::asn},
    {"autonomoussystem", type::asn},
    {"as", type::asn},
    {"mac", type::mac_address},
    {"macaddr", type::mac_address},
    {"macaddress", type::mac_address},
    {"ssdeep", type::ssdeep},
};

/// Names of types under which tables and objects keep values of their own. "malware", "host" and the like are
/// left out: they stand beside a value far more often than they are one.
constexpr std::string_view value_columns[] = {
    "ip",     "ips",        "ipaddress", "ipv4",        "ipv6",   "srcip", "dstip",      "cidr",
    "url",    "urls",       "domain",    "domains",     "fqdn",   "email", "hostname",   "emailaddress",
    "md5",    "md5hash",    "sha1",      "sha1hash",    "sha256", "hash",  "sha256hash", "hashes",
    "sha512", "sha512hash", "filename",  "registrykey", "cve",    "cveid",
};

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

field_role role_of(std::string_view name) {
  const std::string folded = fold(name);
  for (const role_name& known : role_names)
    if (known.name == folded)
      return known.role;
  if (std::find(std::begin(value_columns), std::end(value_columns), folded) != std::end(value_columns))
    return field_role::typed_value;
  return field_role::ignored;
}

std::optional<type> type_named(std::string_view name) {
  const std::string folded = fold(name);
  for (const type_name& known : type_names)
    if (known.name == folded)
      return known.kind;
  return std::nullopt;
}

std::optional<sys_time> parse_list_time(std::string_view text) {
  text = trimmed(text);
  if (text.ends_with(" UTC") || text.ends_with(" GMT"))
    text.remove_suffix(4);
  std::optional<sys_time> out;
  if (const std::string_view whole = text.substr(0, text.find('.')); is_digits(whole) && whole.size() >= 9) {
    std::int64_t number = 0;
    if (auto [end, code] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
        code != std::errc() || whole.size() > 14)
      return std::nullopt;
    // Eleven digits of seconds are beyond the year 5000: so many are milliseconds.
    out = whole.size() >= 12 ? from_epoch_ms(number) : from_epoch_ms(number * 1'000);
  } else if (auto time = trustar::parse_iso_time(text)) {
    out = *time;
  }
  if (out && (to_epoch_ms(*out) < 0 || to_epoch_ms(*out) > year_2200 * 1'000))
    return std::nullopt;
  return out;
}

void row_fields::clear() {
  values_used_ = 0;
  details_.source.clear();
  details_.notes.clear();
  details_.tags.clear();
  details_.first_seen.reset();
  details_.last_seen.reset();
  details_.sightings = 1;
  blank_ = true;
}

void row_fields::add(field_role role, std::string_view text) {
  text = trimmed(text);
  if (text.empty())
    return;
  blank_ = false;
  switch (role) {
  case field_role::ignored:
  case field_role::type:
    return;
  case field_role::value:
  case field_role::typed_value:
    return add_value(text);
  case field_role::source:
    details_.source = shown_text(text, max_source);
    return;
  case field_role::notes:
    return join_notes(details_.notes, shown_text(text, max_notes), max_notes);
  case field_role::first_seen:
    return read_time(details_.first_seen, "first seen", text);
  case field_role::last_seen:
    return read_time(details_.last_seen, "last seen", text);
  case field_role::sightings:
    return read_sightings(text);
  case field_role::tags:
    return read_tags(text);
  }
}

void row_fields::add_value(std::string_view text) {
  if (values_used_ == values_.size())
    values_.emplace_back();
  values_[values_used_++] = text;
}

void row_fields::note(std::string_view name, std::string_view text) {
  std::string said(name);
  said.append(": ").append(shown_text(text));
  join_notes(details_.notes, said, max_notes);
}

void row_fields::read_time(std::optional<sys_time>& to, std::string_view name, std::string_view text) {
  if (auto time = parse_list_time(text))
    to = *time;
  else
    note(name, text);
}

void row_fields::read_sightings(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc() && end == text.data() + text.size() && number <= max_sightings)
    details_.sightings = std::max<std::uint32_t>(number, 1);
  else
    note("sightings", text);
}

void row_fields::read_tags(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(",;|"), text.size());
    std::string tag = shown_text(trimmed(text.substr(0, end)), max_tag);
    for (char& c : tag)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c | 0x20);
    if (!tag.empty())
      join_tags(details_.tags, {std::move(tag)});
    text.remove_prefix(end < text.size() ? end + 1 : end);
  }
}

result<void> row_fields::make_items(item_maker& items, std::uint32_t number, std::string_view whole) {
  if (values_used_ == 0)
    return items.refuse(number, whole, line_reason::not_understood);
  if (details_.first_seen && details_.last_seen && *details_.last_seen < *details_.first_seen)
    std::swap(details_.first_seen, details_.last_seen);
  for (std::size_t i = 0; i < values_used_; ++i) {
    if (auto made = items.add_value(number, values_[i], details_); !made)
      return made;
  }
  return {};
}

} // namespace isacbot::domain
