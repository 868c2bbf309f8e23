#include "storage/stored_values.hpp"

#include "storage/packed_rows.hpp"
#include "storage/value_frame.hpp"

namespace isacbot::storage {

namespace {

constexpr std::uint8_t version_with_known = 2; // of a part
constexpr std::uint8_t version_with_late = 3;  // of a part
constexpr auto last_reason = static_cast<domain::line_reason>(domain::line_reason_count - 1);

void write(byte_writer& out, const member& who) {
  out.text(who.team.value);
  out.text(who.user.value);
}

member read_member(byte_reader& in) {
  member who;
  who.team.value = in.text();
  who.user.value = in.text();
  return who;
}

void write(byte_writer& out, const std::vector<domain::line_report>& reports) {
  out.u32(static_cast<std::uint32_t>(reports.size()));
  for (const domain::line_report& report : reports) {
    out.u32(report.line);
    out.text(report.text);
    out.u8(static_cast<std::uint8_t>(report.reason));
  }
}

std::vector<domain::line_report> read_line_reports(byte_reader& in) {
  std::vector<domain::line_report> reports;
  std::size_t items = in.count(4 + 4 + 1);
  reports.reserve(items);
  for (; items > 0 && in.ok(); --items) {
    domain::line_report& report = reports.emplace_back();
    report.line = in.u32();
    report.text = in.text();
    report.reason = in.enumerator(last_reason);
  }
  return reports;
}

void write(byte_writer& out, const domain::submission& x) {
  out.text(x.id.value);
  out.u8(static_cast<std::uint8_t>(x.kind));
  write(out, x.who);
  out.text(x.enclave.value);
  out.text(x.enclave_name);
  out.texts(x.tags);
  out.time(x.created);
  out.text(x.request_key);
  out.text(x.content_key);
}

domain::submission read_submission(byte_reader& in) {
  domain::submission x;
  x.id.value = in.text();
  x.kind = in.enumerator(domain::submission_kind::report);
  x.who = read_member(in);
  x.enclave.value = in.text();
  x.enclave_name = in.text();
  x.tags = in.texts();
  x.created = in.time();
  x.request_key = in.text();
  x.content_key = in.text();
  return x;
}

void write(byte_writer& out, const std::vector<domain::indicator_row>& rows) {
  out.u32(static_cast<std::uint32_t>(rows.size()));
  for (const domain::indicator_row& row : rows) {
    out.u32(row.line);
    for (const std::string* text : {&row.type, &row.value, &row.source, &row.notes})
      out.text(*text);
    out.texts(row.tags);
    out.time(row.first_seen);
    out.time(row.last_seen);
    out.u32(row.sightings);
    out.u8(row.known ? 1 : 0);
  }
}

std::vector<domain::indicator_row> read_rows(byte_reader& in) {
  std::vector<domain::indicator_row> rows;
  std::size_t items = in.count(4 + 4 * 4 + 4 + 1 + 1 + 4 + 1); // line, texts, tags, times, sightings, known
  rows.reserve(items);
  for (; items > 0 && in.ok(); --items) {
    domain::indicator_row& row = rows.emplace_back();
    row.line = in.u32();
    for (std::string* text : {&row.type, &row.value, &row.source, &row.notes})
      *text = in.text();
    row.tags = in.texts();
    row.first_seen = in.optional_time();
    row.last_seen = in.optional_time();
    row.sightings = in.u32();
    row.known = in.flag();
  }
  return rows;
}

} // namespace

secret encode(const credentials& x) {
  byte_writer out = start_writing();
  out.text(x.access.key.reveal());
  out.text(x.access.key_secret.reveal());
  out.time(x.registered);
  return out.take();
}

result<credentials> decode_credentials(std::string_view bytes) {
  byte_reader in = start_reading(bytes);
  credentials x;
  x.access.key = secret(in.text());
  x.access.key_secret = secret(in.text());
  x.registered = in.time();
  return finish(in, std::move(x));
}

secret encode(const journal_entry& x) {
  byte_writer out = start_writing();
  out.text(x.id);
  write(out, x.who);
  out.text(x.channel.value);
  out.text(x.response_url.reveal());
  out.text(x.command);
  out.text(x.text);
  out.time(x.accepted);
  return out.take();
}

result<journal_entry> decode_journal_entry(std::string_view bytes) {
  byte_reader in = start_reading(bytes);
  journal_entry x;
  x.id = in.text();
  x.who = read_member(in);
  x.channel.value = in.text();
  x.response_url = secret(in.text());
  x.command = in.text();
  x.text = in.text();
  x.accepted = in.time();
  return finish(in, std::move(x));
}

secret encode(const submission_header& x) {
  byte_writer out = start_writing();
  write(out, x.submission);
  for (std::uint64_t number :
       {x.counts.handed_in, x.counts.accepted, x.counts.merged, x.counts.withheld, x.counts.refused})
    out.u64(number);
  write(out, x.withheld);
  write(out, x.refused);
  out.u32(static_cast<std::uint32_t>(x.reasons.size()));
  for (const domain::reason_count& reason : x.reasons) {
    out.u8(static_cast<std::uint8_t>(reason.reason));
    out.u64(reason.count);
  }
  out.u32(static_cast<std::uint32_t>(x.types.size()));
  for (const domain::type_count& type : x.types) {
    out.text(type.type);
    out.u64(type.count);
  }
  out.time(x.processed);
  return out.take();
}

result<submission_header> decode_submission_header(std::string_view bytes) {
  byte_reader in = start_reading(bytes);
  submission_header x;
  x.submission = read_submission(in);
  for (std::uint64_t* number :
       {&x.counts.handed_in, &x.counts.accepted, &x.counts.merged, &x.counts.withheld, &x.counts.refused})
    *number = in.u64();
  x.withheld = read_line_reports(in);
  x.refused = read_line_reports(in);
  for (std::size_t items = in.count(1 + 8); items > 0 && in.ok(); --items) {
    domain::reason_count& reason = x.reasons.emplace_back();
    reason.reason = in.enumerator(last_reason);
    reason.count = in.u64();
  }
  for (std::size_t items = in.count(4 + 8); items > 0 && in.ok(); --items) {
    domain::type_count& type = x.types.emplace_back();
    type.type = in.text();
    type.count = in.u64();
  }
  x.processed = in.optional_time();
  return finish(in, std::move(x));
}

secret encode(const stored_part& x) {
  byte_writer out;
  out.u8(!x.late.empty() ? version_with_late : !x.known.empty() ? version_with_known : first_version);
  out.text(x.part.submission.value);
  out.text(x.part.number);
  out.u8(static_cast<std::uint8_t>(x.part.state));
  out.u32(x.part.rows);
  out.u32(x.part.attempts);
  out.time(x.part.first_attempt);
  out.text(x.part.station_submission_id);
  out.text(x.part.last_error);
  write(out, x.refused);
  out.u8(static_cast<std::uint8_t>(x.reason));
  out.time(x.finished);
  if (!x.known.empty() || !x.late.empty())
    out.text(x.known);
  if (!x.late.empty()) {
    out.text(x.late);
    out.u32(x.late_note_bytes);
  }
  return out.take();
}

result<stored_part> decode_stored_part(std::string_view bytes) {
  byte_reader in(bytes);
  const std::uint8_t form = in.u8();
  if (form < first_version || form > version_with_late)
    in.fault();
  stored_part x;
  x.part.submission.value = in.text();
  x.part.number = in.text();
  x.part.state = in.enumerator(domain::part_state::held);
  x.part.rows = in.u32();
  x.part.attempts = in.u32();
  x.part.first_attempt = in.optional_time();
  x.part.station_submission_id = in.text();
  x.part.last_error = in.text();
  x.refused = read_rows(in);
  x.reason = in.enumerator(last_reason);
  x.finished = in.optional_time();
  if (form >= version_with_known)
    x.known = in.text();
  if (form == version_with_known && x.known.empty())
    in.fault();
  if (form == version_with_late) {
    x.late = in.text();
    x.late_note_bytes = in.u32();
    if (x.late.empty())
      in.fault();
  }
  return finish(in, std::move(x));
}

secret encode(const audit_event& x) {
  byte_writer out = start_writing();
  out.time(x.when);
  for (const std::string* text : {&x.actor, &x.action, &x.subject, &x.detail})
    out.text(*text);
  return out.take();
}

result<audit_event> decode_audit_event(std::string_view bytes) {
  byte_reader in = start_reading(bytes);
  audit_event x;
  x.when = in.time();
  for (std::string* text : {&x.actor, &x.action, &x.subject, &x.detail})
    *text = in.text();
  return finish(in, std::move(x));
}

secret encode(const std::vector<domain::indicator_row>& rows) {
  return encode_packed(rows);
}

secret encode(const domain::report_content& x) {
  byte_writer out = start_writing();
  out.text(x.title);
  out.text(x.body);
  out.time(x.time_began);
  out.text(x.external_url);
  return out.take();
}

result<domain::report_content> decode_report(std::string_view bytes) {
  byte_reader in = start_reading(bytes);
  domain::report_content x;
  x.title = in.text();
  x.body = in.text();
  x.time_began = in.optional_time();
  x.external_url = in.text();
  return finish(in, std::move(x));
}

result<std::vector<domain::indicator_row>> decode_rows(std::string_view bytes) {
  if (!bytes.starts_with(static_cast<char>(first_version)))
    return decode_packed(bytes);
  byte_reader in = start_reading(bytes);
  std::vector<domain::indicator_row> rows = read_rows(in);
  return finish(in, std::move(rows));
}

} // namespace isacbot::storage
