/// A small MISP server for tests, the demo and people without one: listings, searches and views as MISP 2.5
/// answers them, on events that a test publishes, edits and withdraws. docs/sandbox.md describes it.
#pragma once

#include "ports/http.hpp"
#include "sandbox/misp_state.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::sandbox {

/// Answers a request by the state. Pure but for the record of calls, the rate limit and used-up faults.
/// @returns nullopt when the answer is to be dropped
std::optional<http::response> answer_misp(misp_state& state, const http::request& request, sys_time now);

/// Thread-safe; never blocks. Serve it on loopback: `io::http_server` takes it as its service.
///
///     misp_server misp(misp_settings{.key = secret("0123...")}, clock);
///     add_sample_events(misp);                      // misp_samples.hpp
///     misp.add_event(text, publish::yes);           // a file of any exporter
///     misp.edit(uuid, [](json::object& event) { event["info"] = "new title"; });
///     misp.publish(uuid);
class misp_server final : public ports::http_service {
 public:
  /// @param time  outlives the server
  misp_server(misp_settings settings, const clock& time);

  void handle(http::request request, ports::http_exchange exchange, reply done) override;

  enum class publish { no, yes };
  /// Adds or replaces an event, given in any of the forms in which MISP writes files. Row ids are this
  /// server's own. Published ones get the time of now; times of editing stay the author's.
  /// @returns its UUID
  /// @error ec::malformed when the text holds no event with a UUID
  result<std::string> add_event(std::string_view text, publish how);

  // What people do with an event; false when there is none of that UUID.
  bool publish_event(const std::string& uuid);
  bool unpublish(const std::string& uuid);
  bool remove(const std::string& uuid);
  /// Changes the event's members and its time of editing; it is not published any more until it is again.
  bool edit(const std::string& uuid, const std::function<void(json::object&)>& change);
  /// As edit, by a free attribute.
  bool add_attribute(const std::string& uuid, std::string_view type, std::string_view category,
                     std::string_view value, bool to_ids = true);
  /// Changes members and nothing else: for states that a real server is in for moments only.
  bool patch(const std::string& uuid, const std::function<void(json::object&)>& change);

  void fail_next(misp_fault fault);
  void clear_faults();
  void configure(const std::function<void(misp_settings&)>& change);

  /// @returns the event as stored, or nullopt
  [[nodiscard]] std::optional<json::object> find(const std::string& uuid) const;
  [[nodiscard]] std::vector<std::string> uuids() const;
  [[nodiscard]] std::vector<misp_call> calls() const;
  /// Calls of paths that begin so.
  [[nodiscard]] std::size_t count_calls(std::string_view path) const;
  /// Seconds since the epoch, by the server's own clock.
  [[nodiscard]] std::int64_t now() const;

 private:
  [[nodiscard]] std::int64_t now_unlocked() const;

  const clock& time_;
  mutable std::mutex mutex_;
  misp_state state_;
};

} // namespace isacbot::sandbox
