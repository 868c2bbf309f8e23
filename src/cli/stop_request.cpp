#include "cli/stop_request.hpp"

#include <ctime>

namespace isacbot::cli {

stop_request::stop_request() {
  sigemptyset(&wanted_);
  sigaddset(&wanted_, SIGINT);
  sigaddset(&wanted_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &wanted_, &before_);
}

stop_request::~stop_request() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool stop_request::wait(milliseconds patience) {
  timespec until{};
  until.tv_sec = patience.count() / 1'000;
  until.tv_nsec = patience.count() % 1'000 * 1'000'000;
  came_ = came_ || sigtimedwait(&wanted_, nullptr, &until) > 0;
  return came_;
}

} // namespace isacbot::cli
