#include "cli/sandbox.hpp"

#include "cli/exit_status.hpp"
#include "core/random.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "io/signal_watcher.hpp"
#include "sandbox/app.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <future>
#include <ostream>
#include <utility>

namespace isacbot::cli {

int run_sandbox(const sandbox_arguments& arguments, streams io) {
  system_clock time;
  system_random random;
  telemetry::metrics metrics;
  io::io_context_pool threads{1};
  io::environment env{threads, time, random, metrics, {}};
  std::promise<void> asked;
  bool once = false;
  io::signal_watcher watcher{threads,
                             [&](int) {
                               if (!std::exchange(once, true))
                                 asked.set_value();
                             },
                             [] {}};
  auto fail_with = [&](const error& fault) {
    io.err << "isacbot: " << to_string(fault) << '\n';
    return exit_failed;
  };
  auto client = io::https_client::open({}, env);
  if (!client)
    return fail_with(client.error());
  sandbox::workspace_settings workspace;
  workspace.bot_token = secret("xoxb-" + random_hex(random, 12));
  workspace.signing_secret =
      secret(arguments.signing_secret.empty() ? random_hex(random, 16) : arguments.signing_secret);
  const std::string& bot = arguments.bot_url;
  sandbox::app app{sandbox::make_sample_state(workspace), {bot, bot, bot}, time, random, **client};

  io::http_server_settings listen;
  listen.name = "sandbox";
  listen.port = arguments.port;
  listen.answer_deadline = seconds{30}; // questions with ?wait=1 are answered when it happens
  auto server = io::http_server::open(listen, app, env);
  if (!server)
    return fail_with(server.error());
  std::string url = "http://127.0.0.1:" + std::to_string((*server)->port());
  app.set_base_url(url);
  // No secret is worth more than the workspace it is made up for.
  boost::json::object facts{{"url", url},
                            {"bot_token", workspace.bot_token.reveal()},
                            {"signing_secret", workspace.signing_secret.reveal()}};
  io.out << boost::json::serialize(facts) << std::endl;
  asked.get_future().wait();
  (*server)->stop(milliseconds{0});
  (*client)->stop(milliseconds{0});
  return exit_done;
}

} // namespace isacbot::cli
