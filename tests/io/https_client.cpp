#include "io/https_client.hpp"

#include "io/client_fixture.hpp"
#include "io/sockets.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

using namespace isacbot;
using namespace std::chrono_literals;
using test::code_of;
using test::fetch;
using test::raw_socket;
using test::scripted_server;
using test::send;

namespace {

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Answers every request of every connection with its number on that connection.
scripted_server::script counting = [](raw_socket& peer, int) {
  for (int i = 1; !peer.read_until("\r\n\r\n").empty(); ++i)
    peer.send(ok(std::to_string(i)));
};

/// A port on which nobody listens.
std::uint16_t closed_port() {
  const scripted_server gone(counting);
  return gone.port();
}

} // namespace

TEST_CASE_METHOD(test::client_fixture, "a request goes out byte for byte as HTTP/1.1 asks", "[io]") {
  std::string seen;
  scripted_server server([&](raw_socket& peer, int) {
    seen = peer.read_message();
    peer.send("HTTP/1.1 201 Created\r\nX-One: 1\r\nX-Two: a\r\nX-Two: b\r\nContent-Length: 4\r\n\r\ndone");
  });
  const auto client = make_client({.user_agent = "test/1"});
  const http::request request{
      "POST",
      "http://127.0.0.1:" + std::to_string(server.port()) + "/a%20b?c=d#fragment",
      {{"Authorization", "Bearer t"}, {"content-length", "99"}, {"Connection", "close"}},
      "{\"a\":1}"};
  const auto answer = send(*client, request).get();
  REQUIRE(answer.has_value());
  CHECK(seen ==
        "POST /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
            "\r\nUser-Agent: test/1\r\nAuthorization: Bearer t\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
  CHECK(answer->status == 201);
  CHECK(answer->headers.find("x-one") == "1");
  CHECK(answer->headers.count("X-Two") == 2);
  CHECK(answer->body == "done");
}

TEST_CASE_METHOD(test::client_fixture, "every framing of an answer is read", "[io]") {
  const std::vector<std::pair<std::string, std::string>> answers{
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n",
       "abcde"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("final"), "final"},
      {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
       ""}, // not followed
  };
  scripted_server server([&](raw_socket& peer, int i) {
    peer.read_until("\r\n\r\n");
    peer.send(answers[static_cast<std::size_t>(i)].first);
  });
  const auto client = make_client();
  for (const auto& [bytes, body] : answers) {
    INFO(bytes);
    const auto answer = fetch(*client, server.url());
    REQUIRE(answer.has_value());
    CHECK(answer->body == body);
    CHECK_FALSE(answer->headers.find("X-T").has_value());
  }
}

TEST_CASE_METHOD(test::client_fixture, "a HEAD answer has no body however long it says it is", "[io]") {
  scripted_server server([](raw_socket& peer, int) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    peer.read_until("\r\n\r\n");
    peer.send(ok("next"));
  });
  const auto client = make_client();
  const auto head = send(*client, {"HEAD", server.url(), {}, ""}).get();
  REQUIRE(head.has_value());
  CHECK(head->body.empty());
  CHECK(fetch(*client, server.url())->body == "next"); // on the same connection
  CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(test::client_fixture, "connections are kept and used again", "[io]") {
  scripted_server server(counting);
  const auto client = make_client();
  CHECK(fetch(*client, server.url())->body == "1");
  CHECK(fetch(*client, server.url())->body == "2");
  CHECK(fetch(*client, server.url())->body == "3");
  CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(test::client_fixture, "a connection is not used again when its peer said close", "[io]") {
  scripted_server server([](raw_socket& peer, int i) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n" + std::to_string(i));
    peer.read_to_end(); // the client ends it
  });
  const auto client = make_client();
  CHECK(fetch(*client, server.url())->body == "0");
  CHECK(fetch(*client, server.url())->body == "1");
}

TEST_CASE_METHOD(test::client_fixture,
                 "a pooled connection that its peer has closed is left alone, for any method", "[io]") {
  std::promise<void> closed;
  scripted_server server([&](raw_socket& peer, int i) {
    peer.read_message();
    peer.send(ok(std::to_string(i)));
    if (i == 0) {
      peer.close();
      closed.set_value();
    } else {
      peer.read_to_end();
    }
  });
  const auto client = make_client();
  CHECK(fetch(*client, server.url())->body == "0");
  closed.get_future().wait();
  CHECK(send(*client, {"POST", server.url(), {}, "x"}).get()->body == "1");
}

TEST_CASE_METHOD(test::client_fixture,
                 "when a reused connection dies after the request was sent, only a safe one is repeated",
                 "[io]") {
  // The effect of a POST is unknown then: the caller has to settle that, not the client.
  std::atomic<int> posts = 0;
  scripted_server server([&](raw_socket& peer, int) {
    peer.read_message();
    peer.send(ok("first"));
    const std::string second = peer.read_message();
    posts += second.starts_with("POST") ? 1 : 0;
    peer.reset(); // read, and gone
  });
  const auto client = make_client();
  CHECK(fetch(*client, server.url())->body == "first");
  CHECK(code_of(send(*client, {"POST", server.url(), {}, "x"}).get()) == ec::upstream_failed);
  CHECK(posts == 1);
  CHECK(server.connections() == 1);

  CHECK(fetch(*client, server.url())->body == "first");
  CHECK(server.connections() == 2);
  CHECK(fetch(*client, server.url())->body == "first"); // repeated on a third connection
  CHECK(server.connections() == 3);
}

TEST_CASE_METHOD(test::client_fixture, "a fresh connection that dies is not retried", "[io]") {
  scripted_server server([&](raw_socket& peer, int) {
    peer.read_until("\r\n\r\n");
    peer.reset();
  });
  const auto client = make_client();
  CHECK(code_of(fetch(*client, server.url())) == ec::upstream_failed);
  CHECK(server.connections() == 1);
}

TEST_CASE_METHOD(test::client_fixture, "cut and broken answers are upstream failures, not successes",
                 "[io]") {
  const std::vector<std::string> answers{
      "",
      "HTTP/1.1 200",
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "SSH-2.0-OpenSSH\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"};
  scripted_server server([&](raw_socket& peer, int i) {
    peer.read_until("\r\n\r\n");
    peer.send(answers[static_cast<std::size_t>(i)]);
  });
  const auto client = make_client();
  for (const auto& bytes : answers) {
    INFO(bytes);
    CHECK(code_of(fetch(*client, server.url())) == ec::upstream_failed);
  }
}

TEST_CASE_METHOD(test::client_fixture, "an answer over the limit is cut off", "[io]") {
  scripted_server server([&](raw_socket& peer, int i) {
    peer.read_until("\r\n\r\n");
    if (i == 0)
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n");
    else if (i == 1)
      peer.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'));
    else
      peer.send("HTTP/1.1 200 OK\r\nX: " + std::string(5000, 'x') + "\r\n\r\n");
  });
  const auto client = make_client({.max_response_bytes = 100, .max_header_bytes = 1000});
  CHECK(code_of(fetch(*client, server.url())) == ec::too_large);
  CHECK(code_of(fetch(*client, server.url())) == ec::too_large);
  CHECK(code_of(fetch(*client, server.url())) == ec::too_large);
}

TEST_CASE_METHOD(test::client_fixture, "an early answer is read though the request was not taken whole",
                 "[io]") {
  scripted_server server([&](raw_socket& peer, int) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    peer.shut_down_sending();
    peer.read_to_end();
  });
  const auto client = make_client();
  const auto answer = send(*client, {"POST", server.url(), {}, std::string(3'000'000, 'x')}).get();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 413);
}

TEST_CASE_METHOD(test::client_fixture, "errors tell whether anything was sent", "[io]") {
  scripted_server silent([](raw_socket& peer, int) { peer.read_to_end(); });
  const auto client = make_client({.max_connections_per_origin = 1, .max_waiting_per_origin = 1});
  CHECK(code_of(fetch(*client, "http://127.0.0.1:" + std::to_string(closed_port()) + "/")) ==
        ec::unavailable);
  CHECK(code_of(fetch(*client, "http://name.invalid/", 10s)) == ec::unavailable);
  CHECK(code_of(fetch(*client, silent.url(), 50ms)) == ec::timeout);
  // The one connection is busy: what waits for it has sent nothing.
  auto busy = send(*client, {"GET", silent.url(), {}, ""}, 30s);
  CHECK(code_of(fetch(*client, silent.url(), 50ms)) == ec::unavailable);
  auto waiting = send(*client, {"GET", silent.url(), {}, ""}, 30s);
  CHECK(code_of(fetch(*client, silent.url(), 30s)) == ec::unavailable); // the line is full
  client->stop(0ms);
  CHECK(code_of(busy.get()) == ec::upstream_failed);
  CHECK(code_of(waiting.get()) == ec::cancelled);
  CHECK(code_of(fetch(*client, silent.url())) == ec::cancelled);
}

TEST_CASE_METHOD(test::client_fixture,
                 "addresses and fields that cannot be sent are refused without being repeated", "[io]") {
  const auto client = make_client();
  for (const char* url : {"", "/path", "ftp://host/", "http://", "http://user:secret-word@host/",
                          "http://h:0/", "http://h:99999/", "http://h/a b", "http://h/a\r\nX: y"}) {
    INFO(url);
    const auto refused = fetch(*client, url);
    CHECK(code_of(refused) == ec::invalid_argument);
    CHECK(to_string(refused.error()).find("secret-word") == std::string::npos);
  }
  for (const http::request& request : {http::request{"GET", "http://h/", {{"X", "a\r\nY: b"}}, ""},
                                       {"GET", "http://h/", {{"X y", "a"}}, ""},
                                       {"G ET", "http://h/", {}, ""},
                                       {"", "http://h/", {}, ""},
                                       {"CONNECT", "http://h/", {}, ""}})
    CHECK(code_of(send(*client, request).get()) == ec::invalid_argument);
}

TEST_CASE_METHOD(test::client_fixture,
                 "no more connections are opened than allowed, and those who wait get their turn", "[io]") {
  std::atomic<int> open = 0;
  std::atomic<int> most = 0;
  scripted_server server([&](raw_socket& peer, int) {
    most = std::max(most.load(), ++open);
    while (!peer.read_until("\r\n\r\n").empty())
      peer.send(ok("x"));
    --open;
  });
  const auto client = make_client({.max_connections_per_origin = 2});
  std::vector<std::future<result<http::response>>> answers;
  for (int i = 0; i < 50; ++i)
    answers.push_back(send(*client, {"GET", server.url(), {}, ""}));
  for (auto& answer : answers)
    CHECK(answer.get().has_value());
  CHECK(most <= 2);
  CHECK(server.connections() <= 2);
}

TEST_CASE_METHOD(test::client_fixture, "a waiting call gets a new connection when the one before it broke",
                 "[io]") {
  scripted_server server([&](raw_socket& peer, int i) {
    peer.read_until("\r\n\r\n");
    if (i > 0)
      peer.send(ok("x"));
  });
  const auto client = make_client({.max_connections_per_origin = 1});
  auto broken = send(*client, {"POST", server.url(), {}, ""});
  auto next = send(*client, {"POST", server.url(), {}, ""});
  CHECK(code_of(broken.get()) == ec::upstream_failed);
  CHECK(next.get()->body == "x");
}

TEST_CASE_METHOD(test::client_fixture, "a waiting call is not handed a connection that has just been closed",
                 "[io]") {
  std::promise<void> asked;
  std::promise<void> blocked;
  std::promise<void> closed;
  scripted_server server([&](raw_socket& peer, int i) {
    peer.read_message();
    if (i == 0) {
      asked.set_value();
      blocked.get_future().wait();
      peer.send(ok("first"));
      peer.close();
      closed.set_value();
    } else {
      peer.send(ok("second"));
    }
  });
  const auto client = make_client({.max_connections_per_origin = 1});
  auto first = send(*client, {"POST", server.url(), {}, "x"});
  auto second = send(*client, {"POST", server.url(), {}, "x"});
  asked.get_future().wait();
  // While the io thread stands here, answer and end of the connection arrive together.
  boost::asio::post(pool.context(), [&] {
    blocked.set_value();
    closed.get_future().wait();
  });
  CHECK(first.get()->body == "first");
  const auto answer = second.get();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "second");
}

TEST_CASE_METHOD(test::client_fixture, "idle connections are closed after a while", "[io]") {
  std::promise<void> closed;
  scripted_server server([&](raw_socket& peer, int) {
    peer.read_until("\r\n\r\n");
    peer.send(ok("x"));
    peer.read_to_end();
    closed.set_value();
  });
  const auto client = make_client({.idle_timeout = 20ms});
  CHECK(fetch(*client, server.url())->body == "x");
  CHECK(closed.get_future().wait_for(30s) == std::future_status::ready);
}

TEST_CASE_METHOD(test::client_fixture, "plain requests go to the proxy in absolute form", "[io]") {
  std::string seen;
  scripted_server proxy([&](raw_socket& peer, int) {
    seen = peer.read_until("\r\n\r\n");
    peer.send(ok("by proxy"));
  });
  const auto client = make_client({.proxy = proxy.url()});
  CHECK(fetch(*client, "http://station.invalid/path?q=1")->body == "by proxy");
  CHECK(seen.starts_with("GET http://station.invalid/path?q=1 HTTP/1.1\r\nHost: station.invalid\r\n"));
  CHECK_FALSE(io::https_client::open({.proxy = "https://proxy"}, env()).has_value());
  CHECK_FALSE(io::https_client::open({.proxy = "proxy:3128"}, env()).has_value());
}

TEST_CASE_METHOD(test::client_fixture, "a client stopped under load completes every call once", "[io]") {
  for (int round = 0; round < 5; ++round) {
    scripted_server server(counting);
    constexpr int n = 400;
    std::atomic<int> completions = 0;
    {
      const auto client = make_client({.max_connections_per_origin = 4});
      std::promise<void> some;
      for (int i = 0; i < n; ++i)
        client->send({"GET", server.url(), {}, ""}, 30s, [&](const result<http::response>&) {
          if (++completions == 50)
            some.set_value();
        });
      some.get_future().wait();
      client->stop(0ms);
      CHECK(completions == n);
    }
    CHECK(completions == n);
  }
}
