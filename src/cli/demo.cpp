#include "cli/demo.hpp"

#include "app/config_file.hpp"
#include "app/demo_house.hpp"
#include "app/tour.hpp"
#include "app/version.hpp"
#include "cli/exit_status.hpp"
#include "io/io_context_pool.hpp"
#include "io/signal_watcher.hpp"

#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <memory>
#include <utility>

namespace isacbot::cli {

namespace {

/// A directory that goes with the process, unless the member named one to keep.
class demo_directory {
 public:
  explicit demo_directory(const std::string& named) : path_(named), keep_(!named.empty()) {
    if (keep_)
      return;
    auto pattern = (std::filesystem::temp_directory_path() / "isacbot-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr)
      path_ = pattern;
  }
  demo_directory(const demo_directory&) = delete;
  demo_directory& operator=(const demo_directory&) = delete;
  ~demo_directory() {
    std::error_code ignored;
    if (!keep_ && !path_.empty())
      std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  bool keep_;
};

/// The demo's own settings, and over them ISACBOT_... of the environment.
result<app::settings> with_environment(const app::settings& defaults) {
  auto loaded = app::load_config_file("", defaults);
  for (const auto& fault : loaded.faults)
    std::cerr << "isacbot: " << to_string(fault) << '\n';
  if (!loaded.value)
    return fail(ec::bad_configuration, "the environment's configuration has faults", "see above");
  return std::move(*loaded.value);
}

} // namespace

int run_demo(const demo_arguments& arguments) {
  demo_directory directory{arguments.data};
  if (directory.path().empty()) {
    std::cerr << "isacbot: no temporary directory can be made; name one with --data\n";
    return exit_failed;
  }
  system_clock time;
  system_random random;
  telemetry::log_settings quiet;
  quiet.level = telemetry::log_level::warning;
  telemetry::log_service log{quiet, time};

  io::io_context_pool signals;
  std::promise<void> terminate;
  auto terminated = terminate.get_future();
  bool asked = false;
  io::signal_watcher watcher{signals,
                             [&](int) {
                               if (!std::exchange(asked, true))
                                 terminate.set_value();
                             },
                             [] {}};

  auto house = app::demo_house::start(
      {.port = arguments.port, .data = directory.path(), .configure = with_environment},
      {time, random, log.get(), {}, {}, true, std::string(app::version())});
  if (!house) {
    std::cerr << "isacbot: the demo did not start: " << to_string(house.error()) << '\n';
    return house.error().code == ec::bad_configuration ? exit_config : exit_failed;
  }
  std::cout << "isacbot " << app::version() << " demo, on loopback only\n"
            << "  sandbox workspace  " << (*house)->slack_url() << '\n'
            << "  Station            " << (*house)->station_url() << '\n'
            << "  metrics            " << (*house)->metrics_url() << '\n';
  const auto interrupted = [&] {
    return terminated.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  };
  const bool good = app::tour{**house, std::cout}.run(interrupted);
  if (!arguments.exit && !interrupted()) {
    std::cout << "\nThe demo stays up. The member's Station account:\n"
              << "  key     " << (*house)->member().key << '\n'
              << "  secret  " << (*house)->member().key_secret.reveal() << '\n'
              << "docs/sandbox.md tells how to play on; Ctrl-C ends it.\n"
              << std::flush;
    terminated.wait();
  }
  const bool clean = (*house)->stop();
  if (!clean)
    std::cerr << "isacbot: the demo was cut short while stopping\n";
  return good && clean ? exit_done : exit_failed;
}

} // namespace isacbot::cli
