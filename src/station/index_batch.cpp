#include "station/index_batch.hpp"

#include "core/bytes.hpp"
#include "core/case_fold.hpp"
#include "station/keys.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace isacbot::station {

namespace {

/// What a report is found by.
std::string fold_text(const stored_report& report, const std::vector<report_observable>& observables) {
  std::string text = fold_case(report.what.title);
  text.append("\n").append(fold_case(report.what.body.value_or(std::string())));
  for (const report_observable& x : observables) // in normal form, which the body need not have
    text.append("\n").append(fold_case(x.value));
  return text;
}

report_stamp stamp_of(std::string_view id, const indexed_report& report) {
  return {id, report.created, report.updated};
}

bool same_enclave(const std::optional<indexed_report>& before, const std::optional<indexed_report>& after) {
  return before && after && before->where.number == after->where.number;
}

} // namespace

result<enclave_update*> index_batch::enclave_of(const enclave& where) {
  auto [at, fresh] = enclaves_.try_emplace(where.number, store_, where);
  if (fresh)
    if (auto begun = at->second.begin(); !begun)
      return begun.error();
  return &at->second;
}

result<void> index_batch::add_submission(std::string_view key, std::string_view bytes) {
  auto what = decode_pending_submission(key, bytes);
  if (!what)
    return what.error();
  batch_.expect(tables::pending_submissions, std::string(key), std::string(bytes));
  batch_.erase(tables::pending_submissions, std::string(key));
  for (const enclave& where : what->enclaves) {
    auto update = enclave_of(where);
    if (!update)
      return update.error();
    for (const typed_row& row : what->rows)
      if (auto added = (*update)->add(row, what->tags, what->applied); !added)
        return added;
  }
  return {};
}

result<std::optional<indexed_report>> index_batch::read_indexed(const pending_report& mark) {
  auto bytes = store_.get(tables::indexed_reports, keys::text(mark.id));
  if (!bytes)
    return bytes.error();
  batch_.expect(tables::indexed_reports, keys::text(mark.id), *bytes);
  if (!*bytes)
    return std::optional<indexed_report>();
  auto decoded = decode_indexed_report(**bytes);
  if (!decoded)
    return decoded.error();
  return std::optional(std::move(*decoded));
}

result<std::optional<indexed_report>> index_batch::read_present(const pending_report& mark,
                                                                std::string& folded) {
  auto bytes = store_.get(tables::reports, keys::text(mark.id));
  auto found = store_.get(tables::report_observables, keys::report_in_enclave(mark.where.number, mark.id));
  if (!bytes || !found)
    return bytes ? found.error() : bytes.error();
  if (!*bytes)
    return std::optional<indexed_report>();
  auto report = decode_report(**bytes);
  if (!report)
    return report.error();
  if (report->enclave_id() != mark.where.id || !*found)
    return fail(ec::precondition_failed, "the report has changed meanwhile");
  auto observables = decode_observables(**found);
  if (!observables)
    return observables.error();
  folded = fold_text(*report, *observables);
  text_bytes_ += folded.size();
  return std::optional(indexed_report{mark.where, 0, report->what.created.value_or(sys_time{}),
                                      report->what.updated.value_or(sys_time{}), sha256(folded),
                                      std::move(*observables)});
}

void index_batch::move_mentions(std::string_view id, const std::optional<indexed_report>& before,
                                const std::optional<indexed_report>& after) {
  auto key = [&](const indexed_report& side, const report_observable& x) {
    return keys::report_of_value(side.where.number, x.value, x.type, side.updated, id);
  };
  if (before)
    for (const report_observable& x : before->observables)
      batch_.erase(tables::reports_of_value, key(*before, x));
  if (after) // behind the erasures: what stays is put again
    for (const report_observable& x : after->observables)
      batch_.put(tables::reports_of_value, key(*after, x), encode(report_mention{after->created, x.derived}));
}

result<void> index_batch::count(std::string_view id, const std::optional<indexed_report>& before,
                                const std::optional<indexed_report>& after) {
  std::unordered_map<std::string, bool> kept; // value and type -> derived before
  if (same_enclave(before, after))
    for (const report_observable& x : before->observables)
      kept.emplace(keys::pack(x.value, x.type), x.derived);
  if (after) {
    auto rows = enclave_of(after->where);
    if (!rows)
      return rows.error();
    for (const report_observable& x : after->observables) {
      auto known = kept.find(keys::pack(x.value, x.type));
      auto stamp = stamp_of(id, *after);
      auto done = known == kept.end()
                      ? (*rows)->enter_report(x.type, x.value, x.derived, stamp)
                      : (*rows)->keep_report(x.type, x.value, known->second, x.derived, stamp);
      if (!done)
        return done;
      if (known != kept.end())
        kept.erase(known);
    }
  }
  if (!before)
    return {};
  auto rows = enclave_of(before->where);
  if (!rows)
    return rows.error();
  for (const report_observable& x : before->observables) {
    bool gone = !same_enclave(before, after) || kept.contains(keys::pack(x.value, x.type));
    if (gone)
      if (auto left = (*rows)->leave_report(x.type, x.value, x.derived, stamp_of(id, *before)); !left)
        return left;
  }
  return {};
}

result<void> index_batch::number(std::string_view id, const std::optional<indexed_report>& before,
                                 std::optional<indexed_report>& after, std::string_view folded) {
  bool stays = same_enclave(before, after);
  if (before && !stays) {
    auto rows = enclave_of(before->where);
    if (!rows)
      return rows.error();
    (*rows)->forget_report(before->number);
  }
  if (!after)
    return {};
  auto rows = enclave_of(after->where);
  if (!rows)
    return rows.error();
  if (stays) {
    after->number = before->number;
  } else {
    auto given = (*rows)->number_report(id);
    if (!given)
      return given.error();
    after->number = *given;
  }
  if (!stays || before->text_hash != after->text_hash)
    (*rows)->index_text(after->number, folded);
  return {};
}

result<void> index_batch::add_report(std::string_view key, std::string_view bytes) {
  auto mark = decode_pending_report(key, bytes);
  if (!mark)
    return mark.error();
  batch_.expect(tables::pending_reports, std::string(key), std::string(bytes));
  batch_.erase(tables::pending_reports, std::string(key));
  batch_.erase(tables::set_aside, keys::set_aside(tables::pending_reports, key)); // an earlier change
  std::string folded;
  auto before = read_indexed(*mark);
  auto after = read_present(*mark, folded);
  if (!before || !after)
    return before ? after.error() : before.error();
  if (auto counted = count(mark->id, *before, *after); !counted)
    return counted;
  move_mentions(mark->id, *before, *after);
  if (auto numbered = number(mark->id, *before, *after, folded); !numbered)
    return numbered;
  if (*after)
    batch_.put(tables::indexed_reports, keys::text(mark->id), encode(**after));
  else if (*before)
    batch_.erase(tables::indexed_reports, keys::text(mark->id));
  return {};
}

result<storage::write_batch> index_batch::take() {
  for (auto& [number, update] : enclaves_)
    if (auto written = update.write_to(batch_); !written)
      return written.error();
  return std::move(batch_);
}

} // namespace isacbot::station
