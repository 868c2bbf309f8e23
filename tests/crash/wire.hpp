/// The network between the bot, Station and Slack, in virtual time. Requests that have left arrive, whether
/// the bot lives or not; answers reach only the bot that asked.
#pragma once

#include "crash/crash_points.hpp"
#include "crash/fake_slack.hpp"
#include "crash/station_home.hpp"
#include "ports/http.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>

namespace isacbot::test {

/// What goes wrong with one batch on its way to Station.
struct disturbance {
  enum class kind : std::uint8_t {
    request_lost, ///< Station never hears of it; the bot's deadline passes
    answer_lost,  ///< Station has applied it; the bot's deadline passes
    cut,          ///< Station has applied it; the connection breaks
    answered,     ///< Station answers `answer` without applying it
    station_dies, ///< Station loses power after its sync and before its answer
  };
  kind what = kind::request_lost;
  http::response answer{};
};

/// @param nth  which batch it is that Station is asked to take, from 1, over all lives of the bot
using disturber = std::function<std::optional<disturbance>(const http::request&, std::uint64_t nth)>;

class wire final : public ports::http_client {
 public:
  wire(crash_points& points, const clock& time, station_home& station, fake_slack& slack, disturber disturb,
       disturber disturb_reports = {}, bool lax_external_ids = false)
      : points_(points),
        time_(time),
        station_(station),
        slack_(slack),
        disturb_(std::move(disturb)),
        disturb_reports_(std::move(disturb_reports)),
        lax_external_ids_(lax_external_ids) {}

  void send(http::request request, milliseconds deadline, completion done) override;

  /// Serves what arrives and answers what is due, up to now. @returns whether there was anything
  bool run_due();
  [[nodiscard]] std::optional<steady_time> next() const;
  [[nodiscard]] bool idle() const noexcept { return under_way_.empty(); }
  /// The bot is gone: nobody hears the answers. What has left arrives after `delay`: perhaps behind the
  /// requests of the bot that is started next.
  void cut_off(std::chrono::nanoseconds delay);

 private:
  struct exchange {
    http::request request;
    steady_time due;
    steady_time deadline;
    completion done; ///< empty: nobody listens any more
    std::string name;
    std::optional<result<http::response>> outcome; ///< empty: not at the server yet
  };

  void serve(exchange& x);
  [[nodiscard]] std::optional<disturbance> trouble_with(const exchange& x);
  http::response ask_station(const http::request& request);
  [[nodiscard]] static std::string name_of(const http::request& request);

  crash_points& points_;
  const clock& time_;
  station_home& station_;
  fake_slack& slack_;
  disturber disturb_;
  disturber disturb_reports_;
  bool lax_external_ids_;
  std::uint64_t batches_ = 0;
  std::uint64_t reports_ = 0;
  std::list<exchange> under_way_; ///< in the order sent
};

} // namespace isacbot::test
