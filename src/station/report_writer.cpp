#include "station/report_writer.hpp"

#include "station/account_records.hpp"
#include "station/keys.hpp"
#include "station/report_rows.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

using storage::write_batch;

namespace {

constexpr int max_attempts = 64;
constexpr std::string_view last_updated_counter = "last_updated";

/// The next time stamp that no report has, put into `batch`.
result<sys_time> take_updated(const storage::kv_store& store, sys_time now, write_batch& batch) {
  std::string key = keys::text(last_updated_counter);
  auto before = store.get(tables::counters, key);
  if (!before)
    return before.error();
  sys_time updated = now;
  if (*before) {
    auto last = decode_number(**before);
    if (!last)
      return last.error();
    updated = std::max(now, from_epoch_ms(static_cast<std::int64_t>(*last)) + milliseconds(1));
  }
  batch.expect(tables::counters, key, *before);
  batch.put(tables::counters, std::move(key),
            encode_number(static_cast<std::uint64_t>(to_epoch_ms(updated))));
  return updated;
}

/// Moves the external id along. @error ec::conflict when another report has it
result<void> write_external_id(write_batch& batch, const storage::kv_store& store,
                               const std::optional<std::string>& before,
                               const std::optional<std::string>& after, std::string_view report_id) {
  if (before == after)
    return {};
  if (before)
    batch.erase(tables::external_ids, *before);
  if (!after)
    return {};
  auto taken = store.get(tables::external_ids, *after);
  if (!taken)
    return taken.error();
  if (*taken)
    return fail(ec::conflict, "a report with that externalTrackingId exists in the enclave");
  batch.expect(tables::external_ids, *after, std::nullopt);
  batch.put(tables::external_ids, *after, std::string(report_id));
  return {};
}

void append_body(trustar::report& what, const std::string& present) {
  std::string body = present;
  if (!body.empty() && body.back() != '\n')
    body.push_back('\n');
  what.body = std::move(body.append(*what.body));
}

} // namespace

result<void> report_writer::write_rows(write_batch& batch, const version* before,
                                       const version* after) const {
  auto external_key = [](const version* v) {
    return v != nullptr && v->report.what.external_id
               ? std::optional(keys::external_id(v->where->number, *v->report.what.external_id))
               : std::nullopt;
  };
  const std::string& id = (after != nullptr ? after : before)->report.what.id;
  if (auto ok = write_external_id(batch, store_, external_key(before), external_key(after), id); !ok)
    return ok.error();
  if (before != nullptr)
    erase_report_rows(batch, *before->where, before->report);
  if (after != nullptr)
    put_report_rows(batch, *after->where, after->report, after->observables);
  return {};
}

result<trustar::report> report_writer::try_add(version& fresh, sys_time now) {
  write_batch batch;
  auto updated = take_updated(store_, now, batch);
  if (!updated)
    return updated.error();
  fresh.report.what.updated = *updated;
  if (auto written = write_rows(batch, nullptr, &fresh); !written)
    return written.error();
  if (auto written = store_.write(batch, storage::sync::yes); !written)
    return written.error();
  return fresh.report.what;
}

result<trustar::report> report_writer::add(const enclave& where, report_content content, std::string id,
                                           sys_time now, std::vector<std::string> tags,
                                           std::string copied_from) {
  version fresh{&where,
                {std::move(content.what), std::move(tags), std::move(copied_from)},
                std::move(content.observables)};
  trustar::report& what = fresh.report.what;
  what.id = std::move(id);
  what.enclave_ids = {where.id};
  what.time_began = what.time_began.value_or(now);
  what.created = now;
  std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto added = try_add(fresh, now);
    if (added || added.error().code != ec::precondition_failed)
      return added;
  }
  return fail(ec::overloaded, "too many writers at once", "try again");
}

result<std::optional<report_writer::version>>
report_writer::try_apply(std::string_view id, const enclave& from, sys_time now, const change& make) {
  auto stored = store_.get(tables::reports, keys::text(id));
  auto found = store_.get(tables::report_observables, keys::report_in_enclave(from.number, id));
  if (!stored || !found)
    return stored ? found.error() : stored.error();
  if (!*stored || !*found) // gone, or moved
    return fail(ec::not_found, "No report with that ID.");
  auto report = decode_report(**stored);
  auto observables = decode_observables(**found);
  if (!report || !observables)
    return report ? observables.error() : report.error();
  if (report->enclave_id() != from.id)
    return fail(ec::not_found, "No report with that ID.");
  version present{&from, std::move(*report), std::move(*observables)};
  auto next = make(present);
  if (!next)
    return next.error();
  if (*next && (*next)->report == present.report)
    return next; // nothing to do
  write_batch batch;
  batch.expect(tables::reports, keys::text(id), **stored);
  if (*next) {
    auto updated = take_updated(store_, now, batch);
    if (!updated)
      return updated.error();
    (*next)->report.what.updated = *updated;
    (*next)->report.what.enclave_ids = {(*next)->where->id};
  }
  if (auto written = write_rows(batch, &present, *next ? &**next : nullptr); !written)
    return written.error();
  if (auto written = store_.write(batch, storage::sync::yes); !written)
    return written.error();
  return next;
}

result<trustar::report> report_writer::apply(std::string_view id, const enclave& from, sys_time now,
                                             const change& make) {
  std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto applied = try_apply(id, from, now, make);
    if (applied)
      return *applied ? std::move((*applied)->report.what) : trustar::report{};
    if (applied.error().code != ec::precondition_failed)
      return applied.error();
  }
  return fail(ec::overloaded, "too many writers at once", "try again");
}

result<trustar::report> report_writer::replace(std::string_view id, const enclave& from, const enclave& to,
                                               const report_content& content, sys_time now) {
  return apply(id, from, now, [&](const version& present) -> result<std::optional<version>> {
    version next{&to, {content.what, present.report.tags, present.report.copied_from}, content.observables};
    next.report.what.id = present.report.what.id;
    next.report.what.created = present.report.what.created;
    next.report.what.time_began = content.what.time_began.value_or(now);
    return std::optional(std::move(next));
  });
}

result<trustar::report> report_writer::append(std::string_view id, const enclave& from, trustar::report what,
                                              const extractor& extract, sys_time now) {
  return apply(id, from, now, [&](const version& present) -> result<std::optional<version>> {
    version next{&from, {what, present.report.tags, present.report.copied_from}, {}};
    next.report.what.id = present.report.what.id;
    next.report.what.created = present.report.what.created;
    next.report.what.time_began = what.time_began.value_or(now);
    append_body(next.report.what, present.report.what.body.value_or(std::string()));
    auto found = extract(*next.report.what.body);
    if (!found)
      return found.error();
    next.observables = std::move(*found);
    return std::optional(std::move(next));
  });
}

result<void> report_writer::move(std::string_view id, const enclave& from, const enclave& to, sys_time now) {
  auto moved = apply(id, from, now, [&](const version& present) -> result<std::optional<version>> {
    version next = present;
    next.where = &to;
    next.report.what.enclave_ids = {to.id};
    return std::optional(std::move(next));
  });
  return moved ? result<void>() : moved.error();
}

result<void> report_writer::alter_tags(std::string_view id, const enclave& from, const tag_changes& changes,
                                       sys_time now) {
  auto altered = apply(id, from, now, [&](const version& present) -> result<std::optional<version>> {
    version next = present;
    std::vector<std::string>& tags = next.report.tags;
    for (const std::string& name : changes.removed)
      std::erase(tags, name);
    for (const std::string& name : changes.added)
      if (std::find(tags.begin(), tags.end(), name) == tags.end())
        tags.push_back(name);
    return std::optional(std::move(next));
  });
  return altered ? result<void>() : altered.error();
}

result<void> report_writer::remove(std::string_view id, const enclave& from) {
  auto removed = apply(id, from, sys_time{}, [](const version&) -> result<std::optional<version>> {
    return std::optional<version>();
  });
  return removed ? result<void>() : removed.error();
}

} // namespace isacbot::station
