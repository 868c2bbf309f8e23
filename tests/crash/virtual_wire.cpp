#include "crash/virtual_wire.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::test {

namespace {

constexpr milliseconds one_way{5};

} // namespace

void virtual_wire::exchange::time_out() {
  due = deadline;
  outcome = fail(ec::timeout, "no answer in time");
}

void virtual_wire::send(http::request request, milliseconds deadline, completion done) {
  exchange x;
  auto host = request.target.find("//") + 2;
  auto path = std::min(request.target.find('/', host), request.target.size());
  x.host = request.target.substr(host, path - host);
  x.path = request.target.substr(path, request.target.find('?') - path);
  x.request = std::move(request);
  x.due = time_.steady_now() + one_way;
  x.deadline = time_.steady_now() + deadline;
  x.done = std::move(done);
  on_leaving(x);
  points_.pass_in_actor("request leaves: " + x.name(), [&] { under_way_.push_back(std::move(x)); });
}

bool virtual_wire::run_due() {
  bool any = false;
  auto now = time_.steady_now();
  for (auto at = under_way_.begin(); at != under_way_.end();) {
    auto x = at++;
    if (x->due > now)
      continue;
    any = true;
    if (!x->outcome) {
      x->due = now + one_way;
      serve(*x);
      if (!x->done)
        under_way_.erase(x);
      continue;
    }
    auto done = std::move(x->done);
    auto outcome = std::move(*x->outcome);
    auto name = x->name();
    under_way_.erase(x);
    points_.pass("answer arrives: " + name, [&] { done(std::move(outcome)); });
    if (points_.dead())
      break;
  }
  return any;
}

std::optional<steady_time> virtual_wire::next() const {
  std::optional<steady_time> first;
  for (const auto& x : under_way_)
    first = first ? std::min(*first, x.due) : x.due;
  return first;
}

void virtual_wire::cut_off(std::chrono::nanoseconds delay) {
  std::erase_if(under_way_, [](const exchange& x) { return x.outcome.has_value(); });
  for (auto& x : under_way_) {
    x.done = nullptr;
    x.due += delay;
  }
}

} // namespace isacbot::test
