#include "station/report_record.hpp"

#include "observables/observables.hpp"
#include "protocol/trustar/types.hpp"
#include "station/indicator_row.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;

std::vector<std::string> none_or_one(const std::optional<std::string>& text) {
  return text ? std::vector{*text} : std::vector<std::string>();
}

std::optional<std::string> first_of(std::vector<std::string> texts) {
  return texts.empty() ? std::nullopt : std::optional(std::move(texts.front()));
}

} // namespace

std::string encode(const stored_report& report) {
  const trustar::report& r = report.what;
  record_writer writer(version);
  writer.text(r.id).text(report.enclave_id()).text(r.title).text(r.body.value_or(std::string()));
  writer.time(r.time_began.value_or(sys_time{})).time(r.created.value_or(sys_time{}));
  writer.time(r.updated.value_or(sys_time{}));
  writer.texts(none_or_one(r.external_id)).texts(none_or_one(r.external_url));
  writer.texts(report.tags).text(report.copied_from);
  return writer.take();
}

result<stored_report> decode_report(std::string_view bytes) {
  record_reader reader(bytes, version);
  stored_report out;
  trustar::report& r = out.what;
  r.id = reader.text();
  r.enclave_ids.push_back(reader.text());
  r.title = reader.text();
  r.body = reader.text();
  r.time_began = reader.time();
  r.created = reader.time();
  r.updated = reader.time();
  r.external_id = first_of(reader.texts());
  r.external_url = first_of(reader.texts());
  out.tags = reader.texts();
  out.copied_from = reader.text();
  if (auto ok = reader.check("report"); !ok)
    return ok.error();
  return out;
}

std::vector<report_observable> find_observables(std::string_view body,
                                                const observables::known_names& names) {
  observables::options opts;
  opts.special_addresses = false;
  opts.derived_hosts = true;
  opts.tlds = names.tlds;
  opts.malware = names.malware;
  std::vector<report_observable> found;
  std::unordered_set<std::string> seen;
  auto all = observables::extract(body, opts);
  for (bool derived : {false, true}) // two of our types are one on the wire: what is written comes first
    for (const observables::observable& x : all) {
      std::string_view type = observables::to_string(x.kind);
      auto wire = trustar::wire_type(type);
      if (x.flags.derived != derived || !wire || x.value.size() > max_value_bytes)
        continue;
      std::string value = trustar::wire_value(type, x.value);
      if (seen.insert(keys::pack(value, *wire)).second)
        found.push_back({std::string(*wire), std::move(value), derived});
    }
  return found;
}

std::size_t count_written(const std::vector<report_observable>& found) noexcept {
  return static_cast<std::size_t>(
      std::count_if(found.begin(), found.end(), [](const report_observable& x) { return !x.derived; }));
}

std::string encode(const std::vector<report_observable>& found) {
  record_writer writer(version);
  writer.number(found.size());
  for (const report_observable& x : found)
    writer.text(x.type).text(x.value).number(x.derived ? 1 : 0);
  return writer.take();
}

result<std::vector<report_observable>> decode_observables(std::string_view bytes) {
  record_reader reader(bytes, version);
  std::uint64_t count = reader.number();
  std::vector<report_observable> found;
  for (std::uint64_t i = 0; i < count && i < bytes.size(); ++i) {
    std::string type = reader.text();
    std::string value = reader.text();
    found.push_back({std::move(type), std::move(value), reader.number() != 0});
  }
  if (auto ok = reader.check("list of observables"); !ok)
    return ok.error();
  return found;
}

std::string encode_stamp(sys_time updated) {
  return record_writer(version).time(updated).take();
}

result<sys_time> decode_stamp(std::string_view bytes) {
  record_reader reader(bytes, version);
  sys_time updated = reader.time();
  if (auto ok = reader.check("row of a tag"); !ok)
    return ok.error();
  return updated;
}

std::string encode(const report_mention& mention) {
  return record_writer(version).time(mention.created).number(mention.derived ? 1 : 0).take();
}

result<report_mention> decode_mention(std::string_view bytes) {
  record_reader reader(bytes, version);
  report_mention mention{reader.time(), false};
  mention.derived = reader.number() != 0;
  if (auto ok = reader.check("mention of a value"); !ok)
    return ok.error();
  return mention;
}

} // namespace isacbot::station
