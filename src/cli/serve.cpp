#include "cli/serve.hpp"

#include "app/service.hpp"
#include "app/version.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "io/io_context_pool.hpp"
#include "io/signal_watcher.hpp"

#include <future>
#include <iostream>
#include <memory>
#include <utility>

namespace isacbot::cli {

namespace {

telemetry::log_settings log_settings_of(const app::log_settings& s) {
  telemetry::log_settings out;
  switch (s.level) {
  case app::log_level::trace:
  case app::log_level::debug:
    out.level = telemetry::log_level::debug;
    break;
  case app::log_level::info:
    out.level = telemetry::log_level::info;
    break;
  case app::log_level::warning:
    out.level = telemetry::log_level::warning;
    break;
  case app::log_level::error:
    out.level = telemetry::log_level::error;
    break;
  }
  out.format = s.format == app::log_format::json ? telemetry::log_format::json : telemetry::log_format::text;
  return out;
}

} // namespace

int run_serve(const serve_arguments& arguments) {
  auto configured = load_settings(arguments.config, {std::cin, std::cout, std::cerr});
  if (!configured)
    return exit_config;
  system_clock time;
  system_random random;
  telemetry::log_service log{log_settings_of(configured->log), time};
  auto logger = log.get();

  // Watching begins before the start, so that a SIGTERM during it is not lost; a second one changes nothing.
  io::io_context_pool signals;
  std::promise<int> terminate;
  bool asked = false;
  io::signal_watcher watcher{
      signals,
      [&](int number) {
        if (!std::exchange(asked, true))
          terminate.set_value(number);
      },
      [&] { logger.info("serve", "SIGHUP: nothing of this configuration can be reloaded"); }};

  auto running = app::service::start(
      *configured,
      {time, random, logger, {}, {}, true, std::string(app::version()), [&log] { return log.lost(); }});
  if (!running) {
    std::cerr << "isacbot: " << to_string(running.error()) << '\n';
    logger.error("serve", "the service did not start", {{"error", to_string(running.error())}});
    return running.error().code == ec::bad_configuration ? exit_config : exit_failed;
  }
  auto& service = **running;
  logger.info("serve", "isacbot is serving",
              {{"version", app::version()},
               {"slack_port", service.slack_port()},
               {"admin_port", service.admin_port()},
               {"station_port", service.station_port()}});
  int number = terminate.get_future().get();
  logger.info("serve", "stopping", {{"signal", number}});
  bool clean = service.stop();
  logger.info("serve", "stopped", {{"clean", clean}});
  return exit_done;
}

} // namespace isacbot::cli
