#include "station/indicator_row.hpp"

#include "core/bytes.hpp"
#include "observables/observables.hpp"
#include "protocol/trustar/types.hpp"
#include "station/record.hpp"

#include <algorithm>
#include <span>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t kept_notes = 50;
constexpr std::size_t max_shown_bytes = 200;

/// The first 200 bytes, not ending inside a character.
std::string cut(std::string_view text) {
  if (text.size() <= max_shown_bytes)
    return std::string(text);
  std::size_t end = max_shown_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return std::string(text.substr(0, end));
}

observables::options value_options(const observables::known_names& names) {
  observables::options opts;
  opts.tlds = names.tlds;
  opts.malware = names.malware;
  opts.loose = observables::loose_forms::off; // a program sent this; prose is no value
  opts.dress = observables::dialect::plain;
  opts.noise_hashes = true; // whoever submits the hash of nothing means it
  return opts;
}

} // namespace

sys_time indicator_row::earliest() const noexcept {
  if (!submitted || reports.count() == 0)
    return submitted ? first_seen : reports.first;
  return std::min(first_seen, reports.first);
}

sys_time indicator_row::latest() const noexcept {
  if (!submitted || reports.count() == 0)
    return submitted ? last_seen : reports.last;
  return std::max(last_seen, reports.last);
}

std::string encode(const indicator_row& row) {
  return record_writer(version)
      .number(row.number)
      .time(row.first_seen)
      .time(row.last_seen)
      .number(row.sightings)
      .number(row.note_count)
      .text(row.source)
      .texts(row.notes)
      .texts(row.tags)
      .number(row.submitted ? 1 : 0)
      .number(row.reports.written)
      .number(row.reports.derived)
      .time(row.reports.first)
      .time(row.reports.last)
      .take();
}

result<indicator_row> decode_indicator_row(std::string_view bytes) {
  record_reader reader(bytes, version);
  indicator_row row;
  row.number = static_cast<std::uint32_t>(reader.number());
  row.first_seen = reader.time();
  row.last_seen = reader.time();
  row.sightings = reader.number();
  row.note_count = reader.number();
  row.source = reader.text();
  row.notes = reader.texts();
  row.tags = reader.texts();
  row.submitted = reader.number() != 0;
  row.reports.written = reader.number();
  row.reports.derived = reader.number();
  row.reports.first = reader.time();
  row.reports.last = reader.time();
  if (auto ok = reader.check("indicator"); !ok)
    return ok.error();
  return row;
}

typed_rows find_types(const std::vector<trustar::submitted_row>& content,
                      const observables::known_names& names) {
  typed_rows out;
  const observables::options opts = value_options(names);
  for (std::size_t i = 0; i < content.size(); ++i) {
    auto skip = [&](std::string reason) {
      out.skipped.push_back({i, cut(content[i].value), std::move(reason)});
    };
    if (content[i].value.size() > max_value_bytes) {
      skip("longer than 4096 bytes");
      continue;
    }
    auto found = observables::parse_value(content[i].value, opts);
    if (!found) {
      skip("of no known type");
      continue;
    }
    std::string_view type = observables::to_string(found->kind);
    auto wire = trustar::wire_type(type);
    if (!wire) {
      skip("API 1.3 has no type " + std::string(type));
      continue;
    }
    out.rows.push_back({std::string(*wire), trustar::wire_value(type, found->value), content[i]});
  }
  return out;
}

indicator_row add_sighting(const std::optional<indicator_row>& known, const trustar::submitted_row& submitted,
                           const std::vector<std::string>& tags, sys_time now) {
  // Of a row with one time only, the other follows it; the two may come in the wrong order.
  sys_time last = submitted.last_seen.value_or(std::max(now, submitted.first_seen.value_or(now)));
  sys_time first = std::min(submitted.first_seen.value_or(std::min(now, last)), last);
  last = std::max(last, submitted.first_seen.value_or(last));
  indicator_row row = known.value_or(indicator_row{});
  row.first_seen = row.submitted ? std::min(row.first_seen, first) : first;
  row.last_seen = row.submitted ? std::max(row.last_seen, last) : last;
  row.submitted = true;
  row.sightings += submitted.sightings.value_or(1);
  if (!submitted.source.empty())
    row.source = submitted.source;
  if (!submitted.notes.empty() &&
      std::find(row.notes.begin(), row.notes.end(), submitted.notes) == row.notes.end()) {
    row.notes.push_back(submitted.notes);
    ++row.note_count;
    if (row.notes.size() > kept_notes)
      row.notes.erase(row.notes.begin());
  }
  for (const std::string& name : tags)
    if (std::find(row.tags.begin(), row.tags.end(), name) == row.tags.end())
      row.tags.push_back(name);
  return row;
}

std::vector<std::string> tags_in_enclave(const trustar::submitted_row& row,
                                         const std::vector<trustar::tag>& of_submission,
                                         std::string_view enclave_id) {
  std::vector<std::string> names;
  for (const trustar::tag& t : row.tags.empty() ? of_submission : row.tags)
    if (t.enclave_id.empty() || t.enclave_id == enclave_id)
      names.push_back(t.name);
  return names;
}

std::string tag_guid(std::string_view enclave_id, std::string_view name) {
  std::string bytes = sha256(std::string(enclave_id).append("\n").append(name)).substr(0, 16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x80U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  std::string text = to_hex(std::as_bytes(std::span(bytes)));
  for (std::size_t dash : {8U, 13U, 18U, 23U})
    text.insert(dash, 1, '-');
  return text;
}

} // namespace isacbot::station
