#include "io/admin_service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string_view>
#include <utility>

namespace isacbot::io {

namespace {

constexpr const char* plain_text = "text/plain; charset=utf-8";

http::response ready_page(const std::vector<readiness>& parts) {
  bool all = true;
  boost::json::array list;
  for (const readiness& part : parts) {
    all = all && part.ok;
    boost::json::object entry{{"part", part.part}, {"ok", part.ok}};
    if (!part.reason.empty())
      entry["reason"] = part.reason;
    list.push_back(std::move(entry));
  }
  const boost::json::object page{{"ready", all}, {"parts", std::move(list)}};
  return http::make_response(all ? 200 : 503, "application/json", boost::json::serialize(page) + "\n");
}

} // namespace

admin_service::admin_service(const telemetry::metrics& metrics, readiness_check check,
                             std::function<void()> refresh)
    : metrics_(metrics),
      check_(std::move(check)),
      refresh_(std::move(refresh)) {}

void admin_service::handle(http::request request, ports::http_exchange, reply done) {
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  const bool known = path == "/metrics" || path == "/healthz" || path == "/readyz";
  http::response out;
  if (!known) {
    out = http::make_response(404, plain_text, "Not found. There are /metrics, /healthz and /readyz.\n");
  } else if (request.method != "GET" && request.method != "HEAD") {
    out = http::make_response(405, plain_text, "Only GET and HEAD are allowed.\n");
    out.headers.add("Allow", "GET, HEAD");
  } else if (path == "/metrics") {
    if (refresh_)
      refresh_();
    out = http::make_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.serialize());
  } else if (path == "/healthz") {
    out = http::make_response(200, plain_text, "ok\n");
  } else {
    out = ready_page(check_());
  }
  out.headers.add("Cache-Control", "no-store");
  done(std::move(out));
}

} // namespace isacbot::io
