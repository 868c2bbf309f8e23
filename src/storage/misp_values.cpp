#include "storage/misp_values.hpp"

#include "storage/value_frame.hpp"

namespace isacbot::storage {

namespace {

using domain::event_version;
using domain::misp_time;

void write(byte_writer& out, misp_time t) {
  out.u64(static_cast<std::uint64_t>(t.time_since_epoch().count()));
}

misp_time read_time(byte_reader& in) {
  return misp_time{seconds{static_cast<std::int64_t>(in.u64())}};
}

void write(byte_writer& out, const event_version& v) {
  write(out, v.timestamp);
  write(out, v.publish_timestamp);
}

event_version read_version(byte_reader& in) {
  event_version v;
  v.timestamp = read_time(in);
  v.publish_timestamp = read_time(in);
  return v;
}

void write(byte_writer& out, const domain::queued_event& x) {
  out.text(x.uuid);
  write(out, x.version);
  out.u64(x.attribute_count);
  out.u32(x.tries);
  out.u32(x.server_errors);
  out.time(x.next_try);
  out.text(x.reason);
}

domain::queued_event read_queued(byte_reader& in) {
  domain::queued_event x;
  x.uuid = in.text();
  x.version = read_version(in);
  x.attribute_count = in.u64();
  x.tries = in.u32();
  x.server_errors = in.u32();
  x.next_try = in.time();
  x.reason = in.text();
  return x;
}

} // namespace

secret encode(const domain::poll_checkpoint& x) {
  auto out = start_writing();
  write(out, x.anchor);
  write(out, x.reached);
  out.time(x.last_success);
  return out.take();
}

secret encode(const domain::queued_event& x) {
  auto out = start_writing();
  write(out, x);
  return out.take();
}

secret encode(const domain::dead_event& x) {
  auto out = start_writing();
  write(out, x.entry);
  out.text(x.title);
  out.time(x.since);
  return out.take();
}

secret encode(const domain::event_record& x) {
  auto out = start_writing();
  out.u8(static_cast<std::uint8_t>(x.state));
  out.text(x.owner);
  write(out, x.version);
  out.u32(static_cast<std::uint32_t>(x.seen.size()));
  for (const auto& s : x.seen) {
    out.text(s.server);
    write(out, s.version);
  }
  out.u32(static_cast<std::uint32_t>(x.parts.size()));
  for (const auto& p : x.parts) {
    out.text(p.external_id);
    out.text(p.report_id);
    out.text(p.digest);
    out.time(p.created_at);
  }
  out.texts(x.tags);
  out.text(x.reason);
  out.time(x.changed);
  return out.take();
}

result<domain::poll_checkpoint> decode_poll_checkpoint(std::string_view bytes) {
  auto in = start_reading(bytes);
  domain::poll_checkpoint x;
  x.anchor = read_time(in);
  x.reached = read_time(in);
  x.last_success = in.time();
  return finish(in, std::move(x));
}

result<domain::queued_event> decode_queued_event(std::string_view bytes) {
  auto in = start_reading(bytes);
  auto x = read_queued(in);
  return finish(in, std::move(x));
}

result<domain::dead_event> decode_dead_event(std::string_view bytes) {
  auto in = start_reading(bytes);
  domain::dead_event x;
  x.entry = read_queued(in);
  x.title = in.text();
  x.since = in.time();
  return finish(in, std::move(x));
}

result<domain::event_record> decode_event_record(std::string_view bytes) {
  auto in = start_reading(bytes);
  domain::event_record x;
  x.state = in.enumerator(domain::event_state::withheld);
  x.owner = in.text();
  x.version = read_version(in);
  for (std::size_t n = in.count(4 + 16); n > 0 && in.ok(); --n) {
    auto& s = x.seen.emplace_back();
    s.server = in.text();
    s.version = read_version(in);
  }
  for (std::size_t n = in.count(4 + 4 + 4 + 1); n > 0 && in.ok(); --n) {
    auto& p = x.parts.emplace_back();
    p.external_id = in.text();
    p.report_id = in.text();
    p.digest = in.text();
    p.created_at = in.optional_time();
  }
  x.tags = in.texts();
  x.reason = in.text();
  x.changed = in.time();
  return finish(in, std::move(x));
}

} // namespace isacbot::storage
