#include "telemetry/metrics.hpp"

#include "telemetry/process_collector.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace isacbot::telemetry {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using buckets = Histogram::BucketBoundaries;

// Slack gives 3 s; the promise is 20 ms at p99.
const buckets ack_buckets{0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 3};
const buckets call_buckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
const buckets wait_buckets{0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};

double to_seconds(metrics::duration d) {
  return std::chrono::duration<double>(d).count();
}

double to_seconds(sys_time t) {
  return static_cast<double>(to_epoch_ms(t)) / 1000.0;
}

std::string text(label l) {
  return std::string{l.text()};
}

std::string text(answer_route route) {
  switch (route) {
  case answer_route::response_url:
    return "response_url";
  case answer_route::ephemeral:
    return "ephemeral";
  case answer_route::direct:
    return "direct";
  case answer_route::none:
    return "none";
  }
  return "none";
}

std::string text(http_incident what) {
  switch (what) {
  case http_incident::too_large:
    return "too_large";
  case http_incident::header_too_large:
    return "header_too_large";
  case http_incident::malformed:
    return "malformed";
  case http_incident::slow_sender:
    return "slow_sender";
  case http_incident::overloaded:
    return "overloaded";
  case http_incident::connection_refused:
    return "connection_refused";
  case http_incident::answer_deadline:
    return "answer_deadline";
  case http_incident::late_reply:
    return "late_reply";
  case http_incident::handler_failed:
    return "handler_failed";
  }
  return "handler_failed";
}

/// A status code as label value. A peer may send any number: those outside HTTP's range share one series.
std::string text(unsigned status) {
  return status >= 100 && status <= 599 ? std::to_string(status) : "other";
}

Family<Counter>& counter(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(r);
}
Family<Gauge>& gauge(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(r);
}
Family<Histogram>& histogram(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(r);
}

} // namespace

struct metrics::families {
  explicit families(std::string process_directory) : process(std::move(process_directory)) {
    for (const auto route :
         {answer_route::response_url, answer_route::ephemeral, answer_route::direct, answer_route::none})
      slack_answers.Add({{"route", text(route)}}); // a rate of zero is no gap in a graph
  }

  prometheus::Registry registry;
  process_collector process;

  Family<Counter>& slack_requests =
      counter(registry, "isacbot_slack_requests_total", "Requests from Slack by kind and outcome.");
  Family<Histogram>& slack_ack_seconds =
      histogram(registry, "isacbot_slack_ack_seconds", "Time from a Slack request to its acknowledgement.");
  Family<Counter>& slack_answers =
      counter(registry, "isacbot_slack_answers_total", "Final answers to members by the route they took.");
  Family<Counter>& slack_api_calls =
      counter(registry, "isacbot_slack_api_calls_total", "Calls to Slack's Web API by method and outcome.");
  Family<Gauge>& slack_socket_count =
      gauge(registry, "isacbot_slack_sockets", "Socket Mode connections by state.");
  Family<Counter>& trustar_calls =
      counter(registry, "isacbot_trustar_calls_total", "Calls to TruSTAR by endpoint and HTTP status.");
  Family<Histogram>& trustar_call_seconds =
      histogram(registry, "isacbot_trustar_call_seconds", "Duration of calls to TruSTAR by endpoint.");
  Family<Counter>& rate_limit_decisions =
      counter(registry, "isacbot_rate_limit_decisions_total", "Decisions of the rate limiter by level.");
  Family<Counter>& rate_limit_nears =
      counter(registry, "isacbot_rate_limit_near_total", "Grants that left a bucket nearly empty, by level.");
  Family<Histogram>& rate_limit_wait_seconds =
      histogram(registry, "isacbot_rate_limit_wait_seconds", "Waits imposed by the rate limiter, by level.");
  Family<Gauge>& queue_item_count =
      gauge(registry, "isacbot_queue_items", "Items in durable queues by state.");
  Family<Gauge>& queue_oldest_seconds =
      gauge(registry, "isacbot_queue_oldest_seconds", "Age of the oldest item of a durable queue.");
  Family<Counter>& submissions =
      counter(registry, "isacbot_submissions_total", "Submissions by kind and outcome.");
  Family<Counter>& observable_count =
      counter(registry, "isacbot_observables_total", "Observables handed in, by outcome.");
  Family<Counter>& misp_events =
      counter(registry, "isacbot_misp_events_total", "MISP events by server and outcome.");
  Family<Counter>& misp_polls =
      counter(registry, "isacbot_misp_polls_total", "Polls of MISP servers by outcome.");
  Family<Gauge>& misp_checkpoints =
      gauge(registry, "isacbot_misp_checkpoint_timestamp_seconds", "Up to when a MISP server was listed.");
  Family<Gauge>& misp_successes =
      gauge(registry, "isacbot_misp_last_success_timestamp_seconds", "When a MISP poll last succeeded.");
  Family<Gauge>& misp_expiries =
      gauge(registry, "isacbot_misp_key_expiry_timestamp_seconds", "When a MISP server's key expires.");
  Family<Counter>& station_requests =
      counter(registry, "isacbot_station_requests_total", "Requests to Station by route and HTTP status.");
  Family<Counter>& http_incidents =
      counter(registry, "isacbot_http_incidents_total", "What HTTP listeners refused or gave up.");
  Family<Gauge>& log_lines_lost =
      gauge(registry, "isacbot_log_lines_lost", "Log lines dropped because their reader was too slow.");
  Family<Counter>& actor_restarts =
      counter(registry, "isacbot_actor_restarts_total", "Restarts of actors by their supervisors.");
  Family<Gauge>& build =
      gauge(registry, "isacbot_build_info", "A constant 1, labelled with the version that runs.");
};

metrics::metrics(std::string process_directory)
    : families_(std::make_unique<families>(std::move(process_directory))) {}

metrics::~metrics() = default;

void metrics::slack_request(label kind, label outcome) {
  families_->slack_requests.Add({{"kind", text(kind)}, {"outcome", text(outcome)}}).Increment();
}

void metrics::slack_ack(label kind, duration took) {
  families_->slack_ack_seconds.Add({{"kind", text(kind)}}, ack_buckets).Observe(to_seconds(took));
}

void metrics::slack_answer(answer_route route) {
  families_->slack_answers.Add({{"route", text(route)}}).Increment();
}

void metrics::slack_api_call(label method, label outcome) {
  families_->slack_api_calls.Add({{"method", text(method)}, {"outcome", text(outcome)}}).Increment();
}

void metrics::slack_sockets(label state, std::int64_t n) {
  families_->slack_socket_count.Add({{"state", text(state)}}).Set(static_cast<double>(n));
}

void metrics::trustar_call(label endpoint, unsigned status, duration took) {
  families_->trustar_calls.Add({{"endpoint", text(endpoint)}, {"status", text(status)}}).Increment();
  families_->trustar_call_seconds.Add({{"endpoint", text(endpoint)}}, call_buckets).Observe(to_seconds(took));
}

void metrics::trustar_call(label endpoint, ec failure, duration took) {
  families_->trustar_calls.Add({{"endpoint", text(endpoint)}, {"status", std::string{to_string(failure)}}})
      .Increment();
  families_->trustar_call_seconds.Add({{"endpoint", text(endpoint)}}, call_buckets).Observe(to_seconds(took));
}

void metrics::rate_limit_decision(label level, label decision) {
  families_->rate_limit_decisions.Add({{"level", text(level)}, {"decision", text(decision)}}).Increment();
}

void metrics::rate_limit_near(label level) {
  families_->rate_limit_nears.Add({{"level", text(level)}}).Increment();
}

void metrics::rate_limit_wait(label level, duration wait) {
  families_->rate_limit_wait_seconds.Add({{"level", text(level)}}, wait_buckets).Observe(to_seconds(wait));
}

void metrics::queue_items(label queue, label state, std::uint64_t n) {
  families_->queue_item_count.Add({{"queue", text(queue)}, {"state", text(state)}})
      .Set(static_cast<double>(n));
}

void metrics::queue_oldest(label queue, duration age) {
  families_->queue_oldest_seconds.Add({{"queue", text(queue)}}).Set(to_seconds(age));
}

void metrics::submission(label kind, label outcome) {
  families_->submissions.Add({{"kind", text(kind)}, {"outcome", text(outcome)}}).Increment();
}

void metrics::observables(label outcome, std::uint64_t n) {
  families_->observable_count.Add({{"outcome", text(outcome)}}).Increment(static_cast<double>(n));
}

void metrics::misp_event(std::string_view server, label outcome) {
  families_->misp_events.Add({{"server", std::string{server}}, {"outcome", text(outcome)}}).Increment();
}

void metrics::misp_poll(std::string_view server, label outcome) {
  families_->misp_polls.Add({{"server", std::string{server}}, {"outcome", text(outcome)}}).Increment();
}

void metrics::misp_checkpoint(std::string_view server, sys_time t) {
  families_->misp_checkpoints.Add({{"server", std::string{server}}}).Set(to_seconds(t));
}

void metrics::misp_last_success(std::string_view server, sys_time t) {
  families_->misp_successes.Add({{"server", std::string{server}}}).Set(to_seconds(t));
}

void metrics::misp_key_expiry(std::string_view server, sys_time t) {
  families_->misp_expiries.Add({{"server", std::string{server}}}).Set(to_seconds(t));
}

void metrics::station_request(label route, unsigned status) {
  families_->station_requests.Add({{"route", text(route)}, {"status", text(status)}}).Increment();
}

void metrics::incident(label listener, http_incident what) {
  families_->http_incidents.Add({{"listener", text(listener)}, {"what", text(what)}}).Increment();
}

void metrics::log_lines_lost(std::uint64_t n) {
  families_->log_lines_lost.Add({}).Set(static_cast<double>(n));
}

void metrics::actor_restart(label actor) {
  families_->actor_restarts.Add({{"actor", text(actor)}}).Increment();
}

void metrics::build_info(std::string_view version) {
  families_->build.Add({{"version", std::string{version}}}).Set(1);
}

std::string metrics::serialize() const {
  auto all = families_->registry.Collect();
  for (auto& family : families_->process.Collect())
    all.push_back(std::move(family));
  return prometheus::TextSerializer{}.Serialize(all);
}

} // namespace isacbot::telemetry
