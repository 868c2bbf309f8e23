#include "app/config_checks.hpp"

#include "app/config_keys.hpp"
#include "app/config_pending.hpp"

#include <algorithm>

namespace isacbot::app {

namespace {

constexpr std::string_view hosted_origin = "https://api.trustar.co";
constexpr std::string_view hosted_station = "https://station.trustar.co";

/// Says things about keys, at the place where the key stands if it stands anywhere.
class reviewer {
 public:
  explicit reviewer(config_review& review) : review_(review) {}

  [[nodiscard]] bool given(const std::string& key) const { return review_.given.contains(key); }

  void fault(const std::string& key, std::string cause, std::string mend = {}) {
    review_.faults.push_back(make(key, std::move(cause), std::move(mend)));
  }
  void warn(const std::string& key, std::string cause, std::string mend) {
    review_.warnings.push_back(make(key, std::move(cause), std::move(mend)));
  }
  /// A fault unless the setting has a value, or one that was reported already.
  void need(const std::string& key, bool has_value, const std::string& reason) {
    if (!has_value && !given(key))
      fault(key, "missing: " + reason);
  }
  /// Two keys that are of use only together.
  void need_pair(const std::string& a, bool has_a, const std::string& b, bool has_b) {
    if (has_a != has_b)
      need(has_a ? b : a, false, "it goes with " + (has_a ? a : b));
  }

 private:
  [[nodiscard]] finding make(const std::string& key, std::string cause, std::string mend) const {
    auto place = review_.given.find(key);
    finding made{review_.source, 0, key, std::move(cause), std::move(mend)};
    if (place != review_.given.end()) {
      made.source = place->second.source;
      made.line = place->second.line;
    }
    if (made.mend.empty()) {
      bool misp = key.starts_with("misp.");
      const key_spec* spec =
          find_config_key(misp ? misp_section : key.substr(0, key.find('.')), key.substr(key.rfind('.') + 1));
      made.mend = "write " + key + " = " + (spec != nullptr ? suggested_value(*spec) : "...");
    }
    return made;
  }

  config_review& review_;
};

bool is_plain_http(std::string_view address) {
  return address.starts_with("http://");
}

bool is_loopback_address(std::string_view address) {
  address = address.substr(std::min(address.find("://") + 3, address.size()));
  return address.starts_with("127.") || address.starts_with("localhost") || address.starts_with("[::1]");
}

void check_slack(reviewer& say, const settings& s) {
  if (!s.slack.enabled)
    return;
  const slack_settings& slack = s.slack;
  if (slack.mode == slack_mode::http)
    say.need("slack.signing_secret", !slack.signing_secret.empty(),
             "mode \"http\" checks every request with it");
  else
    say.need("slack.app_token", !slack.app_token.empty(), "mode \"socket\" opens its connection with it");
  say.need_pair("slack.client_id", !slack.client_id.empty(), "slack.client_secret",
                !slack.client_secret.empty());
  bool installs =
      !slack.client_id.empty() || say.given("slack.client_id") || say.given("slack.client_secret");
  if (!installs)
    say.need(
        "slack.bot_token", !slack.bot_token.empty(),
        "the bot speaks with it (or with slack.client_id and slack.client_secret, in several workspaces)");
  else
    say.need("server.public_url", !s.server.public_url.empty(),
             "Slack sends people back to it after an installation");
  // Swapped tokens are the commonest mistake of a first set-up.
  if (!slack.bot_token.empty() && !slack.bot_token.reveal().starts_with("xoxb-"))
    say.warn("slack.bot_token", "bot tokens begin with xoxb-", "take the Bot User OAuth Token of the app");
  if (!slack.app_token.empty() && !slack.app_token.reveal().starts_with("xapp-"))
    say.warn("slack.app_token", "app-level tokens begin with xapp-", "take the App-Level Token of the app");
}

void check_trustar(reviewer& say, const settings& s) {
  say.need_pair("trustar.operator_key", !s.trustar.operator_key.empty(), "trustar.operator_secret",
                !s.trustar.operator_secret.empty());
  bool used = s.slack.enabled || !s.misp.empty();
  if (is_plain_http(s.trustar.origin.text) && !is_loopback_address(s.trustar.origin.text))
    say.warn("trustar.origin", "credentials of members travel without encryption", "use an https address");
  if (used && s.station.enabled && s.trustar.origin.text == hosted_origin)
    say.warn("trustar.origin", "the embedded Station is on, but the bot uses another one",
             "write trustar.origin = \"http://" + to_string(s.station.listen) + "\"");
}

void check_listeners(reviewer& say, const settings& s) {
  say.need_pair("server.tls_certificate", !s.server.tls_certificate.empty(), "server.tls_private_key",
                !s.server.tls_private_key.empty());
  say.need_pair("station.tls_certificate", !s.station.tls_certificate.empty(), "station.tls_private_key",
                !s.station.tls_private_key.empty());
  struct listener {
    std::string key;
    const listen_address& address;
    bool used;
    bool encrypted;
  };
  const listener listeners[] = {
      {"server.listen", s.server.listen, s.slack.enabled, !s.server.tls_certificate.empty()},
      {"admin.listen", s.admin.listen, true, false},
      {"station.listen", s.station.listen, s.station.enabled, !s.station.tls_certificate.empty()}};
  for (const listener& a : listeners) {
    if (!a.used)
      continue;
    for (const listener& b : listeners) {
      if (&b == &a)
        break;
      if (b.used && a.address.port != 0 && a.address == b.address)
        say.fault(a.key, "the same address as " + b.key, "give each its own port");
    }
    if (!a.encrypted && !a.address.is_loopback())
      say.warn(a.key,
               a.key == "admin.listen" ? "metrics and health are open to everybody who reaches this address"
                                       : "requests arrive without encryption from beyond this machine",
               "listen on 127.0.0.1, or see that only a trusted proxy reaches it");
  }
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

void check_misp(reviewer& say, const std::string& name, const misp_settings& misp) {
  auto key = [&](std::string_view last) { return "misp." + name + "." + std::string(last); };
  bool has_url = !misp.url.empty() || say.given(key("url"));
  bool has_feed = !misp.feed.empty() || say.given(key("feed"));
  if (has_url == has_feed)
    say.fault(key("url"), has_url ? "both url and feed are given" : "missing: a server has a url or a feed",
              has_url ? "keep one of the two" : "");
  if (has_url)
    say.need(key("key"), !misp.key.empty(), "MISP answers nobody without it");
  say.need(key("enclave_id"), !misp.enclave_id.empty(), "events are submitted to it");
  say.need(key("trustar_key"), !misp.trustar_key.empty(), "events are submitted with it");
  say.need(key("trustar_secret"), !misp.trustar_secret.empty(), "it goes with trustar_key");
  say.need_pair(key("client_certificate"), !misp.client_certificate.empty(), key("client_key"),
                !misp.client_key.empty());
  if (!misp.pinned_sha256.empty() && !is_sha256(misp.pinned_sha256))
    say.fault(key("pinned_sha256"), "not 64 hex digits");
  if (misp.first_window < misp.settle)
    say.fault(key("first_window"), "shorter than settle, so the first poll would find nothing");
  if (!misp.verify_tls)
    say.warn(key("verify_tls"), "anybody in between can read the key and change events",
             "give ca_file or pinned_sha256 instead");
  if (is_plain_http(misp.url.text) && !is_loopback_address(misp.url.text))
    say.warn(key("url"), "the key travels without encryption", "use an https address");
}

/// A setting that does nothing must not look as if it did.
void check_pending(reviewer& say, const config_review& review) {
  for (const auto& [key, place] : review.given)
    if (is_pending(key))
      say.warn(key, "has no effect in this version", "leave it out, or wait for the version that uses it");
  for (const auto& [name, misp] : review.value.misp)
    if (!misp.feed.empty() && is_pending("misp.<name>.feed"))
      say.warn("misp." + name + ".feed", "has no effect in this version: feed directories are not read yet",
               "give the url and key of a server, or wait for the version that uses it");
  if (review.value.slack.enabled && review.value.slack.mode == slack_mode::socket)
    say.fault("slack.mode", "Socket Mode is not part of this version", "write slack.mode = \"http\"");
}

} // namespace

void complete_config(config_review& review) {
  settings& s = review.value;
  auto below = [&](std::string_view name) {
    std::string path = s.storage.path.text;
    return file_path{path + (path.ends_with('/') ? "" : "/") + std::string(name)};
  };
  if (s.admin.socket.empty())
    s.admin.socket = below("admin.sock");
  if (s.station.path.empty())
    s.station.path = below("station");
  if (s.trustar.station_url.empty())
    s.trustar.station_url.text =
        s.trustar.origin.text == hosted_origin ? hosted_station : s.trustar.origin.text;
  if (s.trustar.credentials_url.empty()) {
    const std::string& base = s.trustar.station_url.text;
    s.trustar.credentials_url.text = base + (base.ends_with('/') ? "account" : "/account");
  }
  auto first = review.given.lower_bound("slack.");
  s.slack.enabled = s.slack.enabled || (first != review.given.end() && first->first.starts_with("slack."));
}

void check_config(config_review& review) {
  reviewer say(review);
  const settings& s = review.value;
  if (!s.slack.enabled && !s.station.enabled && s.misp.empty() && !say.given("station.enabled"))
    say.fault("", "nothing to do: no [slack], no [misp.<name>], and station.enabled is false",
              "write the section of what shall run");
  check_listeners(say, s);
  check_slack(say, s);
  check_trustar(say, s);
  for (const auto& [name, misp] : s.misp)
    check_misp(say, name, misp);
  check_pending(say, review);
  say.need("storage.master_key", !s.storage.master_key.empty(),
           "credentials and queued bodies are encrypted with it");
}

} // namespace isacbot::app
