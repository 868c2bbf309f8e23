/// What the tests of `isacbot submit` begin with: a Station with an enclave, and the operator's credentials.
#pragma once

#include "cli/operator_fixture.hpp"

#include "app/tour_station.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "telemetry/metrics.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace isacbot::test {

/// Nobody listens there: it was free a moment ago.
inline std::uint16_t free_port() {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::address_v4::loopback(), 0});
  return probe.local_endpoint().port();
}

struct submit_fixture : operator_fixture {
  submit_fixture() {
    write("");
    enclave = text(type_json({"station", "add-enclave", "--name", "Community"}), "id");
    auto user = type_json({"station", "add-user", "--name", "Operator"});
    account.key = text(user, "key");
    account.key_secret = secret{text(user, "secret")};
    type({"station", "grant", "--key", account.key, "--enclave", enclave, "--access", "full"});
    REQUIRE(status == 0);
    put("operator_key", account.key);
    put("operator_secret", std::string(account.key_secret.reveal()));
    write("operator_key = \"file:" + (dir / "operator_key").string() +
          "\"\noperator_secret = \"file:" + (dir / "operator_secret").string() + "\"\n");
  }

  void write(const std::string& credentials) const {
    std::ofstream(config) << "[admin]\nlisten = \"127.0.0.1:0\"\n[trustar]\norigin = \"" << origin << "\"\n"
                          << credentials << "[station]\nenabled = true\nlisten = \"127.0.0.1:" << port
                          << "\"\ncalls_per_minute = 0\n[storage]\npath = \"" << (dir / "data").string()
                          << "\"\nmaster_key = \"file:" << key_file << "\"\n";
  }

  std::string put(const std::string& name, const std::string& content) const {
    std::string path = (dir / name).string();
    std::ofstream(path, std::ios::binary) << content;
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
  }

  /// Asks Station itself, over its API.
  template <class Ask>
  auto at_station(Ask&& ask) {
    if (!service)
      serve();
    telemetry::metrics metrics;
    io::io_context_pool pool;
    auto client = io::https_client::open({}, {pool, time, random, metrics, {}});
    REQUIRE(client.has_value());
    app::tour_station station(**client, origin, account);
    return ask(station);
  }

  std::uint16_t port = free_port();
  std::string origin = "http://127.0.0.1:" + std::to_string(port);
  std::string enclave;
  app::demo_account account;
};

} // namespace isacbot::test
