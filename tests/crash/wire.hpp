/// The network between the bot, Station and Slack, in virtual time.
#pragma once

#include "crash/crash_points.hpp"
#include "crash/fake_slack.hpp"
#include "crash/station_home.hpp"
#include "crash/virtual_wire.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace isacbot::test {

class wire final : public virtual_wire {
 public:
  /// `disturb` numbers batches of indicators, `disturb_reports` what delivers a report.
  wire(crash_points& points, const clock& time, station_home& station, fake_slack& slack, disturber disturb,
       disturber disturb_reports = {}, bool lax_external_ids = false)
      : virtual_wire(points, time),
        station_(station),
        slack_(slack),
        disturb_(std::move(disturb)),
        disturb_reports_(std::move(disturb_reports)),
        lax_external_ids_(lax_external_ids) {}

 private:
  void serve(exchange& x) override;
  [[nodiscard]] std::optional<disturbance> trouble_with(const exchange& x);
  http::response ask_station(const exchange& x);

  station_home& station_;
  fake_slack& slack_;
  disturber disturb_;
  disturber disturb_reports_;
  bool lax_external_ids_;
  std::uint64_t batches_ = 0;
  std::uint64_t reports_ = 0;
};

} // namespace isacbot::test
