// Commands of the operator about the MISP feed. They need the running service: it alone polls.
#include "app/admin_handlers.hpp"
#include "app/misp_json.hpp"
#include "app/misp_part.hpp"

namespace isacbot::app {

namespace json = boost::json;

namespace {

constexpr std::chrono::minutes pull_patience{60};

/// The servers that were meant: the one named, or all.
result<std::vector<std::string>> servers_of(admin_desk& desk, const admin_call& call) {
  if (desk.misp == nullptr)
    return fail(ec::not_found, "no MISP server is configured", "add a section [misp.<name>] with a url");
  auto named = call.text_or_empty("server");
  if (!named)
    return named.error();
  if (!named->empty())
    return std::vector<std::string>{*named};
  return desk.misp->servers();
}

} // namespace

result<json::value> misp_pull(admin_desk& desk, const admin_call& call) {
  auto servers = servers_of(desk, call);
  if (!servers)
    return servers.error();
  const auto* dry = call.arguments.if_contains("dry_run");
  const bool dry_run = dry != nullptr && dry->is_bool() && dry->get_bool();
  json::array rows;
  for (const auto& server : *servers) {
    auto summary = desk.misp->pull(server, dry_run, pull_patience, call.stopping);
    if (!summary)
      return summary.error();
    rows.push_back(to_json(*summary));
  }
  return json::value(json::object{{"dry_run", dry_run}, {"servers", std::move(rows)}});
}

result<json::value> misp_status(admin_desk& desk, const admin_call& call) {
  auto servers = servers_of(desk, call);
  if (!servers)
    return servers.error();
  json::array rows;
  for (const auto& server : *servers) {
    auto status = desk.misp->status(server);
    if (!status)
      return status.error();
    json::object row{
        {"server", server}, {"idle", status->idle}, {"queued", status->queued}, {"trouble", status->trouble}};
    if (status->reached)
      row["checkpoint"] = status->reached->reached.time_since_epoch().count();
    rows.push_back(std::move(row));
  }
  return json::value(json::object{{"servers", std::move(rows)}});
}

} // namespace isacbot::app
