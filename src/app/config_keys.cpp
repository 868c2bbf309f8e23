#include "app/config_keys.hpp"

#include <algorithm>

namespace isacbot::app {

namespace {

constexpr std::int64_t second = 1'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t mebibyte = 1 << 20;

/// A key of a section that exists once.
template <auto Section, auto Field>
constexpr key_spec key(std::string_view section, std::string_view name, std::string_view meaning,
                       std::string_view example = {}, bounds range = {}) {
  return {section,
          name,
          meaning,
          example,
          range,
          [](settings& s, const std::string&, const raw_value& raw, read_context& context) {
            return read_value(raw, s.*Section.*Field, context);
          },
          [](const settings& s, const std::string&) { return show_value(s.*Section.*Field); }};
}

/// A key of one MISP server.
template <auto Field>
constexpr key_spec misp_key(std::string_view name, std::string_view meaning, std::string_view example = {},
                            bounds range = {}) {
  return {misp_section,
          name,
          meaning,
          example,
          range,
          [](settings& s, const std::string& instance, const raw_value& raw, read_context& context) {
            return read_value(raw, s.misp[instance].*Field, context);
          },
          [](const settings& s, const std::string& instance) {
            auto found = s.misp.find(instance);
            return show_value(found == s.misp.end() ? misp_settings{}.*Field : found->second.*Field);
          }};
}

using s = settings;
using server = server_settings;
using admin = admin_settings;
using slack = slack_settings;
using trustar = trustar_settings;
using limits = limits_settings;
using station = station_settings;
using misp = misp_settings;
using storage = storage_settings;
using retention = retention_settings;

constexpr section_spec sections[] = {
    {"server", "Where Slack's requests and the pages for members arrive."},
    {"admin", "For the operator: metrics, health, commands beside a running service."},
    {"slack", "The Slack app. Leave the section out to run without Slack."},
    {"trustar", "The Station that searches and submissions go to."},
    {"limits",
     "Limits on calls to Station: \"60/1m;burst 15\" grants at most 60 in any minute, 15 of them at\n"
     "once (default: a quarter). A list of limits holds all together; \"none\" switches off."},
    {"submit", "What the preview of a submission holds back."},
    {"station", "The embedded Station."},
    {misp_section, "One section for each MISP server, with a name of lower-case letters, digits and single\n"
                   "underscores."},
    {"observables", "Further lists for the recognition of observables, read at start."},
    {"retention", "How long records are kept."},
    {"storage", "The database."},
    {"log", "The log, on standard error."},
};

constexpr key_spec keys[] = {
    key<&s::server, &server::listen>("server", "listen", "host:port"),
    key<&s::server, &server::tls_certificate>(
        "server", "tls_certificate",
        "PEM file with the certificate chain; without it plain HTTP, for use behind a proxy",
        "\"/etc/isacbot/tls/fullchain.pem\""),
    key<&s::server, &server::tls_private_key>("server", "tls_private_key",
                                              "PEM file, goes with tls_certificate",
                                              "\"/etc/isacbot/tls/privkey.pem\""),
    key<&s::server, &server::public_url>("server", "public_url",
                                         "address under which Slack and members reach this server",
                                         "\"https://isacbot.example.org\""),
    key<&s::server, &server::max_body_bytes>("server", "max_body_bytes",
                                             "largest request body, bytes or KiB, MiB", {},
                                             {64 * 1024, 64 * mebibyte}),

    key<&s::admin, &admin::listen>("admin", "listen",
                                   "host:port of /metrics, /healthz and /readyz; no login there"),
    key<&s::admin, &admin::socket>("admin", "socket",
                                   "Unix socket of the admin commands; without it <storage.path>/admin.sock",
                                   "\"/run/isacbot/admin.sock\""),

    key<&s::slack, &slack::mode>(
        "slack", "mode", "\"http\" (Slack calls server.public_url) or \"socket\" (the bot calls Slack)"),
    key<&s::slack, &slack::signing_secret>("slack", "signing_secret", "needed with mode \"http\"",
                                           "\"file:/etc/isacbot/slack_signing_secret\""),
    key<&s::slack, &slack::app_token>("slack", "app_token", "xapp-..., needed with mode \"socket\"",
                                      "\"file:/etc/isacbot/slack_app_token\""),
    key<&s::slack, &slack::bot_token>("slack", "bot_token", "xoxb-..., for a single workspace",
                                      "\"file:/etc/isacbot/slack_bot_token\""),
    key<&s::slack, &slack::client_id>("slack", "client_id",
                                      "with client_secret: installation into several workspaces",
                                      "\"1234567890.1234567890\""),
    key<&s::slack, &slack::client_secret>("slack", "client_secret", "goes with client_id",
                                          "\"file:/etc/isacbot/slack_client_secret\""),
    key<&s::slack, &slack::api_url>("slack", "api_url", "base of the Web API"),
    key<&s::slack, &slack::authorize_url>("slack", "authorize_url", "page that starts an installation"),
    key<&s::slack, &slack::response_url_hosts>(
        "slack", "response_url_hosts",
        "hosts that answers may be sent to; a listed host:port may be plain http"),
    key<&s::slack, &slack::files_hosts>("slack", "files_hosts",
                                        "hosts that files are fetched from; likewise"),
    key<&s::slack, &slack::workspaces>("slack", "workspaces", "team ids that may use the bot; empty: all",
                                       "[\"T0123456789\"]"),
    key<&s::slack, &slack::channels>(
        "slack", "channels", "channel ids in which the bot may be used; empty: all", "[\"C0123456789\"]"),
    key<&s::slack, &slack::allow_guests>("slack", "allow_guests",
                                         "whether guests of a workspace may use the bot"),
    key<&s::slack, &slack::operator_channel>(
        "slack", "operator_channel", "channel id for the bot's own troubles; without it only the log tells",
        "\"C0123456789\""),

    key<&s::trustar, &trustar::origin>("trustar", "origin",
                                       "scheme, host and port; /oauth/token and /api/1.3 lie below it"),
    key<&s::trustar, &trustar::station_url>(
        "trustar", "station_url",
        "base of links into Station; without it the origin (hosted service: its own pages)",
        "\"https://station.example.org\""),
    key<&s::trustar, &trustar::credentials_url>(
        "trustar", "credentials_url",
        "page where members find key and secret; without it <station_url>/account",
        "\"https://station.example.org/account\""),
    key<&s::trustar, &trustar::ca_file>("trustar", "ca_file", "PEM file with further certificate authorities",
                                        "\"/etc/isacbot/tls/ca.pem\""),
    key<&s::trustar, &trustar::proxy>("trustar", "proxy", "HTTP proxy; without it direct connections",
                                      "\"http://proxy.example.org:3128\""),
    key<&s::trustar, &trustar::connections>("trustar", "connections", "most connections kept open", {},
                                            {1, 256}),
    key<&s::trustar, &trustar::timeout>("trustar", "timeout", "for one call", {}, {second, 10 * minute}),
    key<&s::trustar, &trustar::max_indicators_per_call>(
        "trustar", "max_indicators_per_call", "rows of one indicator submission, the server's limit", {},
        {1, 100'000}),
    key<&s::trustar, &trustar::max_indicators_per_report>("trustar", "max_indicators_per_report",
                                                          "observables of one report, the server's limit", {},
                                                          {1, 100'000}),
    key<&s::trustar, &trustar::max_report_bytes>(
        "trustar", "max_report_bytes", "size of a report body, the server's limit, bytes or KiB, MiB", {},
        {1024, 64 * mebibyte}),
    key<&s::trustar, &trustar::operator_key>("trustar", "operator_key",
                                             "API key of `isacbot submit` and of checks",
                                             "\"file:/etc/isacbot/operator_key\""),
    key<&s::trustar, &trustar::operator_secret>("trustar", "operator_secret", "goes with operator_key",
                                                "\"file:/etc/isacbot/operator_secret\""),

    key<&s::limits, &limits::user>("limits", "user", "per Slack user"),
    key<&s::limits, &limits::credential>("limits", "credential", "per registered API key, whoever uses it"),
    key<&s::limits, &limits::workspace>("limits", "workspace", "per Slack workspace", "\"600/1m;burst 150\""),
    key<&s::limits, &limits::address>("limits", "address", "for all calls that leave this machine"),
    key<&s::limits, &limits::company_day>("limits", "company_day",
                                          "calls per UTC day and company; 0: as many as Station grants", {},
                                          {0, 1'000'000'000}),
    key<&s::limits, &limits::user_mode>(
        "limits", "user_mode", "\"enforce\", or \"shadow\": only count what would have been refused"),
    key<&s::limits, &limits::credential_mode>("limits", "credential_mode", "likewise"),
    key<&s::limits, &limits::workspace_mode>("limits", "workspace_mode", "likewise"),
    key<&s::limits, &limits::address_mode>("limits", "address_mode", "likewise"),
    key<&s::limits, &limits::company_day_mode>("limits", "company_day_mode", "likewise"),
    key<&s::limits, &limits::name_sharing_members>(
        "limits", "name_sharing_members",
        "members who use the same API key are told who the others are, not only how many"),
    key<&s::limits, &limits::queue_deadline>("limits", "queue_deadline",
                                             "a command that would wait longer is refused at once", {},
                                             {second, hour}),

    key<&s::submit, &submit_settings::withhold>("submit", "withhold",
                                                "rules that a member may override in the preview"),

    key<&s::station, &station::enabled>("station", "enabled", "whether this process serves a Station"),
    key<&s::station, &station::listen>("station", "listen", "host:port"),
    key<&s::station, &station::tls_certificate>("station", "tls_certificate",
                                                "PEM file with the certificate chain; without it plain HTTP",
                                                "\"/etc/isacbot/tls/station.pem\""),
    key<&s::station, &station::tls_private_key>("station", "tls_private_key",
                                                "PEM file, goes with tls_certificate",
                                                "\"/etc/isacbot/tls/station.key\""),
    key<&s::station, &station::path>("station", "path",
                                     "database directory; without it <storage.path>/station",
                                     "\"/var/lib/isacbot/station\""),
    key<&s::station, &station::public_url>("station", "public_url",
                                           "address under which members reach its pages",
                                           "\"https://station.example.org\""),
    key<&s::station, &station::max_body_bytes>("station", "max_body_bytes",
                                               "largest request body, bytes or KiB, MiB", {},
                                               {mebibyte, 1024 * mebibyte}),
    key<&s::station, &station::calls_per_minute>("station", "calls_per_minute",
                                                 "per user, sliding window; 0: no limit", {}, {0, 1'000'000}),
    key<&s::station, &station::calls_per_day>("station", "calls_per_day",
                                              "per company and UTC day; 0: no limit", {}, {0, 1'000'000'000}),

    misp_key<&misp::url>("url", "address of the server; either this or feed", "\"https://misp.example.org\""),
    misp_key<&misp::feed>("feed", "address or local path of a feed directory", "\"/srv/misp-feed\""),
    misp_key<&misp::key>("key", "automation key of the server, needed with url",
                         "\"file:/etc/isacbot/misp_main_key\""),
    misp_key<&misp::auth_header>("auth_header", "header that carries the key"),
    misp_key<&misp::ca_file>("ca_file", "PEM file with further certificate authorities",
                             "\"/etc/isacbot/tls/misp_ca.pem\""),
    misp_key<&misp::client_certificate>("client_certificate", "PEM file",
                                        "\"/etc/isacbot/tls/misp_client.pem\""),
    misp_key<&misp::client_key>("client_key", "PEM file, goes with client_certificate",
                                "\"/etc/isacbot/tls/misp_client.key\""),
    misp_key<&misp::server_name>("server_name", "name in the server's certificate, if not the host of url",
                                 "\"misp.internal\""),
    misp_key<&misp::pinned_sha256>("pinned_sha256", "SHA-256 of the server's certificate, 64 hex digits",
                                   "\"0000000000000000000000000000000000000000000000000000000000000000\""),
    misp_key<&misp::verify_tls>("verify_tls",
                                "false accepts any certificate: anybody in between can read the key"),
    misp_key<&misp::proxy>("proxy", "HTTP proxy; without it direct connections",
                           "\"http://proxy.example.org:3128\""),
    misp_key<&misp::timeout>("timeout", "for one call", {}, {second, hour}),
    misp_key<&misp::enclave_id>("enclave_id", "enclave that receives the events",
                                "\"00000000-0000-4000-8000-000000000000\""),
    misp_key<&misp::trustar_key>("trustar_key", "API key that submits the events",
                                 "\"file:/etc/isacbot/misp_main_trustar_key\""),
    misp_key<&misp::trustar_secret>("trustar_secret", "goes with trustar_key",
                                    "\"file:/etc/isacbot/misp_main_trustar_secret\""),
    misp_key<&misp::interval>("interval", "between two polls", {}, {minute, 7 * day}),
    misp_key<&misp::first_window>("first_window", "how far back the first poll looks", {},
                                  {minute, 3650 * day}),
    misp_key<&misp::settle>("settle", "events published within this time wait for the next poll", {},
                            {0, hour}),
    misp_key<&misp::overlap>("overlap", "how far each poll looks behind the last one", {}, {minute, 7 * day}),
    misp_key<&misp::updates>("updates", "a changed event: \"replace\" its report, or \"ignore\" the change"),
    misp_key<&misp::include_unpublished>("include_unpublished", "events that were never published, too"),
    misp_key<&misp::withdrawal>("withdrawal",
                                "a withdrawn event: \"keep\", \"tag\" or \"delete\" its report"),
    misp_key<&misp::body>("body", "report body: \"text\", or the event's \"json\""),
    misp_key<&misp::tags_include>("tags_include", "patterns of tags to take over; empty: all", "[\"tlp:*\"]"),
    misp_key<&misp::tags_exclude>("tags_exclude", "patterns of tags to leave out", "[\"workflow:*\"]"),
    misp_key<&misp::max_tlp>("max_tlp",
                             "stricter events stay where they are: clear, green, amber, amber+strict, red"),
    misp_key<&misp::untagged_tlp>("untagged_tlp", "events without TLP: \"allow\" or \"refuse\""),
    misp_key<&misp::exclude_types>("exclude_types", "attribute types to leave out", "[\"passport-number\"]"),
    misp_key<&misp::exclude_categories>("exclude_categories", "attribute categories to leave out",
                                        "[\"Targeting data\"]"),
    misp_key<&misp::oversize>("oversize", "an event over the report limits: \"split\" or \"trim\""),
    misp_key<&misp::max_attributes>("max_attributes", "larger events are set aside for the operator", {},
                                    {1, 100'000'000}),
    misp_key<&misp::max_tags>("max_tags", "most tags of a report; 0: all", {}, {0, 10'000}),
    misp_key<&misp::include_local_tags>("include_local_tags",
                                        "tags that the server's owner keeps local, too"),
    misp_key<&misp::skip_own_org_only>("skip_own_org_only",
                                       "leave out events shared with their own organisation only"),

    key<&s::observables, &observables_settings::malware_names>("observables", "malware_names",
                                                               "file with malware names, one a line",
                                                               "\"/etc/isacbot/malware_names.txt\""),
    key<&s::observables, &observables_settings::tld_file>(
        "observables", "tld_file", "file with top-level domains, one a line, instead of the built-in list",
        "\"/etc/isacbot/tlds.txt\""),

    key<&s::retention, &retention::receipts>("retention", "receipts",
                                             "receipts of submissions; also how long a value counts as known",
                                             {}, {day, 36'500 * day}),
    key<&s::retention, &retention::audit>("retention", "audit", "the audit log", {}, {day, 36'500 * day}),
    key<&s::retention, &retention::dead_letters>("retention", "dead_letters", "what could not be delivered",
                                                 {}, {day, 36'500 * day}),

    key<&s::storage, &storage::path>("storage", "path", "directory of the database"),
    key<&s::storage, &storage::master_key>(
        "storage", "master_key",
        "encrypts credentials and queued bodies; needed. Make one: openssl rand -hex 32",
        "\"file:/etc/isacbot/master_key\""),

    key<&s::log, &log_settings::level>("log", "level", "trace, debug, info, warning or error"),
    key<&s::log, &log_settings::format>("log", "format", "\"text\" or \"json\""),
};

} // namespace

std::span<const section_spec> config_sections() {
  return sections;
}

std::span<const key_spec> config_keys() {
  return keys;
}

const key_spec* find_config_key(std::string_view section, std::string_view name) {
  const auto* found = std::find_if(std::begin(keys), std::end(keys),
                                   [&](const key_spec& k) { return k.section == section && k.name == name; });
  return found == std::end(keys) ? nullptr : found;
}

std::string suggested_value(const key_spec& key) {
  if (!key.example.empty())
    return std::string(key.example);
  return key.show(settings{}, {});
}

} // namespace isacbot::app
