/// The whole product on loopback, as `isacbot demo` runs it, with its log caught.
#pragma once

#include "app/demo_house.hpp"
#include "app/tour_member.hpp"
#include "app/tour_station.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "telemetry/logging.hpp"

#include "support/temp_dir.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace isacbot::test {

/// Lines of a log_service, as one text.
class caught_log {
 public:
  telemetry::log_service::writer writer() {
    return [this](std::string_view line) {
      std::lock_guard lock(mutex_);
      text_.append(line).push_back('\n');
    };
  }
  [[nodiscard]] std::string text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

struct demo_fixture {
  /// @param unlimited_calls  no limit worth mentioning in the bot, none in Station; false: the demo's own
  explicit demo_fixture(bool unlimited_calls = true) : unlimited(unlimited_calls) {
    settings.level = telemetry::log_level::debug;
    settings.format = telemetry::log_format::json;
    log = std::make_unique<telemetry::log_service>(settings, time, caught.writer());
  }

  /// Starts, or starts again on the same directory.
  result<void> start() {
    app::demo_settings demo;
    demo.data = directory.path();
    if (unlimited)
      demo.station_calls_per_minute = 0;
    demo.configure = [this](const app::settings& defaults) -> result<app::settings> {
      auto s = defaults;
      if (unlimited) {
        s.limits.user = {{100'000, std::chrono::minutes{1}, 90'000}};
        s.limits.credential = s.limits.user;
      }
      if (adjust)
        if (auto adjusted = adjust(s); !adjusted)
          return adjusted.error();
      return s;
    };
    app::service_seams seams{time, random, log->get(), {}, {}, /*compression*/ false, "test"};
    auto started = app::demo_house::start(demo, seams);
    if (!started)
      return started.error();
    house = std::move(*started);
    return {};
  }

  /// Registers a member of the sandbox with the demo's account. @returns whether the dialog confirmed it
  bool register_member(app::tour_member& member) const {
    if (!member.type("/trustar-register") || !member.has_dialog("register"))
      return false;
    auto answer = member.submit(
        {{"api_key", house->member().key}, {"api_secret", std::string(house->member().key_secret.reveal())}});
    member.close_all();
    return answer && answer->outcome == "updated";
  }

  bool unlimited;
  std::function<result<void>(app::settings&)> adjust; ///< of what the bot runs with
  temp_dir directory;
  system_clock time;
  system_random random;
  telemetry::log_settings settings;
  caught_log caught;
  std::unique_ptr<telemetry::log_service> log;
  std::unique_ptr<app::demo_house> house;
};

} // namespace isacbot::test
