#include "cli/serve.hpp"

#include "app/config_reload.hpp"
#include "app/service.hpp"
#include "app/version.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "io/io_context_pool.hpp"
#include "io/signal_watcher.hpp"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
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

/// Signals, from the thread that watches to the one that acts on them.
class signal_mailbox {
 public:
  void put(int number) {
    std::lock_guard lock(mutex_);
    numbers_.push_back(number);
    arrived_.notify_one();
  }
  /// Waits for one.
  int take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !numbers_.empty(); });
    int number = numbers_.front();
    numbers_.pop_front();
    return number;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<int> numbers_;
};

/// Reads the configuration again. With faults nothing changes.
void reload(app::service& service, const std::string& path, app::settings& current, telemetry::logger& log) {
  auto changed = load_settings(path, {std::cin, std::cout, std::cerr});
  if (!changed)
    return log.error("serve", "the changed configuration has faults: nothing was changed", {});
  auto change = app::compare_settings(current, *changed);
  for (const auto& key : change.needs_restart)
    log.warning("serve", "a changed key has effect after a restart only", {{"key", key}});
  if (!service.reload(*changed))
    return log.error("serve", "the changed limits could not be applied", {});
  for (const auto& key : change.applied)
    log.info("serve", "a changed key has effect", {{"key", key}});
  log.info("serve", "the configuration was read again", {{"changed", change.applied.size()}});
  current.limits = changed->limits; // the rest is as it was at the start
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
  signal_mailbox received;
  io::signal_watcher watcher{signals, [&](int number) { received.put(number); },
                             [&] { received.put(SIGHUP); }};

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
  int number = received.take();
  for (; number == SIGHUP; number = received.take())
    reload(service, arguments.config, *configured, logger);
  logger.info("serve", "stopping", {{"signal", number}});
  bool clean = service.stop();
  logger.info("serve", "stopped", {{"clean", clean}});
  return exit_done;
}

} // namespace isacbot::cli
