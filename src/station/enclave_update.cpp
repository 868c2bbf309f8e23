#include "station/enclave_update.hpp"

#include "station/case_fold.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"
#include "station/report_record.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace isacbot::station {

using storage::write_batch;

namespace {

constexpr std::uint8_t head_version = 1;

std::string encode(const enclave_head& head) {
  return record_writer(head_version).number(head.revision).number(head.next_number).take();
}

result<enclave_head> decode_head(const std::optional<std::string>& bytes) {
  enclave_head head;
  if (!bytes)
    return head;
  record_reader reader(*bytes, head_version);
  head.revision = reader.number();
  head.next_number = static_cast<std::uint32_t>(reader.number());
  if (auto ok = reader.check("enclave head"); !ok)
    return ok.error();
  return head;
}

std::uint64_t& counter_of(report_presence& reports, bool derived) {
  return derived ? reports.derived : reports.written;
}

} // namespace

result<void> enclave_update::begin() {
  auto stored = store_.get(tables::enclave_heads, keys::number(where_.number));
  if (!stored)
    return stored.error();
  head_before_ = std::move(*stored);
  auto head = decode_head(head_before_);
  if (!head)
    return head.error();
  head_ = *head;
  return {};
}

result<enclave_update::changed_row*> enclave_update::find(std::string_view type, std::string_view value) {
  std::string key = keys::indicator(where_.number, value, type);
  auto [at, fresh] = rows_.try_emplace(key);
  if (!fresh)
    return &at->second;
  order_.push_back(&at->first);
  at->second.type = type;
  at->second.value = value;
  auto stored = store_.get(tables::indicators, key);
  if (!stored)
    return stored.error();
  if (*stored) {
    auto decoded = decode_indicator_row(**stored);
    if (!decoded)
      return decoded.error();
    at->second.before = *decoded;
    at->second.after = std::move(*decoded);
  }
  return &at->second;
}

result<void> enclave_update::add(const typed_row& row, const std::vector<trustar::tag>& tags, sys_time now) {
  auto changed = find(row.type, row.value);
  if (!changed)
    return changed.error();
  indicator_row& after = (*changed)->after;
  after = add_sighting(std::move(after), row.submitted, tags_in_enclave(row.submitted, tags, where_.id), now);
  return {};
}

result<void> enclave_update::enter_report(std::string_view type, std::string_view value, bool derived,
                                          const report_stamp& report) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  report_presence& reports = (*changed)->after.reports;
  bool first = reports.count() == 0;
  reports.first = first ? report.created : std::min(reports.first, report.created);
  reports.last = first ? report.updated : std::max(reports.last, report.updated);
  ++counter_of(reports, derived);
  return {};
}

result<void> enclave_update::keep_report(std::string_view type, std::string_view value, bool was_derived,
                                         bool derived, const report_stamp& report) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  report_presence& reports = (*changed)->after.reports;
  if (counter_of(reports, was_derived) == 0)
    return fail(ec::corrupted, "the count of a value's reports is damaged");
  --counter_of(reports, was_derived);
  ++counter_of(reports, derived);
  reports.last = std::max(reports.last, report.updated); // stamps only grow: no other is looked at
  return {};
}

result<void> enclave_update::leave_report(std::string_view type, std::string_view value, bool derived,
                                          const report_stamp& report) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  report_presence& reports = (*changed)->after.reports;
  if (counter_of(reports, derived) == 0)
    return fail(ec::corrupted, "the count of a value's reports is damaged");
  --counter_of(reports, derived);
  if (reports.count() == 0) {
    reports = {};
    return {};
  }
  if (report.created > reports.first && report.updated < reports.last)
    return {};
  return find_span(**changed, report.id);
}

result<void> enclave_update::find_span(changed_row& row, std::string_view without_report) {
  std::string prefix = keys::reports_of_value(where_.number, row.value, row.type);
  bool any = false;
  result<void> outcome;
  auto visit = [&](std::string_view key, std::string_view bytes) {
    storage::key_reader reader(key.substr(prefix.size()));
    auto updated = reader.time();
    auto id = reader.text();
    auto mention = decode_mention(bytes);
    if (!updated || !id || !mention) {
      outcome = fail(ec::corrupted, "the index from values to reports is damaged");
      return false;
    }
    if (*id == without_report)
      return true;
    report_presence& reports = row.after.reports;
    reports.first = any ? std::min(reports.first, mention->created) : mention->created;
    reports.last = *updated; // ascending
    any = true;
    return true;
  };
  auto scanned = store_.scan(tables::reports_of_value, prefix, storage::end_of_prefix(prefix), visit);
  return scanned ? outcome : scanned;
}

result<void> enclave_update::tag(std::string_view type, std::string_view value, const std::string& name,
                                 sys_time now) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  indicator_row& after = (*changed)->after;
  if (!after.submitted)
    after.first_seen = after.last_seen = now;
  after.submitted = true;
  if (std::find(after.tags.begin(), after.tags.end(), name) == after.tags.end())
    after.tags.push_back(name);
  return {};
}

result<bool> enclave_update::untag(std::string_view type, std::string_view value,
                                   std::string_view name_or_guid) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  return std::erase_if((*changed)->after.tags, [&](const std::string& name) {
           return name == name_or_guid || tag_guid(where_.id, name) == name_or_guid;
         }) > 0;
}

result<void> enclave_update::write_to(write_batch& batch) {
  posting_batch postings(where_.number, head_.next_number);
  for (const std::string* key : order_) {
    if (head_.next_number == std::numeric_limits<std::uint32_t>::max())
      return fail(ec::too_large, "the enclave is full");
    write_row(batch, *key, rows_.at(*key), postings);
  }
  if (auto written = postings.write_to(batch, store_); !written)
    return written.error();
  ++head_.revision;
  batch.expect(tables::enclave_heads, keys::number(where_.number), head_before_);
  batch.put(tables::enclave_heads, keys::number(where_.number), encode(head_));
  return {};
}

void enclave_update::erase_listing(write_batch& batch, const indicator_row& row) const {
  batch.erase(tables::indicators_by_last_seen, keys::by_last_seen(where_.number, row.latest(), row.number));
  batch.erase(tables::indicator_numbers, keys::indicator_number(where_.number, row.number));
}

void enclave_update::write_tags(write_batch& batch, const changed_row& row) const {
  const std::vector<std::string> none;
  const std::vector<std::string>& before = row.before ? row.before->tags : none;
  auto lacks = [](const std::vector<std::string>& tags, const std::string& name) {
    return std::find(tags.begin(), tags.end(), name) == tags.end();
  };
  for (const std::string& name : before)
    if (lacks(row.after.tags, name))
      batch.erase(tables::indicator_tags, keys::indicator_tag(where_.number, name, row.value, row.type));
  for (const std::string& name : row.after.tags)
    if (lacks(before, name))
      batch.put(tables::indicator_tags, keys::indicator_tag(where_.number, name, row.value, row.type), "");
}

void enclave_update::write_row(write_batch& batch, const std::string& key, changed_row& row,
                               posting_batch& postings) {
  bool was_listed = row.before && row.before->listed();
  bool listed = row.after.listed();
  std::string packed = keys::pack(row.value, row.type);
  if (listed && !was_listed) {
    row.after.number = head_.next_number++;
    batch.put(tables::indicator_numbers, keys::indicator_number(where_.number, row.after.number), packed);
    postings.add(fold_case(row.value), row.after.number);
  } else if (was_listed && !listed) {
    erase_listing(batch, *row.before); // its postings stay: they are hints
    row.after.number = 0;
  } else if (was_listed && row.before->latest() != row.after.latest()) {
    batch.erase(tables::indicators_by_last_seen,
                keys::by_last_seen(where_.number, row.before->latest(), row.before->number));
  }
  if (listed)
    batch.put(tables::indicators_by_last_seen,
              keys::by_last_seen(where_.number, row.after.latest(), row.after.number), std::move(packed));
  write_tags(batch, row);
  if (row.after.exists())
    batch.put(tables::indicators, key, station::encode(row.after));
  else if (row.before)
    batch.erase(tables::indicators, key);
}

} // namespace isacbot::station
