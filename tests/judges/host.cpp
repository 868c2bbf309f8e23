// judge_host: the sandbox on a loopback port of the system's choice, for judges written in other languages.
// Prints one JSON line {"url": ..., "bot_token": ..., "signing_secret": ...} and serves until its standard
// input ends.
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "sandbox/app.hpp"

#include <cstdio>
#include <iostream>

using namespace isacbot;

namespace {

int serve(const std::string& bot_url) {
  system_clock time;
  system_random random;
  telemetry::metrics metrics;
  io::io_context_pool io{1};
  io::environment env{io, time, random, metrics, {}};
  auto client = io::https_client::open({}, env);
  if (!client) {
    std::cerr << to_string(client.error()) << '\n';
    return 1;
  }
  sandbox::workspace_settings settings;
  settings.bot_token = secret("xoxb-" + random_hex(random, 12));
  settings.signing_secret = secret(random_hex(random, 16));
  sandbox::app app{sandbox::make_sample_state(settings), {bot_url, bot_url, bot_url}, time, random, **client};

  io::http_server_settings listener;
  listener.name = "sandbox";
  listener.answer_deadline = seconds{30}; // questions with ?wait=1 are answered when it happens
  auto server = io::http_server::open(listener, app, env);
  if (!server) {
    std::cerr << to_string(server.error()) << '\n';
    return 1;
  }
  std::string url = "http://127.0.0.1:" + std::to_string((*server)->port());
  app.set_base_url(url);
  std::cout << boost::json::object{{"url", url},
                                   {"bot_token", std::string(settings.bot_token.reveal())},
                                   {"signing_secret", std::string(settings.signing_secret.reveal())}}
            << std::endl;
  while (std::getchar() != EOF) {
  }
  (*server)->stop(milliseconds{0});
  (*client)->stop(milliseconds{0});
  return 0;
}

} // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: judge_host <address of the bot, all three request kinds>\n";
    return 2;
  }
  return serve(arguments[1]);
}
