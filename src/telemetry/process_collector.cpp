#include "telemetry/process_collector.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

namespace isacbot::telemetry {

namespace {

/// The fields of stat(5) that we need, in its own units.
struct process_stat {
  double user_ticks = 0;
  double system_ticks = 0;
  double start_ticks = 0; ///< after boot
  double virtual_bytes = 0;
  double resident_pages = 0;
};

std::optional<process_stat> read_stat(const std::string& path) {
  std::ifstream in(path);
  std::string text;
  if (!std::getline(in, text))
    return std::nullopt;
  // The second field is the program's name in parentheses and may hold anything: count from the last ')'.
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos)
    return std::nullopt;
  std::istringstream rest(text.substr(end_of_name + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;)
    fields.push_back(std::move(field));
  constexpr std::size_t first = 3; // number of fields[0] in the manual
  constexpr std::size_t user = 14 - first;
  constexpr std::size_t system = 15 - first;
  constexpr std::size_t start = 22 - first;
  constexpr std::size_t virtual_size = 23 - first;
  constexpr std::size_t resident = 24 - first;
  if (fields.size() <= resident)
    return std::nullopt;
  try {
    return process_stat{std::stod(fields[user]), std::stod(fields[system]), std::stod(fields[start]),
                        std::stod(fields[virtual_size]), std::stod(fields[resident])};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

/// The number after the first line that starts with `prefix`.
std::optional<double> read_number(const std::string& path, std::string_view prefix) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(prefix))
      continue;
    std::istringstream rest(line.substr(prefix.size()));
    double value = 0;
    if (rest >> value)
      return value;
    return std::nullopt; // "unlimited"
  }
  return std::nullopt;
}

std::optional<double> count_entries(const std::string& path) {
  std::error_code failed;
  double n = 0;
  for (std::filesystem::directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed))
    ++n;
  if (failed)
    return std::nullopt;
  return n;
}

prometheus::MetricFamily make_family(std::string name, std::string help, prometheus::MetricType type,
                                     double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value; // the serializer reads the one that `type` names
  metric.gauge.value = value;
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  family.metric.push_back(std::move(metric));
  return family;
}

} // namespace

process_collector::process_collector(std::string directory, std::string system_stat)
    : directory_(std::move(directory)),
      system_stat_(std::move(system_stat)) {}

std::vector<prometheus::MetricFamily> process_collector::Collect() const {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> out;
  if (const auto stat = read_stat(directory_ + "/stat")) {
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    out.push_back(make_family("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                              MetricType::Counter, (stat->user_ticks + stat->system_ticks) / ticks));
    out.push_back(make_family("process_resident_memory_bytes", "Resident memory size in bytes.",
                              MetricType::Gauge, stat->resident_pages * page));
    out.push_back(make_family("process_virtual_memory_bytes", "Virtual memory size in bytes.",
                              MetricType::Gauge, stat->virtual_bytes));
    if (const auto boot = read_number(system_stat_, "btime "))
      out.push_back(make_family("process_start_time_seconds",
                                "Start time of the process since unix epoch in seconds.", MetricType::Gauge,
                                *boot + stat->start_ticks / ticks));
  }
  if (const auto open = count_entries(directory_ + "/fd"))
    out.push_back(
        make_family("process_open_fds", "Number of open file descriptors.", MetricType::Gauge, *open));
  if (const auto most = read_number(directory_ + "/limits", "Max open files"))
    out.push_back(
        make_family("process_max_fds", "Maximum number of open file descriptors.", MetricType::Gauge, *most));
  return out;
}

} // namespace isacbot::telemetry
