#include "cli/misp.hpp"

#include "app/admin_door.hpp"
#include "app/misp_json.hpp"
#include "app/service.hpp"
#include "app/version.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"
#include "core/random.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <ostream>
#include <string_view>
#include <utility>

namespace isacbot::cli {

namespace json = boost::json;

namespace {

constexpr std::chrono::minutes pull_patience{60};

/// No service runs: this process is one for as long as the poll takes, without Slack.
result<json::value> pull_here(app::settings configured, const misp_pull_arguments& arguments,
                              const clock& time, random_source& random) {
  configured.slack.enabled = false;
  configured.admin.listen = {"127.0.0.1", 0};
  app::service_seams seams{time, random, {}, {}, {}, true, std::string(app::version())};
  seams.misp_on_request_only = true;
  auto running = app::service::start(configured, std::move(seams));
  if (!running)
    return running.error();
  const auto* feed = (*running)->misp();
  if (feed == nullptr)
    return fail(ec::not_found, "no MISP server is configured", "add a section [misp.<name>] with a url");
  auto servers = arguments.server.empty() ? feed->servers() : std::vector<std::string>{arguments.server};
  json::array rows;
  for (const auto& server : servers) {
    auto summary = feed->pull(server, arguments.dry_run, pull_patience);
    if (!summary)
      return summary.error();
    rows.push_back(app::to_json(*summary));
  }
  (*running)->stop();
  return json::value(json::object{{"dry_run", arguments.dry_run}, {"servers", std::move(rows)}});
}

void show(const json::object& summary, bool dry_run, std::ostream& out) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> counts{{
      {"listed", "listed"},
      {"queued", "new in the queue"},
      {"created", "created"},
      {"replaced", "replaced"},
      {"unchanged", "unchanged"},
      {"ignored", "left to another server"},
      {"withheld", "withheld by a rule"},
      {"withdrawn", "withdrawn by a rule"},
      {"vanished", "no longer published"},
      {"failed", "failed, to be tried again"},
      {"dead", "given up"},
      {"waiting", "waiting"},
      {"excluded", "attributes left out by rules"},
  }};
  out << summary.at("server").as_string().c_str() << (dry_run ? " (dry run, nothing was changed)" : "")
      << "\n";
  for (const auto& [member, words] : counts)
    if (auto n = summary.at(member).to_number<std::uint64_t>(); n > 0 || member == "listed")
      out << "  " << words << ": " << n << "\n";
  if (const auto& trouble = summary.at("trouble").as_string(); !trouble.empty())
    out << "  trouble: " << trouble.c_str() << "\n";
}

} // namespace

int run_misp_pull(const misp_pull_arguments& arguments, streams io) {
  auto configured = load_settings(arguments.config, io);
  if (!configured)
    return exit_config;
  system_clock time;
  system_random random;
  app::admin_request request{"misp pull", {{"dry_run", arguments.dry_run}}};
  if (!arguments.server.empty())
    request.arguments["server"] = arguments.server;
  auto answer = app::run_at_the_service(*configured, request, [](const auto&) {});
  if (!answer && answer.error().code == ec::unavailable)
    answer = pull_here(*configured, arguments, time, random);
  if (!answer) {
    io.err << "isacbot: " << to_string(answer.error()) << "\n";
    return exit_failed;
  }
  bool well = true;
  for (const auto& row : answer->at("servers").as_array()) {
    if (!arguments.json)
      show(row.as_object(), arguments.dry_run, io.out);
    well = well && row.at("trouble").as_string().empty();
  }
  if (arguments.json)
    io.out << json::serialize(*answer) << "\n";
  return well ? exit_done : exit_failed;
}

} // namespace isacbot::cli
