#include "crash/wire.hpp"

#include <algorithm>

namespace isacbot::test {

namespace {

constexpr milliseconds one_way{5};

} // namespace

std::string wire::name_of(const http::request& request) {
  auto path = request.target.substr(0, request.target.find('?'));
  auto begin = path.find('/', path.find("//") + 2);
  return request.method + " " + (begin == std::string::npos ? path : path.substr(begin));
}

void wire::send(http::request request, milliseconds deadline, completion done) {
  exchange x;
  x.name = name_of(request);
  x.request = std::move(request);
  x.due = time_.steady_now() + one_way;
  x.deadline = time_.steady_now() + deadline;
  x.done = std::move(done);
  points_.pass_in_actor("request leaves: " + x.name, [&] { under_way_.push_back(std::move(x)); });
}

std::optional<disturbance> wire::trouble_with(const exchange& x) {
  bool batch = x.request.method == "POST" && x.name.ends_with("/indicators");
  if (batch)
    return disturb_ ? disturb_(x.request, ++batches_) : std::nullopt;
  // What delivers a report; not what is asked about it afterwards.
  bool look_up = x.name.starts_with("GET") && x.request.target.find("idType=external") != std::string::npos;
  bool report = x.name == "POST /api/1.3/reports" || x.name.ends_with("/alter-tags") || look_up;
  return report && disturb_reports_ ? disturb_reports_(x.request, ++reports_) : std::nullopt;
}

http::response wire::ask_station(const http::request& request) {
  auto answer = station_.handle(request);
  if (!lax_external_ids_ || name_of(request) != "POST /api/1.3/reports" || answer.status == 200)
    return answer;
  // A service that does not insist on its own rule: the second report is a report, too.
  auto again = request;
  constexpr std::string_view member = "\"externalTrackingId\":\"";
  auto at = again.body.find(member);
  if (at == std::string::npos)
    return answer;
  again.body.insert(at + member.size(), "second-");
  return station_.handle(again);
}

void wire::serve(exchange& x) {
  x.due = time_.steady_now() + one_way;
  if (fake_slack::owns(x.request.target)) {
    x.outcome = slack_.handle(x.request);
    return;
  }
  auto trouble = trouble_with(x);
  if (!trouble) {
    x.outcome = ask_station(x.request);
    return;
  }
  using kind = disturbance::kind;
  if (trouble->what == kind::answered) {
    x.outcome = trouble->answer;
    return;
  }
  if (trouble->what != kind::request_lost)
    (void)ask_station(x.request);
  if (trouble->what == kind::station_dies)
    station_.lose_power();
  if (trouble->what == kind::request_lost || trouble->what == kind::answer_lost) {
    x.due = x.deadline;
    x.outcome = fail(ec::timeout, "no answer in time");
  } else {
    x.outcome = fail(ec::upstream_failed, "the connection broke");
  }
}

bool wire::run_due() {
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
    auto name = std::move(x->name);
    under_way_.erase(x);
    points_.pass("answer arrives: " + name, [&] { done(std::move(outcome)); });
    if (points_.dead())
      break;
  }
  return any;
}

std::optional<steady_time> wire::next() const {
  std::optional<steady_time> first;
  for (const auto& x : under_way_)
    first = first ? std::min(*first, x.due) : x.due;
  return first;
}

void wire::cut_off(std::chrono::nanoseconds delay) {
  std::erase_if(under_way_, [](const exchange& x) { return x.outcome.has_value(); });
  for (auto& x : under_way_) {
    x.done = nullptr;
    x.due += delay;
  }
}

} // namespace isacbot::test
