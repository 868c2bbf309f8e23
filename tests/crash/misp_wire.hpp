/// The network between the bot, MISP servers and Station, in virtual time.
#pragma once

#include "crash/crash_points.hpp"
#include "crash/station_home.hpp"
#include "crash/virtual_wire.hpp"
#include "sandbox/misp_server.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace isacbot::test {

/// What Station was asked to change.
struct station_change {
  std::string method;
  std::string path;
};

class misp_wire final : public virtual_wire {
 public:
  misp_wire(crash_points& points, const clock& time, station_home& station, disturber disturb)
      : virtual_wire(points, time),
        station_(station),
        disturb_(std::move(disturb)) {}

  /// @param host  "misp-main.test"
  void connect(const std::string& host, sandbox::misp_server& server) { misp_[host] = &server; }
  /// Station accepts a second report under a taken external id, as others than ours may.
  void set_lenient(bool lenient) { lenient_ = lenient; }
  /// MISP is not reachable; or Station is not.
  void unplug_misp(bool off) { misp_off_ = off; }
  void unplug_station(bool off) { station_off_ = off; }

  /// In the order in which Station got them, over all lives of the bot.
  [[nodiscard]] const std::vector<station_change>& changes() const noexcept { return changes_; }
  [[nodiscard]] std::size_t most_at_once() const noexcept { return most_at_once_; }

 private:
  void serve(exchange& x) override;
  void on_leaving(const exchange& x) override;
  void serve_misp(exchange& x, sandbox::misp_server& server);
  void serve_station(exchange& x);
  [[nodiscard]] http::request without_uniqueness(http::request request) const;

  station_home& station_;
  disturber disturb_;
  std::map<std::string, sandbox::misp_server*> misp_;
  bool lenient_ = false;
  bool misp_off_ = false;
  bool station_off_ = false;
  std::uint64_t writes_ = 0;
  std::vector<station_change> changes_;
  std::size_t most_at_once_ = 0; ///< requests to one MISP server
};

} // namespace isacbot::test
