#include "crash/misp_wire.hpp"

#include "crash/station_reports.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace isacbot::test {

namespace {

constexpr milliseconds one_way{5};

bool changes_reports(const std::string& method, const std::string& path) {
  return method != "GET" && path.find("/api/1.3/reports") != std::string::npos &&
         path.find("/search") == std::string::npos;
}

} // namespace

void misp_wire::send(http::request request, milliseconds deadline, completion done) {
  exchange x;
  auto host = request.target.find("//") + 2;
  auto path = std::min(request.target.find('/', host), request.target.size());
  x.host = request.target.substr(host, path - host);
  x.path = request.target.substr(path, request.target.find('?') - path);
  x.request = std::move(request);
  x.due = time_.steady_now() + one_way;
  x.deadline = time_.steady_now() + deadline;
  x.done = std::move(done);
  auto same = std::count_if(under_way_.begin(), under_way_.end(), [&](const exchange& other) {
    return other.host == x.host && misp_.contains(x.host) && other.done;
  });
  most_at_once_ = std::max(most_at_once_, static_cast<std::size_t>(same) + 1);
  auto name = "request leaves: " + x.request.method + " " + x.path;
  points_.pass(name, [&] { under_way_.push_back(std::move(x)); });
}

void misp_wire::serve(exchange& x) {
  x.due = time_.steady_now() + one_way;
  auto misp = misp_.find(x.host);
  if (misp != misp_.end())
    return serve_misp(x, *misp->second);
  serve_station(x);
}

void misp_wire::serve_misp(exchange& x, sandbox::misp_server& server) {
  if (misp_off_) {
    x.outcome = fail(ec::unavailable, "no connection");
    return;
  }
  auto request = x.request;
  request.target = x.request.target.substr(x.request.target.find(x.path, x.request.target.find("//") + 2));
  std::optional<http::response> answer;
  server.handle(std::move(request), {}, [&](http::response r) { answer = std::move(r); });
  if (answer) {
    x.outcome = std::move(*answer);
  } else {
    x.due = x.deadline;
    x.outcome = fail(ec::timeout, "no answer in time");
  }
}

void misp_wire::serve_station(exchange& x) {
  if (station_off_) {
    x.outcome = fail(ec::unavailable, "no connection");
    return;
  }
  const bool writes = changes_reports(x.request.method, x.path);
  auto trouble = writes && disturb_ ? disturb_(x.request, ++writes_) : std::nullopt;
  using kind = disturbance::kind;
  if (trouble && trouble->what == kind::answered) {
    x.outcome = trouble->answer;
    return;
  }
  if (!trouble || trouble->what != kind::request_lost) {
    if (writes)
      changes_.push_back({x.request.method, x.path});
    auto answer = station_.handle(lenient_ ? without_uniqueness(x.request) : x.request);
    if (!trouble) {
      x.outcome = std::move(answer);
      return;
    }
  }
  if (trouble->what == kind::cut) {
    x.outcome = fail(ec::upstream_failed, "the connection broke");
  } else {
    x.due = x.deadline;
    x.outcome = fail(ec::timeout, "no answer in time");
  }
}

http::request misp_wire::without_uniqueness(http::request request) const {
  if (request.method != "POST" || !request.target.ends_with("/reports"))
    return request;
  auto body = boost::json::parse(request.body).as_object();
  const auto* id = body.if_contains("externalTrackingId");
  if (!id || !id->is_string())
    return request;
  std::size_t taken = 0;
  for (const auto& report : read_reports(station_))
    if (report.what.external_id && report.what.external_id->starts_with(id->get_string().c_str()))
      ++taken;
  if (taken > 0)
    body["externalTrackingId"] = std::string(id->get_string()) + " again " + std::to_string(taken);
  request.body = boost::json::serialize(body);
  return request;
}

bool misp_wire::run_due() {
  bool any = false;
  auto now = time_.steady_now();
  for (auto at = under_way_.begin(); at != under_way_.end();) {
    auto x = at++;
    if (x->due > now)
      continue;
    any = true;
    if (!x->outcome) {
      serve(*x);
      if (!x->done)
        under_way_.erase(x);
      continue;
    }
    auto done = std::move(x->done);
    auto outcome = std::move(*x->outcome);
    auto name = "answer arrives: " + x->request.method + " " + x->path;
    under_way_.erase(x);
    points_.pass(name, [&] { done(std::move(outcome)); });
    if (points_.dead())
      break;
  }
  return any;
}

std::optional<steady_time> misp_wire::next() const {
  std::optional<steady_time> first;
  for (const auto& x : under_way_)
    first = first ? std::min(*first, x.due) : x.due;
  return first;
}

void misp_wire::cut_off(std::chrono::nanoseconds delay) {
  std::erase_if(under_way_, [](const exchange& x) { return x.outcome.has_value(); });
  for (auto& x : under_way_) {
    x.done = nullptr;
    x.due += delay;
  }
}

} // namespace isacbot::test
