#include "io/io_context_pool.hpp"

#include "io/signal_watcher.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <future>
#include <stdexcept>
#include <unistd.h>

using namespace isacbot;
using namespace std::chrono_literals;
namespace asio = boost::asio;

TEST_CASE("stop runs what is queued before the threads end", "[io]") {
  io::io_context_pool pool(2);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 1000; ++i)
    asio::post(pool.context(), [&] { ++ran; });
  CHECK(pool.stop(30s));
  CHECK(ran == 1000);
  CHECK(pool.stop(30s));
}

TEST_CASE("stop gives up on work that does not end, and says so", "[io]") {
  io::io_context_pool pool(1);
  asio::steady_timer endless(pool.context(), 24h);
  endless.async_wait([](const auto&) { FAIL("an abandoned operation ran"); });
  CHECK_FALSE(pool.stop(10ms));
}

TEST_CASE("a handler that throws does not take the io thread along", "[io]") {
  io::io_context_pool pool(1);
  asio::post(pool.context(), [] { throw std::runtime_error("a defect"); });
  std::promise<void> next;
  asio::post(pool.context(), [&] { next.set_value(); });
  next.get_future().wait();
  CHECK(pool.stop(30s));
}

TEST_CASE("signals arrive as calls, each one, until the watcher goes", "[io]") {
  io::io_context_pool pool(1);
  std::atomic<int> terminations = 0;
  std::promise<int> first;
  std::promise<void> second;
  std::promise<void> reload;
  {
    const io::signal_watcher watcher(
        pool,
        [&](int number) {
          if (++terminations == 1)
            first.set_value(number);
          else
            second.set_value();
        },
        [&] { reload.set_value(); });
    // The watcher is armed on the io thread: behind this its first wait has begun.
    std::promise<void> armed;
    asio::post(pool.context(), [&] { asio::post(pool.context(), [&] { armed.set_value(); }); });
    armed.get_future().wait();
    kill(getpid(), SIGHUP);
    reload.get_future().wait();
    kill(getpid(), SIGTERM);
    CHECK(first.get_future().get() == SIGTERM);
    kill(getpid(), SIGINT);
    second.get_future().wait();
  }
  CHECK(terminations == 2);
  CHECK(pool.stop(30s)); // nothing of it is left to wait for
}
