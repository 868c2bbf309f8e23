/// Acceptance and receipts; what happens to parts on their way stands in outbox_table_delivery.cpp.
#include "storage/outbox_table.hpp"

#include "domain/receipt.hpp"
#include "storage/expiry.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::storage {

namespace {

constexpr std::string_view request_purpose = "request";
constexpr std::string_view content_purpose = "content";

std::string kind_prefix(keys::index_kind kind) {
  return std::string(1, static_cast<char>(kind));
}

/// The submission's row without its parts.
submission_header header_of(const domain::receipt& r) {
  return {r.submission, r.counts, r.withheld, r.refused, r.reasons, r.types, std::nullopt};
}

} // namespace

/// What a submission of any kind begins with: receipt, request and content key, an audit event. That there is
/// no submission of this id yet says that there are no parts of it either.
result<void> outbox_table::put_submission(write_batch& batch, const domain::receipt& receipt) const {
  const domain::submission& what = receipt.submission;
  if (!receipt.counts.add_up())
    return fail(ec::invalid_argument, "the counts of submission " + what.id.value + " do not add up");
  if (!what.request_key.empty()) {
    std::string key = vault_->fingerprint(request_purpose, {what.request_key});
    result<expiring_row> row = get_expiring(*store_, tables::request_keys, key, what.created);
    if (!row)
      return row.error();
    if (row->content)
      return fail(ec::conflict, "the same request is submission " + *row->content + " already");
    batch.expect(tables::request_keys, key, std::move(row->stored));
    put_expiring(batch, tables::request_keys, std::move(key), what.created + request_memory, what.id.value);
  }
  if (!what.content_key.empty())
    put_expiring(batch, tables::content_keys, vault_->fingerprint(content_purpose, {what.content_key}),
                 what.created + content_memory, what.id.value);

  std::string key = keys::submission(what.id);
  batch.expect(tables::submissions, key, std::nullopt);
  batch.put(tables::submissions, key,
            vault_->seal(tables::submissions, key, encode(header_of(receipt)).reveal()));
  batch.put(tables::outbox_index, keys::index(keys::index_kind::unprocessed, key), {});

  note(batch, what, what.kind == domain::submission_kind::report ? "report_accepted" : "submission_accepted",
       what.id.value,
       std::to_string(receipt.counts.handed_in) + " handed in, " + std::to_string(receipt.counts.accepted) +
           " accepted, " + std::to_string(receipt.counts.merged) + " merged",
       what.created);
  return {};
}

result<std::vector<domain::part>>
outbox_table::append_report(write_batch& batch, const domain::receipt& receipt,
                            std::span<const domain::report_content> contents) const {
  if (receipt.submission.kind != domain::submission_kind::report || contents.empty())
    return fail(ec::invalid_argument, "submission " + receipt.submission.id.value + " is no report");
  if (result<void> put = put_submission(batch, receipt); !put)
    return put.error();
  std::vector<domain::part> parts;
  for (const domain::report_content& content : contents) {
    domain::part& header = parts.emplace_back();
    header.submission = receipt.submission.id;
    header.number = std::to_string(parts.size());
    header.rows = 1;
    if (result<void> put = put_new_part(batch, header, encode(content)); !put)
      return put.error();
  }
  return parts;
}

result<void> outbox_table::append(write_batch& batch, const domain::receipt& receipt,
                                  std::span<const domain::planned_part> parts) const {
  const domain::submission& what = receipt.submission;
  if (result<void> put = put_submission(batch, receipt); !put)
    return put.error();
  domain::value_printer print(accepted_.key());
  std::vector<domain::value_print> prints;
  for (const domain::planned_part& part : parts) {
    if (part.header.submission != what.id)
      return fail(ec::invalid_argument, "part " + part.header.number + " belongs to another submission");
    if (result<void> put = put_new_part(batch, part); !put)
      return put.error();
    for (const domain::indicator_row& row : part.rows)
      prints.push_back(print(row.type, row.value));
  }
  accepted_values::add_run(batch, what.enclave, what.id, what.created, std::move(prints));
  return {};
}

std::unique_ptr<list_stage> outbox_table::open_stage(submission_id id, enclave_id enclave, sys_time opened,
                                                     sys_time since, const stage_options& options,
                                                     stage_writer write) const {
  return std::make_unique<list_stage>(*store_, *vault_, accepted_, std::move(id), std::move(enclave), opened,
                                      since, options, std::move(write));
}

result<std::vector<domain::part>> outbox_table::append(write_batch& batch, const domain::receipt& receipt,
                                                       const list_stage& stage,
                                                       const domain::overrides& given) const {
  const domain::submission& what = receipt.submission;
  if (what.id != stage.id() || what.enclave != stage.enclave() || !stage.closed())
    return fail(ec::invalid_argument, "the staged list is not that of submission " + what.id.value);
  if (result<void> put = put_submission(batch, receipt); !put)
    return put.error();
  result<std::vector<stored_part>> staged = stage.accept(batch, what.created, given);
  if (!staged)
    return staged.error();
  std::vector<domain::part> parts;
  for (stored_part& part : *staged) {
    result<std::string> key = keys::part(what.id, part.part.number);
    if (!key)
      return key.error();
    put_part(batch, *key, part);
    put_index(batch, {}, *key, domain::part_state::queued);
    parts.push_back(std::move(part.part));
  }
  return parts;
}

result<std::optional<submission_id>> outbox_table::find_by_key(table t, std::string_view purpose,
                                                               std::string_view key, sys_time now) const {
  if (key.empty())
    return std::nullopt;
  result<expiring_row> row = get_expiring(*store_, t, vault_->fingerprint(purpose, {key}), now);
  if (!row)
    return row.error();
  if (!row->content)
    return std::nullopt;
  return std::optional(submission_id{*row->content});
}

result<std::optional<submission_id>> outbox_table::find_by_request(std::string_view request_key,
                                                                   sys_time now) const {
  return find_by_key(tables::request_keys, request_purpose, request_key, now);
}

result<std::optional<submission_id>> outbox_table::find_by_content(std::string_view content_key,
                                                                   sys_time now) const {
  return find_by_key(tables::content_keys, content_purpose, content_key, now);
}

result<void> outbox_table::mark_known(const enclave_id& enclave, sys_time since,
                                      std::span<domain::indicator_row> rows, domain::counts& totals) const {
  domain::value_printer print(accepted_.key());
  domain::value_set values;
  std::vector<std::uint32_t> numbers;
  numbers.reserve(rows.size());
  for (const domain::indicator_row& row : rows)
    numbers.push_back(values.insert(print(row.type, row.value)).first);
  result<std::vector<bool>> known = accepted_.find(enclave, since, values);
  if (!known)
    return known.error();
  result<bool> old = accepted_.has_old_rows(enclave);
  if (!old)
    return old.error();
  if (*old)
    for (std::size_t i = 0; i < rows.size(); ++i) {
      result<bool> found = accepted_.find_old_row(enclave, rows[i].type, rows[i].value, since);
      if (!found)
        return found.error();
      if (*found)
        (*known)[numbers[i]] = true;
    }
  std::size_t at = 0;
  domain::mark_known(rows, totals, [&](const domain::indicator_row&) { return (*known)[numbers[at++]]; });
  return {};
}

result<bool> outbox_table::accepted_before(const enclave_id& enclave, std::string_view type,
                                           std::string_view value, sys_time since) const {
  domain::indicator_row row;
  row.type = type;
  row.value = value;
  domain::counts counts;
  counts.accepted = 1;
  if (result<void> marked = mark_known(enclave, since, std::span(&row, 1), counts); !marked)
    return marked.error();
  return row.known;
}

result<std::optional<submission_header>> outbox_table::header(const submission_id& id) const {
  std::string key = keys::submission(id);
  result<std::optional<std::string>> stored = store_->get(tables::submissions, key);
  if (!stored)
    return stored.error();
  if (!*stored)
    return std::nullopt;
  result<secret> plain = vault_->unseal(tables::submissions, key, **stored);
  if (!plain)
    return plain.error();
  result<submission_header> value = decode_submission_header(plain->reveal());
  if (!value)
    return value.error();
  return std::optional(std::move(*value));
}

result<std::optional<domain::submission>> outbox_table::find_submission(const submission_id& id) const {
  result<std::optional<submission_header>> found = header(id);
  if (!found)
    return found.error();
  if (!*found)
    return std::nullopt;
  return std::optional(std::move((*found)->submission));
}

result<std::optional<domain::receipt>> outbox_table::find(const submission_id& id) const {
  result<std::optional<submission_header>> found = header(id);
  if (!found)
    return found.error();
  if (!*found)
    return std::nullopt;
  submission_header& head = **found;
  domain::receipt receipt{std::move(head.submission),
                          head.counts,
                          std::move(head.withheld),
                          std::move(head.refused),
                          std::move(head.reasons),
                          std::move(head.types),
                          {},
                          std::nullopt,
                          head.processed};

  std::vector<stored_part> parts;
  std::optional<error> fault;
  std::string prefix = keys::submission(id);
  result<void> scanned =
      store_->scan(tables::parts, prefix, end_of_prefix(prefix), [&](auto key, auto sealed) {
        result<stored_part> part = open_part(key, sealed);
        if (!part) {
          fault = part.error();
          return false;
        }
        parts.push_back(std::move(*part));
        return true;
      });
  if (!scanned)
    return scanned.error();
  if (fault)
    return *fault;

  bool delivered = true;
  sys_time last = receipt.submission.created; // nothing to send: delivered at once
  for (stored_part& part : parts) {
    delivered = delivered && part.finished.has_value();
    last = std::max(last, part.finished.value_or(last));
    receipt.parts.push_back(std::move(part.part));
    for (const domain::indicator_row& row : part.refused)
      if (result<void> recorded = domain::record_refusal(receipt, row, part.reason); !recorded)
        return fail(ec::corrupted, "receipt " + id.value + " and its parts do not fit together",
                    "restore the last backup");
  }
  if (delivered)
    receipt.delivered = last;
  return std::optional(std::move(receipt));
}

result<std::vector<submission_id>> outbox_table::recent(std::size_t limit) const {
  std::vector<submission_id> ids;
  result<void> scanned = store_->scan_reverse(tables::submissions, {}, {}, [&](std::string_view key, auto) {
    if (ids.size() == limit)
      return false;
    ids.emplace_back(key_reader(key).text().value_or(""));
    return true;
  });
  if (!scanned)
    return scanned.error();
  return ids;
}

result<std::vector<submission_id>> outbox_table::unprocessed(std::size_t limit) const {
  std::vector<submission_id> ids;
  std::string prefix = kind_prefix(keys::index_kind::unprocessed);
  result<void> scanned =
      store_->scan(tables::outbox_index, prefix, end_of_prefix(prefix), [&](std::string_view key, auto) {
        if (ids.size() == limit)
          return false;
        ids.emplace_back(key_reader(key.substr(1)).text().value_or(""));
        return true;
      });
  if (!scanned)
    return scanned.error();
  return ids;
}

result<void> outbox_table::mark_processed(write_batch& batch, const submission_id& id, sys_time now) const {
  result<std::optional<submission_header>> found = header(id);
  if (!found)
    return found.error();
  if (!*found)
    return fail(ec::not_found, "no submission " + id.value);
  std::string key = keys::submission(id);
  submission_header& head = **found;
  if (!head.processed)
    head.processed = now;
  batch.erase(tables::outbox_index, keys::index(keys::index_kind::unprocessed, key));
  std::string sealed = vault_->seal(tables::submissions, key, encode(head).reveal());
  batch.put(tables::submissions, std::move(key), std::move(sealed));
  return {};
}

void outbox_table::note(write_batch& batch, const domain::submission& about, std::string action,
                        std::string subject, std::string detail, sys_time now) const {
  audit_.add(batch, {now, about.who.team.value + "/" + about.who.user.value, std::move(action),
                     std::move(subject), std::move(detail)});
}

} // namespace isacbot::storage
