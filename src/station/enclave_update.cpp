#include "station/enclave_update.hpp"

#include "core/case_fold.hpp"
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
  return record_writer(head_version)
      .number(head.revision)
      .number(head.next_number)
      .number(head.next_report_number)
      .take();
}

result<enclave_head> decode_head(const std::optional<std::string>& bytes) {
  enclave_head head;
  if (!bytes)
    return head;
  record_reader reader(*bytes, head_version);
  head.revision = reader.number();
  head.next_number = static_cast<std::uint32_t>(reader.number());
  head.next_report_number = static_cast<std::uint32_t>(reader.number());
  if (auto ok = reader.check("enclave head"); !ok)
    return ok.error();
  return head;
}

std::uint64_t& counter_of(report_presence& reports, bool derived) {
  return derived ? reports.derived : reports.written;
}

} // namespace

text_space enclave_head::values(std::uint32_t enclave) const noexcept {
  return {tables::postings, enclave, next_number};
}

text_space enclave_head::reports(std::uint32_t enclave) const noexcept {
  return {tables::report_postings, enclave, next_report_number};
}

result<enclave_head> read_head(const storage::kv_store& store, std::uint32_t enclave) {
  auto stored = store.get(tables::enclave_heads, keys::number(enclave));
  return stored ? decode_head(*stored) : stored.error();
}

result<void> enclave_update::begin() {
  auto stored = store_.get(tables::enclave_heads, keys::number(where_.number));
  if (!stored)
    return stored.error();
  head_before_ = std::move(*stored);
  auto head = decode_head(head_before_);
  if (!head)
    return head.error();
  head_ = *head;
  values_.emplace(head_.values(where_.number));
  texts_.emplace(head_.reports(where_.number));
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
  changed_row& row = **changed;
  report_presence& reports = row.after.reports;
  bool first = reports.count() == 0;
  reports.first = first ? report.created : std::min(reports.first, report.created);
  reports.last = first ? report.updated : std::max(reports.last, report.updated);
  ++counter_of(reports, derived);
  row.present.emplace_back(report.created, report.updated);
  touched_reports_.emplace(report.id);
  return {};
}

result<void> enclave_update::keep_report(std::string_view type, std::string_view value, bool was_derived,
                                         bool derived, const report_stamp& report) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  changed_row& row = **changed;
  report_presence& reports = row.after.reports;
  if (counter_of(reports, was_derived) == 0)
    return fail(ec::corrupted, "the count of a value's reports is damaged");
  --counter_of(reports, was_derived);
  ++counter_of(reports, derived);
  reports.last = std::max(reports.last, report.updated); // stamps only grow: no other is looked at
  row.present.emplace_back(report.created, report.updated);
  touched_reports_.emplace(report.id);
  return {};
}

result<void> enclave_update::leave_report(std::string_view type, std::string_view value, bool derived,
                                          const report_stamp& report) {
  auto changed = find(type, value);
  if (!changed)
    return changed.error();
  changed_row& row = **changed;
  report_presence& reports = row.after.reports;
  if (counter_of(reports, derived) == 0)
    return fail(ec::corrupted, "the count of a value's reports is damaged");
  --counter_of(reports, derived);
  touched_reports_.emplace(report.id);
  if (report.created <= reports.first || report.updated >= reports.last)
    row.span_open = true;
  if (reports.count() == 0)
    reports = {};
  return {};
}

/// First and last time over the reports that stay: those of the batch, and those that only the store knows.
result<void> enclave_update::close_span(changed_row& row) const {
  report_presence& reports = row.after.reports;
  bool any = false;
  auto join = [&](sys_time created, sys_time updated) {
    reports.first = any ? std::min(reports.first, created) : created;
    reports.last = any ? std::max(reports.last, updated) : updated;
    any = true;
  };
  for (const auto& [created, updated] : row.present)
    join(created, updated);
  std::string prefix = keys::reports_of_value(where_.number, row.value, row.type);
  result<void> outcome;
  auto visit = [&](std::string_view key, std::string_view bytes) {
    storage::key_reader reader(key.substr(prefix.size()));
    auto updated = reader.time();
    auto id = reader.text();
    auto mention = decode_mention(bytes);
    if (!updated || !id || !mention)
      outcome = fail(ec::corrupted, "the index from values to reports is damaged");
    else if (!touched_reports_.contains(*id))
      join(mention->created, *updated);
    return outcome.has_value();
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

result<std::uint32_t> enclave_update::number_report(std::string_view id) {
  if (head_.next_report_number == std::numeric_limits<std::uint32_t>::max())
    return fail(ec::too_large, "the enclave is full");
  numbered_reports_.emplace_back(head_.next_report_number, id);
  return head_.next_report_number++;
}

result<void> enclave_update::write_to(write_batch& batch) {
  for (const std::string* key : order_) {
    if (head_.next_number == std::numeric_limits<std::uint32_t>::max())
      return fail(ec::too_large, "the enclave is full");
    changed_row& row = rows_.at(*key);
    if (row.span_open && row.after.reports.count() > 0)
      if (auto closed = close_span(row); !closed)
        return closed;
    write_row(batch, *key, row);
  }
  for (std::uint32_t number : forgotten_reports_)
    batch.erase(tables::report_numbers, keys::report_number(where_.number, number));
  for (auto& [number, id] : numbered_reports_)
    batch.put(tables::report_numbers, keys::report_number(where_.number, number), std::move(id));
  for (auto* postings : {&values_, &texts_})
    if (auto written = (*postings)->write_to(batch, store_); !written)
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

void enclave_update::write_row(write_batch& batch, const std::string& key, changed_row& row) {
  bool was_listed = row.before && row.before->listed();
  bool listed = row.after.listed();
  std::string packed = keys::pack(row.value, row.type);
  if (listed && !was_listed) {
    row.after.number = head_.next_number++;
    batch.put(tables::indicator_numbers, keys::indicator_number(where_.number, row.after.number), packed);
    values_->add(fold_case(row.value), row.after.number);
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
