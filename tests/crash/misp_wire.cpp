#include "crash/misp_wire.hpp"

#include "crash/station_reports.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace isacbot::test {

namespace {

bool changes_reports(const std::string& method, const std::string& path) {
  return method != "GET" && path.find("/api/1.3/reports") != std::string::npos &&
         path.find("/search") == std::string::npos;
}

} // namespace

void misp_wire::on_leaving(const exchange& x) {
  auto same = std::count_if(under_way().begin(), under_way().end(), [&](const exchange& other) {
    return other.host == x.host && misp_.contains(x.host) && other.done;
  });
  most_at_once_ = std::max(most_at_once_, static_cast<std::size_t>(same) + 1);
}

void misp_wire::serve(exchange& x) {
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
    x.time_out();
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
    x.time_out();
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

} // namespace isacbot::test
