#include "crash/kill_house.hpp"

#include "station/accounts.hpp"
#include "storage/master_key.hpp"

#include <array>
#include <fstream>
#include <iterator>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace isacbot::test {

namespace {

constexpr std::string_view signing_secret = "signing-secret-of-the-kill-test";
constexpr std::string_view bot_token = "xoxb-kill-test";

/// Ports that were free a moment ago: the child has to come back on the same one.
std::array<std::uint16_t, 2> free_ports() {
  std::array<std::uint16_t, 2> ports{};
  std::array<int, 2> sockets{};
  for (std::size_t i = 0; i < ports.size(); ++i) {
    sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address); // NOLINT: what the call wants
    if (bind(sockets[i], generic, size) == 0 && getsockname(sockets[i], generic, &size) == 0)
      ports[i] = ntohs(address.sin_port);
  }
  for (int s : sockets)
    close(s);
  return ports;
}

} // namespace

kill_house::kill_house() {
  client_ = io::https_client::open({}, io_environment()).value();
  start_station();

  io::http_server_settings listen;
  listen.name = "sandbox";
  listen.answer_deadline = seconds{30};
  slack_server_ = io::http_server::open(listen, front_, io_environment()).value();
  slack_host_ = "127.0.0.1:" + std::to_string(slack_server_->port());

  auto [bot_port, admin_port] = free_ports();
  auto bot_url = "http://127.0.0.1:" + std::to_string(bot_port);
  sandbox::workspace_settings workspace;
  workspace.bot_token = secret{std::string(bot_token)};
  workspace.signing_secret = secret{std::string(signing_secret)};
  workspace.base_url = "http://" + slack_host_;
  slack_ = std::make_unique<sandbox::app>(sandbox::make_sample_state(workspace),
                                          sandbox::bot_addresses{bot_url + "/slack/commands",
                                                                 bot_url + "/slack/interactions",
                                                                 bot_url + "/slack/events"},
                                          time_, random_, *client_);
  front_.slack = slack_.get();
  write_config(bot_port, admin_port);
  bot_ = std::make_unique<child_bot>(directory_ / "isacbot.toml", directory_ / "bot.log");
}

kill_house::~kill_house() {
  stop();
}

void kill_house::start_station() {
  {
    auto store = app::open_station_database(station_path()).value();
    station::accounts accounts{*store, time_, random_, {4, 8, 1}};
    enclave_id_ = accounts.add_enclave("Example ISAC", "INTERNAL").value().id;
    auto user = accounts.add_user("Ana", "Example ISAC").value();
    accounts.grant(user.key, enclave_id_, station::access::full).value();
    account_ = {user.key, user.secret};
  }
  app::station_settings s;
  s.listen = {"127.0.0.1", 0};
  s.path.text = station_path();
  s.calls_per_minute = 0;
  station_ = app::station_part::start(s, io_environment()).value();
  station_url_ = "http://127.0.0.1:" + std::to_string(station_->port());
  shaky_ = std::make_unique<shaky_front>(*client_, station_url_, 5);
  io::http_server_settings listen;
  listen.name = "station front";
  listen.answer_deadline = seconds{30};
  shaky_server_ = io::http_server::open(listen, *shaky_, io_environment()).value();
}

void kill_house::write_config(std::uint16_t bot_port, std::uint16_t admin_port) {
  storage::make_master_key(directory_ / "master.key", random_).value();
  std::ofstream config(directory_ / "isacbot.toml");
  config << "[server]\nlisten = \"127.0.0.1:" << bot_port << "\"\n"
         << "[admin]\nlisten = \"127.0.0.1:" << admin_port << "\"\n"
         << "[slack]\nsigning_secret = \"literal:" << signing_secret << "\"\n"
         << "bot_token = \"literal:" << bot_token << "\"\n"
         << "api_url = \"http://" << slack_host_ << "/api/\"\n"
         << "response_url_hosts = [\"" << slack_host_ << "\"]\n"
         << "[trustar]\norigin = \"http://127.0.0.1:" << shaky_server_->port() << "\"\nstation_url = \""
         << station_url_ << "\"\n"
         << "max_indicators_per_call = 10\ntimeout = \"5s\"\n"
         << "[limits]\nuser = \"100000/1m;burst 100000\"\ncredential = \"100000/1m;burst 100000\"\n"
         << "address = \"100000/1m;burst 100000\"\n"
         << "[storage]\npath = \"" << (directory_ / "bot").string() << "\"\n"
         << "master_key = \"file:" << (directory_ / "master.key").string() << "\"\n";
}

std::string kill_house::bot_log() const {
  std::ifstream file(directory_ / "bot.log");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.size() > 4'000 ? text.substr(text.size() - 4'000) : text;
}

void kill_house::stop() {
  if (std::exchange(stopped_, true))
    return;
  bot_.reset();
  if (slack_server_)
    slack_server_->stop(milliseconds{500});
  shaky_server_->stop(milliseconds{500});
  client_->stop(milliseconds{0});
  station_->stop();
  io_.stop(milliseconds{500});
  station_.reset();
}

} // namespace isacbot::test
