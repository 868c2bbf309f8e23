/// Every setting of the program, a struct per component, with its default and its reason. Defaults stand here
/// and nowhere else: the key table (config_keys.cpp) reads them from a default-constructed `settings`, and
/// the example file is made from that.
#pragma once

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "domain/limit.hpp"
#include "domain/lists/indicator_list_options.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace isacbot::app {

/// Where a server listens. An IPv6 host is kept without brackets; port 0 lets the system choose.
struct listen_address {
  std::string host;
  std::uint16_t port = 0;

  [[nodiscard]] bool is_loopback() const;
  friend bool operator==(const listen_address&, const listen_address&) = default;
};
/// "127.0.0.1:3000", "[::1]:3000"
std::string to_string(const listen_address& address);

/// All of them hold at once; an empty list means no limit.
using limit_list = std::vector<domain::limit>;

/// An http or https address without user name, password, query and fragment; empty: none.
struct web_address {
  std::string text;

  [[nodiscard]] bool empty() const noexcept { return text.empty(); }
  friend bool operator==(const web_address&, const web_address&) = default;
};
/// A web_address that is an origin: scheme, host and port only, without a slash at the end.
struct web_origin {
  std::string text;

  [[nodiscard]] bool empty() const noexcept { return text.empty(); }
  friend bool operator==(const web_origin&, const web_origin&) = default;
};
/// A file or directory; empty: none. Relative paths count from the working directory.
struct file_path {
  std::string text;

  [[nodiscard]] bool empty() const noexcept { return text.empty(); }
  friend bool operator==(const file_path&, const file_path&) = default;
};
/// A host or host:port, lower case; entries of a list of hosts.
struct host_name {
  std::string text;

  friend bool operator==(const host_name&, const host_name&) = default;
};
/// A size in bytes; written as a number or as "32MiB".
struct byte_count {
  std::uint64_t bytes = 0;

  friend bool operator==(const byte_count&, const byte_count&) = default;
};

/// The key that encrypts what is stored: 32 bytes; configured as 64 hex digits, or raw in a file.
struct encryption_key {
  static constexpr std::size_t size = 32;
  secret bytes;

  [[nodiscard]] bool empty() const noexcept { return bytes.empty(); }
};

enum class slack_mode : std::uint8_t { http, socket };
enum class limit_mode : std::uint8_t { enforce, shadow }; ///< shadow: count and report, but let pass
enum class withhold_rule : std::uint8_t { safelisted, special_address };
enum class misp_updates : std::uint8_t { replace, ignore };
enum class misp_withdrawal : std::uint8_t { keep, tag, remove };
enum class misp_body : std::uint8_t { text, json };
enum class misp_untagged : std::uint8_t { allow, refuse };
enum class misp_oversize : std::uint8_t { split, trim };
enum class tlp_level : std::uint8_t { clear, green, amber, amber_strict, red }; ///< in order of strictness
enum class log_level : std::uint8_t { trace, debug, info, warning, error };
enum class log_format : std::uint8_t { text, json };

/// Slack's way in, and the pages for members.
struct server_settings {
  listen_address listen{"127.0.0.1", 3000}; // loopback: a reverse proxy with a certificate stands before it
  file_path tls_certificate;
  file_path tls_private_key;
  web_address public_url;
  byte_count max_body_bytes{1U << 20U}; // Slack's largest payloads (views, 250 kB) fit four times
};

/// For the operator: metrics, health, and the commands that work beside a running service.
struct admin_settings {
  listen_address listen{"127.0.0.1", 9464}; // no login there, so loopback unless somebody decides otherwise
  file_path socket;                         ///< filled by load: <storage.path>/admin.sock
};

struct slack_settings {
  bool enabled = false; ///< no key: set by load when the section has any
  slack_mode mode = slack_mode::http;
  secret signing_secret;
  secret app_token;
  secret bot_token;
  std::string client_id;
  secret client_secret;
  web_address api_url{"https://slack.com/api/"};
  web_address authorize_url{"https://slack.com/oauth/v2/authorize"};
  std::vector<host_name> response_url_hosts{{"hooks.slack.com"}, {"hooks.slack-gov.com"}};
  std::vector<host_name> files_hosts{{"files.slack.com"}};
  std::vector<std::string> workspaces; ///< empty: all in which the app is installed
  std::vector<std::string> channels;   ///< empty: all
  bool allow_guests = false;           // guests of a workspace are not members of the community
  std::string operator_channel;
};

/// The Station that searches and submissions go to.
struct trustar_settings {
  web_origin origin{"https://api.trustar.co"};
  web_address station_url;     ///< filled by load: base of deep links
  web_address credentials_url; ///< filled by load: where a member finds key and secret
  file_path ca_file;
  web_address proxy;
  std::uint64_t connections = 8; // kept alive; Station answers in milliseconds, so few are enough
  milliseconds timeout = seconds{30};
  std::uint64_t max_indicators_per_call = 10'000;
  std::uint64_t max_indicators_per_report = 2'000;
  byte_count max_report_bytes{2'097'152};
  secret operator_key;
  secret operator_secret;
};

/// Token buckets. Their unit is one call to Station.
struct limits_settings {
  limit_list user{{60, std::chrono::minutes{1}, 15}};       // the documented quota of one account
  limit_list credential{{60, std::chrono::minutes{1}, 15}}; // several members may share one account
  limit_list workspace;
  limit_list address{{1'000, std::chrono::minutes{5}, 250}};
  std::uint64_t company_day = 0; ///< calls per UTC day and company; 0: none
  limit_mode user_mode = limit_mode::enforce;
  limit_mode credential_mode = limit_mode::enforce;
  limit_mode workspace_mode = limit_mode::enforce;
  limit_mode address_mode = limit_mode::enforce;
  limit_mode company_day_mode = limit_mode::enforce;
  bool name_sharing_members = false; // who uses a key is the members' own business
  milliseconds queue_deadline =
      std::chrono::minutes{2}; // longer, and the member has gone on to something else
};

struct submit_settings {
  std::vector<withhold_rule> withhold{withhold_rule::safelisted, withhold_rule::special_address};
};

/// As the readers of lists want them.
inline domain::withhold_rules withhold_rules_of(const submit_settings& s) {
  auto has = [&](withhold_rule rule) {
    return std::find(s.withhold.begin(), s.withhold.end(), rule) != s.withhold.end();
  };
  return {has(withhold_rule::safelisted), has(withhold_rule::special_address)};
}

/// The embedded Station.
struct station_settings {
  bool enabled = false;
  listen_address listen{"127.0.0.1", 8081};
  file_path tls_certificate;
  file_path tls_private_key;
  file_path path; ///< filled by load: <storage.path>/station
  web_address public_url;
  byte_count max_body_bytes{32U << 20U}; // 10,000 indicators with notes
  std::uint64_t calls_per_minute = 60;   ///< per user; 0: no limit
  std::uint64_t calls_per_day = 0;       ///< per company; 0: no limit
};

/// One MISP server or feed.
struct misp_settings {
  web_address url;
  std::string feed; ///< address or local path of a feed directory, instead of url
  secret key;
  std::string auth_header = "Authorization";
  file_path ca_file;
  file_path client_certificate;
  file_path client_key;
  std::string server_name;   ///< name that the certificate is checked for, instead of the host of `url`
  std::string pinned_sha256; ///< 64 hex digits: SHA-256 of the certificate
  bool verify_tls = true;
  web_address proxy;
  milliseconds timeout = seconds{60}; // a listing of a busy server takes MISP tens of seconds

  std::string enclave_id;
  secret trustar_key;
  secret trustar_secret;

  milliseconds interval = std::chrono::minutes{15};
  milliseconds first_window = std::chrono::hours{24};
  milliseconds settle = seconds{90};            // what was published a moment ago may not be listed yet
  milliseconds overlap = std::chrono::hours{1}; // listed again each time, against late commits on MISP's side
  misp_updates updates = misp_updates::replace;
  bool include_unpublished = false;
  misp_withdrawal withdrawal = misp_withdrawal::keep;

  misp_body body = misp_body::text;
  std::vector<std::string> tags_include; ///< patterns; empty: all
  std::vector<std::string> tags_exclude;
  tlp_level max_tlp = tlp_level::amber;
  misp_untagged untagged_tlp = misp_untagged::allow;
  std::vector<std::string> exclude_types;
  std::vector<std::string> exclude_categories;
  misp_oversize oversize = misp_oversize::split;
  std::uint64_t max_attributes = 1'000'000;
  std::uint64_t max_tags = 0; ///< 0: all
  bool include_local_tags = false;
  bool skip_own_org_only = false;
};

struct observables_settings {
  file_path malware_names;
  file_path tld_file;
};

struct retention_settings {
  milliseconds receipts = std::chrono::hours{24 * 90};
  milliseconds audit = std::chrono::hours{24 * 365 * 2};
  milliseconds dead_letters = std::chrono::hours{24 * 30};
};

struct storage_settings {
  file_path path{"/var/lib/isacbot"}; // what systemd makes for the unit
  encryption_key master_key;
};

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;
};

struct settings {
  server_settings server;
  admin_settings admin;
  slack_settings slack;
  trustar_settings trustar;
  limits_settings limits;
  submit_settings submit;
  station_settings station;
  std::map<std::string, misp_settings> misp; ///< by name
  observables_settings observables;
  retention_settings retention;
  storage_settings storage;
  log_settings log;
};

} // namespace isacbot::app
