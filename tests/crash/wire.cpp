#include "crash/wire.hpp"

#include <string_view>

namespace isacbot::test {

std::optional<disturbance> wire::trouble_with(const exchange& x) {
  bool batch = x.request.method == "POST" && x.path.ends_with("/indicators");
  if (batch)
    return disturb_ ? disturb_(x.request, ++batches_) : std::nullopt;
  // What delivers a report; not what is asked about it afterwards.
  bool look_up = x.request.method == "GET" && x.request.target.find("idType=external") != std::string::npos;
  bool report = x.name() == "POST /api/1.3/reports" || x.path.ends_with("/alter-tags") || look_up;
  return report && disturb_reports_ ? disturb_reports_(x.request, ++reports_) : std::nullopt;
}

http::response wire::ask_station(const exchange& x) {
  auto answer = station_.handle(x.request);
  if (!lax_external_ids_ || x.name() != "POST /api/1.3/reports" || answer.status == 200)
    return answer;
  // A service that does not insist on its own rule: the second report is a report, too.
  auto again = x.request;
  constexpr std::string_view member = "\"externalTrackingId\":\"";
  auto at = again.body.find(member);
  if (at == std::string::npos)
    return answer;
  again.body.insert(at + member.size(), "second-");
  return station_.handle(again);
}

void wire::serve(exchange& x) {
  if (fake_slack::owns(x.request.target)) {
    x.outcome = slack_.handle(x.request);
    return;
  }
  auto trouble = trouble_with(x);
  if (!trouble) {
    x.outcome = ask_station(x);
    return;
  }
  using kind = disturbance::kind;
  if (trouble->what == kind::answered) {
    x.outcome = trouble->answer;
    return;
  }
  if (trouble->what != kind::request_lost)
    (void)ask_station(x);
  if (trouble->what == kind::station_dies)
    station_.lose_power();
  if (trouble->what == kind::request_lost || trouble->what == kind::answer_lost) {
    x.time_out();
  } else {
    x.outcome = fail(ec::upstream_failed, "the connection broke");
  }
}

} // namespace isacbot::test
