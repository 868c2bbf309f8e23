// Both ends over TLS: who is trusted, and that judges from outside understand us.
#include "io/certificates.hpp"
#include "io/client_fixture.hpp"
#include "io/sockets.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace isacbot;
using namespace std::chrono_literals;
using test::code_of;
using test::fetch;
using test::raw_socket;

namespace {

struct tls_fixture : test::client_fixture {
  test::temp_dir directory;
  test::certificate_authority authority{directory.path()};
  test::function_service service = test::echo_service();

  std::unique_ptr<io::http_server> serve_tls(const test::certificate_files& files) {
    return serve(service, {.tls_certificate = files.certificate, .tls_private_key = files.key});
  }
  static std::string url(const io::http_server& server, const std::string& host = "127.0.0.1") {
    return "https://" + host + ":" + std::to_string(server.port()) + "/x";
  }
  bool runs(const std::string& command) const {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
  }
  /// Runs a command; its output.
  std::string output(const std::string& command) const {
    const std::string file = (directory / "output").string();
    CHECK(std::system((command + " >" + file + " 2>&1").c_str()) == 0);
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
};

} // namespace

TEST_CASE_METHOD(tls_fixture, "an exchange over TLS keeps its connection", "[io]") {
  const auto server = serve_tls(authority.issue("server", "IP:127.0.0.1"));
  const auto client = make_client({.ca_file = authority.file()});
  for (int i = 0; i < 3; ++i) {
    const auto answer = fetch(*client, url(*server));
    REQUIRE(answer.has_value());
    CHECK(answer->body == "GET /x\n");
    CHECK(server->connections() == 1);
  }
  const auto large = test::send(*client, {"POST", url(*server), {}, std::string(1'000'000, 'x')}).get();
  REQUIRE(large.has_value());
  CHECK(large->body.size() == 1'000'000 + std::string("POST /x\n").size());
}

TEST_CASE_METHOD(tls_fixture, "a certificate is accepted for its own names only", "[io]") {
  const auto by_name = serve_tls(authority.issue("by_name", "DNS:localhost"));
  const auto by_address = serve_tls(authority.issue("by_address", "IP:127.0.0.1"));
  const auto wildcard = serve_tls(authority.issue("wildcard", "DNS:*.localhost"));
  const auto client = make_client({.ca_file = authority.file()});
  CHECK(fetch(*client, url(*by_name, "localhost")).has_value());
  CHECK(fetch(*client, url(*by_address)).has_value());
  CHECK(code_of(fetch(*client, url(*by_name))) == ec::unavailable);
  CHECK(code_of(fetch(*client, url(*by_address, "localhost"))) == ec::unavailable);
  CHECK(code_of(fetch(*client, url(*wildcard, "localhost"))) == ec::unavailable);
}

TEST_CASE_METHOD(tls_fixture,
                 "a certificate that nobody vouches for, or that has expired, is refused with the reason",
                 "[io]") {
  test::certificate_authority stranger(directory.path(), "stranger");
  const auto unknown = serve_tls(stranger.issue("unknown", "IP:127.0.0.1"));
  const auto expired = serve_tls(authority.issue("expired", "IP:127.0.0.1", -1));
  const auto client = make_client({.ca_file = authority.file()});
  const auto not_trusted = fetch(*client, url(*unknown));
  CHECK(code_of(not_trusted) == ec::unavailable);
  CHECK(not_trusted.error().cause.find("certificate") != std::string::npos);
  const auto too_old = fetch(*client, url(*expired));
  CHECK(code_of(too_old) == ec::unavailable);
  CHECK(too_old.error().cause.find("expired") != std::string::npos);
  const auto by_system = make_client();
  CHECK(code_of(fetch(*by_system, url(*unknown))) == ec::unavailable);
  CHECK_FALSE(io::https_client::open({.ca_file = "/nowhere.pem"}, env()).has_value());
}

TEST_CASE_METHOD(tls_fixture, "a certificate can be checked for another name than the address has", "[io]") {
  const auto server = serve_tls(authority.issue("elsewhere", "DNS:misp.example.org"));
  const auto strict = make_client({.ca_file = authority.file()});
  CHECK(code_of(fetch(*strict, url(*server))) == ec::unavailable);
  const auto named = make_client({.ca_file = authority.file(), .server_name = "misp.example.org"});
  CHECK(fetch(*named, url(*server)).has_value());
  const auto wrong = make_client({.ca_file = authority.file(), .server_name = "other.example.org"});
  CHECK(code_of(fetch(*wrong, url(*server))) == ec::unavailable);
}

TEST_CASE_METHOD(tls_fixture, "a pin accepts one certificate, verified or not", "[io]") {
  const auto files = authority.issue("pinned", "IP:127.0.0.1");
  const auto server = serve_tls(files);
  auto printed = output("openssl x509 -noout -fingerprint -sha256 -in " + files.certificate);
  auto pin = printed.substr(printed.find('=') + 1); // an outside judge's idea of the hash
  std::erase_if(pin, [](char c) { return c == ':' || c == '\n'; });
  REQUIRE(pin.size() == 64);
  auto other = pin;
  other[0] = other[0] == 'A' ? 'B' : 'A';

  const auto trusted = make_client({.ca_file = authority.file(), .pinned_sha256 = pin});
  CHECK(fetch(*trusted, url(*server)).has_value());
  const auto by_pin_alone = make_client({.pinned_sha256 = pin, .verify = false});
  CHECK(fetch(*by_pin_alone, url(*server)).has_value());
  const auto anybody = make_client({.verify = false});
  CHECK(fetch(*anybody, url(*server)).has_value());
  // A pin does not replace the other checks, and no other certificate passes it.
  CHECK(code_of(fetch(*make_client({.pinned_sha256 = pin}), url(*server))) == ec::unavailable);
  for (bool verify : {true, false}) {
    const auto wrong = make_client({.ca_file = authority.file(), .pinned_sha256 = other, .verify = verify});
    const auto refused = fetch(*wrong, url(*server));
    CHECK(code_of(refused) == ec::unavailable);
    CHECK(refused.error().cause.find("pinned") != std::string::npos);
  }
  CHECK_FALSE(io::https_client::open({.pinned_sha256 = "abcd"}, env()).has_value());
}

TEST_CASE_METHOD(tls_fixture, "a client certificate is shown to a server that asks for one", "[io]") {
  const auto own = authority.issue("server", "IP:127.0.0.1");
  const auto ours = authority.issue("client", "DNS:isacbot");
  // OpenSSL's own server: it closes the handshake without a certificate that its authority vouches for.
  const int port = 20'000 + ::getpid() % 20'000;
  const std::string judge = "openssl s_server -accept " + std::to_string(port) + " -cert " + own.certificate +
                            " -key " + own.key + " -CAfile " + authority.file() +
                            " -Verify 1 -verify_return_error -www -quiet";
  REQUIRE(runs("(" + judge + " & echo $! > " + (directory / "pid").string() + ")"));
  const auto address = "https://127.0.0.1:" + std::to_string(port) + "/";
  const auto with = make_client(
      {.ca_file = authority.file(), .client_certificate = ours.certificate, .client_key = ours.key});
  const auto without = make_client({.ca_file = authority.file()});
  auto shown = fetch(*with, address);
  for (int tries = 0; !shown && tries < 1'000; ++tries) // until it listens
    shown = fetch(*with, address);
  CHECK(shown.has_value());
  CHECK_FALSE(fetch(*without, address).has_value());
  CHECK(runs("kill $(cat " + (directory / "pid").string() + ")"));
  CHECK_FALSE(io::https_client::open({.client_certificate = ours.certificate, .client_key = own.key}, env())
                  .has_value());
}

TEST_CASE_METHOD(tls_fixture, "a peer that does not speak TLS, or is silent, is unavailable", "[io]") {
  test::scripted_server plain([](raw_socket& peer, int) { peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  test::scripted_server silent([](raw_socket& peer, int) { peer.read_to_end(); });
  const auto client = make_client({.ca_file = authority.file(), .connect_timeout = 200ms});
  CHECK(code_of(fetch(*client, "https://127.0.0.1:" + std::to_string(plain.port()) + "/")) ==
        ec::unavailable);
  CHECK(code_of(fetch(*client, "https://127.0.0.1:" + std::to_string(silent.port()) + "/")) ==
        ec::unavailable);
}

TEST_CASE_METHOD(tls_fixture, "a TLS server survives peers that do not shake hands", "[io]") {
  const auto server = serve_tls(authority.issue("server", "IP:127.0.0.1"));
  auto garbage = raw_socket::connect_to(server->port());
  garbage.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  garbage.read_to_end();
  auto silent = raw_socket::connect_to(server->port());
  const auto client = make_client({.ca_file = authority.file()});
  CHECK(fetch(*client, url(*server)).has_value());
  CHECK(server->stop(30s) == 0); // the silent one, too
}

TEST_CASE_METHOD(tls_fixture, "https goes through a proxy's tunnel, end to end", "[io]") {
  const auto server = serve_tls(authority.issue("server", "IP:127.0.0.1"));
  std::string asked;
  test::scripted_server proxy([&](raw_socket& peer, int i) {
    asked = peer.read_until("\r\n\r\n");
    if (i > 0) {
      peer.send("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
    auto upstream = raw_socket::connect_to(server->port());
    std::thread back([&] {
      for (std::string some = upstream.read_exactly(1); !some.empty(); some = upstream.read_exactly(1))
        peer.send(some);
    });
    for (std::string some = peer.read_exactly(1); !some.empty(); some = peer.read_exactly(1))
      upstream.send(some);
    upstream.shut_down_sending();
    back.join();
  });
  auto client = make_client({.ca_file = authority.file(), .proxy = proxy.url()});
  const auto answer = fetch(*client, url(*server));
  REQUIRE(answer.has_value());
  CHECK(answer->body == "GET /x\n");
  CHECK(asked.starts_with("CONNECT 127.0.0.1:" + std::to_string(server->port()) + " HTTP/1.1\r\n"));
  client = make_client({.ca_file = authority.file(), .proxy = proxy.url()});
  CHECK(code_of(fetch(*client, url(*server))) == ec::unavailable);
}

TEST_CASE_METHOD(tls_fixture, "curl understands the server", "[io]") {
  if (!runs("curl --version"))
    SKIP("curl is not on the PATH");
  const auto server = serve_tls(authority.issue("server", "DNS:localhost,IP:127.0.0.1"));
  const std::string curl = "curl -sS --http1.1 --cacert " + authority.file() + " ";
  CHECK(output(curl + url(*server)) == "GET /x\n");
  CHECK(output(curl + "-X POST -H 'Transfer-Encoding: chunked' -H 'Expect: 100-continue' -d body " +
               url(*server)) == "POST /x\nbody");
  CHECK(output(curl + "-o /dev/null -w '%{num_connects} ' " + url(*server) + " -o /dev/null " +
               url(*server)) == "1 0 ");
  CHECK(output(curl + "-I -o /dev/null -w '%{http_code}' " + url(*server)) == "200");
}

TEST_CASE_METHOD(tls_fixture, "the client understands OpenSSL's own server", "[io]") {
  if (!runs("openssl version"))
    SKIP("openssl is not on the PATH");
  const auto files = authority.issue("server", "IP:127.0.0.1");
  std::uint16_t port = 0;
  {
    const test::scripted_server gone([](raw_socket&, int) {});
    port = gone.port(); // free now
  }
  // It serves one connection and ends by itself.
  const std::string command = "openssl s_server -www -naccept 1 -accept 127.0.0.1:" + std::to_string(port) +
                              " -cert " + files.certificate + " -key " + files.key;
  std::thread judge([&] { (void)output(command); });
  const auto client = make_client({.ca_file = authority.file()});
  result<http::response> answer = fail(ec::unavailable, "not asked yet");
  for (int i = 0; i < 3000 && !answer && answer.error().code == ec::unavailable; ++i)
    answer = fetch(*client, "https://127.0.0.1:" + std::to_string(port) + "/");
  judge.join();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body.find("s_server") != std::string::npos);
}
