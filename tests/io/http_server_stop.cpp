// How a server ends: with idle peers, with exchanges on their way, and under load.
#include "io/http_server.hpp"

#include "io/edge_fixture.hpp"
#include "io/sockets.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <future>
#include <thread>

using namespace isacbot;
using namespace std::chrono_literals;
using test::raw_socket;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";

} // namespace

TEST_CASE_METHOD(test::edge_fixture, "stop closes idle connections and the listener", "[io]") {
  auto service = test::echo_service();
  const auto server = serve(service);
  auto quiet = raw_socket::connect_to(server->port());
  auto used = raw_socket::connect_to(server->port());
  used.send(get);
  used.read_message();
  CHECK(server->stop(30s) == 0);
  CHECK(quiet.read_to_end().empty());
  CHECK(used.read_to_end().empty());
  CHECK(server->connections() == 0);
  CHECK_THROWS(raw_socket::connect_to(server->port()));
  CHECK(server->stop(30s) == 0);
}

TEST_CASE_METHOD(test::edge_fixture, "stop lets a running exchange finish", "[io]") {
  test::holding_service service;
  const auto server = serve(service, {.answer_deadline = 1h});
  auto peer = raw_socket::connect_to(server->port());
  peer.send(get);
  service.wait_for(1);
  auto stopped = std::async(std::launch::async, [&] { return server->stop(30s); });
  service.answer_all("in time");
  const std::string answer = peer.read_to_end();
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(answer.ends_with("in time"));
  CHECK(stopped.get() == 0);
}

TEST_CASE_METHOD(test::edge_fixture, "stop lets a request that has begun to arrive finish", "[io]") {
  auto service = test::echo_service();
  const auto server = serve(service, {.read_deadline = 1h});
  auto peer = raw_socket::connect_to(server->port());
  peer.send("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  peer.read_until("\r\n\r\n"); // the server is in the middle of it
  auto stopped = std::async(std::launch::async, [&] { return server->stop(30s); });
  peer.send("rest");
  const std::string answer = peer.read_to_end();
  CHECK(answer.ends_with("POST /\nrest"));
  CHECK(stopped.get() == 0);
}

TEST_CASE_METHOD(test::edge_fixture,
                 "stop cuts what is left after its grace, and a reply that comes then harms nobody", "[io]") {
  test::holding_service service;
  auto server = serve(service, {.name = "t", .answer_deadline = 1h});
  auto peer = raw_socket::connect_to(server->port());
  peer.send(get);
  service.wait_for(1);
  CHECK(server->stop(10ms) == 1);
  CHECK(peer.read_to_end().empty());
  server.reset();
  CHECK(pool.stop(30s));
  service.answer_all(); // the server and its io threads are gone
  CHECK(counted("t", "late_reply"));
}

TEST_CASE_METHOD(test::edge_fixture, "a server stopped under load ends in order, every time", "[io]") {
  // Workers answer from threads of their own, as actors do, and go on doing so after the server is gone.
  constexpr int rounds = 15;
  constexpr int clients = 8;
  for (int round = 0; round < rounds; ++round) {
    test::holding_service service;
    std::atomic<bool> over = false;
    std::thread worker([&] {
      while (!over) {
        service.answer_all();
        std::this_thread::yield();
      }
      service.answer_all();
    });
    std::atomic<int> answers = 0;
    std::atomic<int> broken = 0;
    std::promise<void> warm;
    std::vector<std::thread> peers;
    {
      io::io_context_pool own_pool{2};
      auto server = io::http_server::open({.answer_deadline = 10s}, service,
                                          {own_pool, time, random, metrics, logs.get()});
      REQUIRE(server.has_value());
      const auto port = (*server)->port();
      for (int i = 0; i < clients; ++i)
        peers.emplace_back([&, port] {
          try {
            auto peer = raw_socket::connect_to(port);
            while (peer.send(get)) {
              const std::string answer = peer.read_message();
              if (answer.empty())
                return; // closed before anything was said: the request was not taken
              if (!answer.ends_with("held"))
                ++broken;
              if (++answers == 100)
                warm.set_value();
              if (answer.find("Connection: close") != std::string::npos)
                return;
            }
          } catch (const std::exception&) { // the listener is closed
          }
        });
      warm.get_future().wait();
      CHECK((*server)->stop(10s) == 0);
      CHECK((*server)->connections() == 0);
      CHECK(own_pool.stop(10s));
    }
    for (auto& peer : peers)
      peer.join();
    over = true;
    worker.join();
    CHECK(broken == 0);
  }
}
