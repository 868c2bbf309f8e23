#include "protocol/misp/feed.hpp"

#include "core/bytes.hpp"
#include "protocol/misp/answers.hpp"
#include "protocol/misp/cut_info.hpp"
#include "protocol/misp/json_walk.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace isacbot::misp {

namespace {

constexpr json_place root = 1;
constexpr json_place entry_at = 2;
constexpr json_place organisation_at = 3;
constexpr json_place info = 4;
constexpr json_place timestamp = 5;
constexpr json_place integrity = 6;
constexpr json_place organisation_name = 7;
constexpr std::size_t hash_digits = 64;

http::request make_get(const feed& at, std::string_view file) {
  std::string_view base = at.url;
  while (base.ends_with('/'))
    base.remove_suffix(1);
  http::request request;
  request.method = "GET";
  request.target = std::string(base).append("/").append(file);
  request.headers.add("Accept", "application/json, */*;q=0.5");
  if (!at.user_agent.empty())
    request.headers.add("User-Agent", at.user_agent);
  return request;
}

std::string to_hash(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'F')
      c = static_cast<char>(c | 0x20);
  return out;
}

class manifest_reader final : public json_listener {
 public:
  json_place enter(json_place at, std::string_view key) override {
    if (at == root) {
      entry_ = {};
      has_time_ = false;
      entry_.uuid = parse_uuid(key).value_or("");
      return entry_at;
    }
    if (at == organisation_at)
      return key == "name" ? organisation_name : skip_place;
    if (at != entry_at)
      return skip_place;
    if (key == "info")
      return info;
    if (key == "timestamp")
      return timestamp;
    if (key == "integrity:sha256")
      return integrity;
    return key == "Orgc" || key == "orgc" ? organisation_at : skip_place;
  }
  void begin_object(json_place at) override { is_manifest_ = is_manifest_ || at == root; }
  void begin_array(json_place at) override { is_list_ = is_list_ || at == root; }
  void end_object(json_place at) override {
    if (at != entry_at)
      return;
    if (entry_.uuid.empty() || !has_time_)
      ++out_.unreadable;
    else
      out_.entries.push_back(std::move(entry_));
  }
  void scalar(json_place at, const json_scalar& value) override {
    if (at == info) {
      entry_.info = cut_info(value.text);
    } else if (at == organisation_name) {
      entry_.organisation = cut_info(value.text);
    } else if (at == integrity) {
      entry_.sha256 = to_hash(value.text);
    } else if (at == timestamp) {
      auto seconds = value.to_integer();
      has_time_ = value.what != json_scalar::kind::null && seconds && *seconds >= 0;
      entry_.timestamp = seconds.value_or(0);
    } else if (at == entry_at) {
      ++out_.unreadable; // a member that is no object: no entry, or an error message
    }
  }

  [[nodiscard]] bool is_manifest() const noexcept { return is_manifest_ && !is_list_; }
  manifest take() { return std::move(out_); }

 private:
  manifest out_;
  manifest_entry entry_;
  bool has_time_ = false;
  bool is_manifest_ = false;
  bool is_list_ = false;
};

} // namespace

http::request make_manifest_request(const feed& at, std::string_view etag) {
  http::request request = make_get(at, "manifest.json");
  if (!etag.empty())
    request.headers.add("If-None-Match", std::string(etag));
  return request;
}

result<http::request> make_feed_event_request(const feed& at, std::string_view uuid) {
  auto lower = parse_uuid(uuid); // nothing else may become part of a path
  if (!lower)
    return fail(ec::invalid_argument, "an event of a feed is asked for by something that is no UUID");
  return make_get(at, *lower + ".json");
}

result<manifest> parse_manifest(std::string_view text) {
  manifest_reader reader;
  if (auto walked = walk_json(text, root, reader); !walked)
    return walked.error();
  manifest out = reader.take();
  if (!reader.is_manifest() || (out.entries.empty() && out.unreadable != 0))
    return fail(ec::protocol_violation, "the feed's manifest.json is no manifest",
                "check the feed's address");
  return out;
}

result<event> parse_feed_event(std::string_view text, const manifest_entry& entry) {
  if (entry.sha256.size() == hash_digits) {
    const std::string digest = sha256(text);
    if (to_hex(std::as_bytes(std::span(digest.data(), digest.size()))) != entry.sha256)
      return fail(ec::upstream_failed,
                  "the file of event " + entry.uuid + " differs from the feed's manifest",
                  "usually the feed is being rebuilt; it is looked at again with the next poll");
  }
  auto events = parse_event_text(text);
  if (!events)
    return events.error();
  if (events->size() != 1 || events->front().uuid != entry.uuid)
    return fail(ec::protocol_violation, "the file of event " + entry.uuid + " holds another event");
  return std::move(events->front());
}

} // namespace isacbot::misp
