/// Every metric family of the program, in one class. Names and labels are an interface: operators build
/// dashboards and alerts on them.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "telemetry/label.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace isacbot::telemetry {

/// How a final answer reached the member.
enum class answer_route : std::uint8_t { response_url, ephemeral, direct, none };

/// What an HTTP listener refused or gave up.
enum class http_incident : std::uint8_t {
  too_large,          ///< 413: body over the limit
  header_too_large,   ///< 431
  malformed,          ///< 400, 417, 501: not a request we read
  slow_sender,        ///< 408: the request did not arrive in time
  overloaded,         ///< 503: too many exchanges in flight
  connection_refused, ///< closed at once: too many connections
  answer_deadline,    ///< the service did not answer in time
  late_reply,         ///< a reply that came after its exchange had ended, dropped
  handler_failed,     ///< 500: an exception left the service
};

/// Thread-safe. Durations become seconds, instants Unix seconds. Label values are compile-time texts, HTTP
/// status codes, error codes, or names from the configuration (`server`): never data of a user.
class metrics {
 public:
  using duration = std::chrono::nanoseconds;

  /// @param process_directory  where process_* is read from; tests plant their own
  explicit metrics(std::string process_directory = "/proc/self");
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  /// isacbot_slack_requests_total{kind,outcome}
  void slack_request(label kind, label outcome);
  /// isacbot_slack_ack_seconds{kind}: from the request's last byte to the acknowledgement
  void slack_ack(label kind, duration took);
  /// isacbot_slack_answers_total{route}
  void slack_answer(answer_route route);
  /// isacbot_slack_api_calls_total{method,outcome}
  void slack_api_call(label method, label outcome);
  /// isacbot_slack_sockets{state}
  void slack_sockets(label state, std::int64_t n);

  /// isacbot_trustar_calls_total{endpoint,status} and isacbot_trustar_call_seconds{endpoint}
  /// @param status  HTTP status code
  void trustar_call(label endpoint, unsigned status, duration took);
  /// The same for a call that got no answer: the status is the error's name ("timeout").
  void trustar_call(label endpoint, ec failure, duration took);

  /// isacbot_rate_limit_decisions_total{level,decision}
  void rate_limit_decision(label level, label decision);
  /// isacbot_rate_limit_near_total{level}
  void rate_limit_near(label level);
  /// isacbot_rate_limit_wait_seconds{level}
  void rate_limit_wait(label level, duration wait);

  /// isacbot_queue_items{queue,state}
  void queue_items(label queue, label state, std::uint64_t n);
  /// isacbot_queue_oldest_seconds{queue}: age of the oldest item; 0 when empty
  void queue_oldest(label queue, duration age);

  /// isacbot_submissions_total{kind,outcome}
  void submission(label kind, label outcome);
  /// isacbot_observables_total{outcome}
  void observables(label outcome, std::uint64_t n);

  /// isacbot_misp_events_total{server,outcome}; `server` is the name in the configuration
  void misp_event(std::string_view server, label outcome);
  /// isacbot_misp_polls_total{server,outcome}
  void misp_poll(std::string_view server, label outcome);
  /// isacbot_misp_checkpoint_timestamp_seconds{server}
  void misp_checkpoint(std::string_view server, sys_time t);
  /// isacbot_misp_last_success_timestamp_seconds{server}
  void misp_last_success(std::string_view server, sys_time t);
  /// isacbot_misp_key_expiry_timestamp_seconds{server}
  void misp_key_expiry(std::string_view server, sys_time t);

  /// isacbot_station_requests_total{route,status}
  void station_request(label route, unsigned status);
  /// isacbot_http_incidents_total{listener,what}
  void incident(label listener, http_incident what);
  /// isacbot_log_lines_lost: lines dropped because the terminal or file was too slow
  void log_lines_lost(std::uint64_t n);
  /// isacbot_actor_restarts_total{actor}
  void actor_restart(label actor);
  /// isacbot_build_info{version} 1
  void build_info(std::string_view version);

  /// @returns every family with at least one series, and process_*, in Prometheus' text format 0.0.4
  [[nodiscard]] std::string serialize() const;

 private:
  struct families;
  std::unique_ptr<families> families_;
};

} // namespace isacbot::telemetry
