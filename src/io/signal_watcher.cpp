#include "io/signal_watcher.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>

#include <csignal>
#include <future>
#include <utility>

namespace isacbot::io {

struct signal_watcher::state : std::enable_shared_from_this<state> {
  state(io_context_pool& io, std::function<void(int)> terminate, std::function<void()> reload)
      : strand(boost::asio::make_strand(io.context())),
        signals(strand, SIGINT, SIGTERM, SIGHUP),
        on_terminate(std::move(terminate)),
        on_reload(std::move(reload)),
        context(io.context()) {}

  void wait() {
    signals.async_wait([self = shared_from_this()](const boost::system::error_code& failed, int number) {
      if (failed || self->closed)
        return;
      self->wait(); // first: a callback that fails must not end the watch
      if (number == SIGHUP)
        self->on_reload();
      else
        self->on_terminate(number);
    });
  }

  boost::asio::strand<boost::asio::io_context::executor_type> strand;
  boost::asio::signal_set signals;
  std::function<void(int)> on_terminate;
  std::function<void()> on_reload;
  boost::asio::io_context& context;
  bool closed = false; // touched on the strand only
};

signal_watcher::signal_watcher(io_context_pool& io, std::function<void(int)> on_terminate,
                               std::function<void()> on_reload)
    : state_(std::make_shared<state>(io, std::move(on_terminate), std::move(on_reload))) {
  boost::asio::post(state_->strand, [s = state_] { s->wait(); });
}

signal_watcher::~signal_watcher() {
  auto closed = std::make_shared<std::promise<void>>();
  auto done = closed->get_future();
  boost::asio::post(state_->strand, [s = state_, closed] {
    s->closed = true;
    boost::system::error_code ignored;
    s->signals.clear(ignored);
    s->signals.cancel(ignored);
    closed->set_value();
  });
  if (!state_->context.stopped())
    done.wait();
}

} // namespace isacbot::io
