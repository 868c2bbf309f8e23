#include "sandbox/misp_server.hpp"

#include "sandbox/misp_import.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::sandbox {

misp_server::misp_server(misp_settings settings, const clock& time) : time_(time) {
  state_.settings = std::move(settings);
}

void misp_server::handle(http::request request, ports::http_exchange, reply done) {
  std::optional<http::response> response;
  {
    std::lock_guard lock(mutex_);
    response = answer_misp(state_, request, time_.now());
  }
  if (response) // else the session runs into its deadline, as a lost connection would look
    done(std::move(*response));
}

std::int64_t misp_server::now_unlocked() const {
  return std::chrono::floor<seconds>(time_.now() + state_.settings.clock_offset).time_since_epoch().count();
}

std::int64_t misp_server::now() const {
  std::lock_guard lock(mutex_);
  return now_unlocked();
}

result<std::string> misp_server::add_event(std::string_view text, publish how) {
  auto body = import_misp_event(text);
  if (!body)
    return body.error();
  const std::string uuid = text_at(*body, "uuid");
  std::lock_guard lock(mutex_);
  misp_event& event = state_.events[uuid];
  if (event.id == 0)
    event.id = state_.next_id++;
  event.body = std::move(*body);
  event.body["published"] = how == publish::yes;
  event.body["publish_timestamp"] = how == publish::yes ? now_unlocked() : 0;
  if (number_at(event.body, "timestamp") == 0)
    event.body["timestamp"] = now_unlocked();
  return uuid;
}

bool misp_server::patch(const std::string& uuid, const std::function<void(json::object&)>& change) {
  std::lock_guard lock(mutex_);
  auto found = state_.events.find(uuid);
  if (found == state_.events.end())
    return false;
  change(found->second.body);
  return true;
}

bool misp_server::publish_event(const std::string& uuid) {
  const std::int64_t time = now();
  return patch(uuid, [&](json::object& body) {
    body["published"] = true;
    body["publish_timestamp"] = time;
  });
}

bool misp_server::unpublish(const std::string& uuid) {
  return patch(uuid, [](json::object& body) { body["published"] = false; }); // the time of editing stays
}

bool misp_server::remove(const std::string& uuid) {
  std::lock_guard lock(mutex_);
  return state_.events.erase(uuid) != 0;
}

bool misp_server::edit(const std::string& uuid, const std::function<void(json::object&)>& change) {
  const std::int64_t time = now();
  return patch(uuid, [&](json::object& body) {
    change(body);
    body["timestamp"] = time;
    body["published"] = false;
  });
}

bool misp_server::add_attribute(const std::string& uuid, std::string_view type, std::string_view category,
                                std::string_view value, bool to_ids) {
  const std::int64_t time = now();
  return edit(uuid, [&](json::object& body) {
    json::value& list = body["Attribute"];
    if (!list.is_array())
      list.emplace_array();
    json::array& attributes = list.get_array();
    attributes.emplace_back(
        json::object{{"uuid", make_misp_uuid(uuid + "/added/" + std::to_string(attributes.size()))},
                     {"type", type},
                     {"category", category},
                     {"value", value},
                     {"comment", ""},
                     {"to_ids", to_ids},
                     {"distribution", "5"},
                     {"timestamp", std::to_string(time)},
                     {"deleted", false}});
  });
}

void misp_server::fail_next(misp_fault fault) {
  std::lock_guard lock(mutex_);
  state_.faults.push_back(std::move(fault));
}

void misp_server::clear_faults() {
  std::lock_guard lock(mutex_);
  state_.faults.clear();
}

void misp_server::configure(const std::function<void(misp_settings&)>& change) {
  std::lock_guard lock(mutex_);
  change(state_.settings);
}

std::optional<json::object> misp_server::find(const std::string& uuid) const {
  std::lock_guard lock(mutex_);
  auto found = state_.events.find(uuid);
  return found == state_.events.end() ? std::nullopt : std::optional(found->second.body);
}

std::vector<std::string> misp_server::uuids() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [uuid, event] : state_.events)
    out.push_back(uuid);
  return out;
}

std::vector<misp_call> misp_server::calls() const {
  std::lock_guard lock(mutex_);
  return {state_.calls.begin(), state_.calls.end()};
}

std::size_t misp_server::count_calls(std::string_view path) const {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(state_.calls.begin(), state_.calls.end(),
                    [&](const misp_call& c) { return c.path.starts_with(path); }));
}

} // namespace isacbot::sandbox
