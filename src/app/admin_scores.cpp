// isacbot station scores import: what sources say about values, from a file.
#include "app/admin_handlers.hpp"
#include "app/known_names.hpp"
#include "station/scores.hpp"

#include <boost/json/array.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

constexpr std::uint64_t lines_between_reports = 1'000;
constexpr std::size_t longest_line = std::size_t{64} << 10U;

/// @returns false at the end. A line that is too long comes as much as refuses it.
bool read_line(std::istream& file, std::string& line) {
  line.clear();
  for (int c = file.get(); c != std::istream::traits_type::eof(); c = file.get()) {
    if (c == '\n')
      return true;
    if (line.size() <= longest_line)
      line.push_back(static_cast<char>(c));
  }
  return !line.empty();
}

} // namespace

result<json::value> station_scores_import(admin_desk& desk, const admin_call& call) {
  if (desk.accounts == nullptr)
    return fail(ec::unsupported, "no Station is embedded here", "set station.enabled = true");
  auto path = call.text("path");
  auto enclave = call.text_or_empty("enclave");
  if (!path || !enclave)
    return path ? enclave.error() : path.error();
  std::error_code code;
  if (!std::filesystem::is_regular_file(*path, code))
    return fail(ec::io_failure, *path + " is no file that can be read");
  std::ifstream file(*path, std::ios::binary);
  if (!file)
    return fail(ec::io_failure, *path + " cannot be read: " + std::generic_category().message(errno),
                "the service has to be allowed to read it");
  auto names = load_known_names(desk.settings.observables);
  if (!names)
    return names.error();
  station::score_import import(*desk.station, *desk.accounts, *enclave, std::move(*names));
  std::string line;
  for (std::uint64_t lines = 0; read_line(file, line); ++lines) {
    if (auto taken = import.take(line); !taken)
      return taken.error();
    if (lines % lines_between_reports == 0) {
      call.say({"lines read", lines, 0});
      if (call.stopping())
        return fail(ec::cancelled, "the service is stopping; nothing was imported", "run it again");
    }
  }
  if (file.bad())
    return fail(ec::io_failure, *path + " cannot be read to its end; nothing was imported");
  if (auto written = import.finish(); !written)
    return written.error();
  json::array refused;
  for (const auto& one : import.refused_lines())
    refused.emplace_back(json::object{{"line", one.number}, {"reason", one.reason}});
  return json::value(json::object{
      {"imported", import.taken()}, {"refused", import.refused()}, {"lines", std::move(refused)}});
}

} // namespace isacbot::app
