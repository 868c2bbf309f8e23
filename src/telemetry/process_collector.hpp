/// The standard process_* metrics, read from Linux's /proc at each scrape.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace isacbot::telemetry {

/// Thread-safe. Values that cannot be read are left out.
/// @see proc(5); names as in Prometheus' client library guidelines, "process metrics"
class process_collector final : public prometheus::Collectable {
 public:
  /// @param directory  a process's directory (stat, limits, fd/) ...
  /// @param system_stat  ... and the file that tells when the machine was booted
  explicit process_collector(std::string directory = "/proc/self", std::string system_stat = "/proc/stat");

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::string directory_;
  std::string system_stat_;
};

} // namespace isacbot::telemetry
