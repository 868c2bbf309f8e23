#include "app/misp_part.hpp"

#include "actors/caf_error.hpp"
#include "io/https_client.hpp"

#include <caf/scoped_actor.hpp>

#include <chrono>
#include <future>
#include <map>
#include <utility>

namespace isacbot::app {

namespace {

constexpr milliseconds client_grace{0};
constexpr milliseconds status_patience{5'000};
constexpr milliseconds between_looks{100};
constexpr std::size_t most_answer_bytes = std::size_t{256}
                                          << 20U; ///< an event of 100,000 attributes fits twice
constexpr seconds edit_settle{600};               ///< without publication: see settings_of
constexpr seconds edit_overlap{24 * 3600};

seconds whole(milliseconds t) {
  return std::chrono::ceil<seconds>(t);
}

domain::poll_settings poll_settings_of(const misp_settings& s) {
  domain::poll_settings p;
  p.first_window = whole(s.first_window);
  p.settle = whole(s.settle);
  p.overlap = whole(s.overlap);
  if (s.include_unpublished) {
    // Nothing says when such an event is complete, so it is left in peace for longer and looked at again.
    p.order = domain::poll_order::edit;
    p.settle = std::max(p.settle, edit_settle);
    p.overlap = std::max(p.overlap, edit_overlap);
  }
  p.replace = s.updates == misp_updates::replace;
  p.max_attributes = s.max_attributes;
  return p;
}

domain::mapping_settings mapping_of(const settings& all, const misp_settings& s,
                                    const observables::known_names& names) {
  domain::mapping_settings m;
  m.server_url = s.url.text;
  m.body = s.body == misp_body::json ? domain::report_form::json : domain::report_form::text;
  m.tags_include = s.tags_include;
  m.tags_exclude = s.tags_exclude;
  m.max_tlp = static_cast<domain::tlp_level>(s.max_tlp); // the same names in the same order
  m.refuse_untagged = s.untagged_tlp == misp_untagged::refuse;
  m.exclude_types = s.exclude_types;
  m.exclude_categories = s.exclude_categories;
  m.oversize = s.oversize == misp_oversize::trim ? domain::oversize_rule::trim : domain::oversize_rule::split;
  m.max_attributes = s.max_attributes;
  m.max_tags = s.max_tags;
  m.include_local_tags = s.include_local_tags;
  m.skip_own_organisation_only = s.skip_own_org_only;
  m.max_report_bytes = all.trustar.max_report_bytes.bytes;
  m.max_indicators_per_report = all.trustar.max_indicators_per_report;
  m.names = names;
  return m;
}

static_assert(static_cast<int>(tlp_level::clear) == static_cast<int>(domain::tlp_level::clear) &&
              static_cast<int>(tlp_level::amber_strict) ==
                  static_cast<int>(domain::tlp_level::amber_strict) &&
              static_cast<int>(tlp_level::red) == static_cast<int>(domain::tlp_level::red));

domain::withdrawal_policy withdrawal_of(misp_withdrawal w) {
  switch (w) {
  case misp_withdrawal::keep:
    return domain::withdrawal_policy::keep;
  case misp_withdrawal::tag:
    return domain::withdrawal_policy::tag;
  case misp_withdrawal::remove:
    return domain::withdrawal_policy::remove;
  }
  return domain::withdrawal_policy::keep;
}

actors::misp_poller_config poller_of(const std::string& name, const misp_parts& parts) {
  const auto& s = parts.configured.misp.at(name);
  actors::misp_poller_config c;
  c.name = name;
  c.server = {s.url.text, s.key, s.auth_header, "isacbot/" + parts.version};
  c.enclave = enclave_id{s.enclave_id};
  c.account.key = s.trustar_key;
  c.account.key_secret = s.trustar_secret;
  c.poll = poll_settings_of(s);
  c.rules = {c.poll.replace, withdrawal_of(s.withdrawal)};
  c.mapping = mapping_of(parts.configured, s, parts.names);
  c.interval = s.interval;
  c.timeout = s.timeout;
  c.on_request_only = parts.on_request_only;
  return c;
}

io::https_client_settings client_of(const misp_settings& s, const std::string& version) {
  io::https_client_settings http;
  http.ca_file = s.ca_file.text;
  http.client_certificate = s.client_certificate.text;
  http.client_key = s.client_key.text;
  http.server_name = s.server_name;
  http.pinned_sha256 = s.pinned_sha256;
  http.verify = s.verify_tls;
  http.proxy = s.proxy.text;
  http.user_agent = "isacbot/" + version;
  http.max_connections_per_origin = 1; // one request at a time: MISP servers are easily overrun
  http.max_response_bytes = most_answer_bytes;
  return http;
}

} // namespace

struct misp_part::state {
  explicit state(caf::actor_system& s) : system(s) {}

  caf::actor_system& system;
  std::map<std::string, std::unique_ptr<io::https_client>> clients;
  std::unique_ptr<actors::misp_system> actors;

  [[nodiscard]] result<actors::misp_poller_actor> find(const std::string& server) const {
    if (actors) {
      auto found = actors->pollers().find(server);
      if (found != actors->pollers().end())
        return found->second;
    }
    return fail(ec::not_found, "no MISP server is called \"" + server + "\"",
                "name a section [misp.<name>] of the configuration");
  }
};

result<std::unique_ptr<misp_part>> misp_part::start(misp_parts parts) {
  auto s = std::make_unique<state>(parts.system);
  actors::misp_system_config config;
  config.delivery.call_deadline = parts.configured.trustar.timeout;
  for (const auto& [name, server] : parts.configured.misp) {
    if (server.url.empty())
      continue;
    if (!misp::is_key_text(server.key.reveal()))
      return fail(ec::bad_configuration, "misp." + name + ".key is no MISP key: 40 letters and digits",
                  "copy the automation key from MISP, without quotes and blanks");
    auto client = io::https_client::open(client_of(server, parts.version), parts.io);
    if (!client) {
      auto fault = client.error();
      fault.cause = "misp." + name + ": " + fault.cause;
      return fault;
    }
    if (!server.verify_tls)
      parts.actors.log.warning("misp",
                               "the certificate of a MISP server is not verified: anybody in between "
                               "can read the key and change events",
                               {{"server", name}});
    config.servers.push_back({poller_of(name, parts), client->get()});
    s->clients.emplace(name, std::move(*client));
  }
  s->actors = std::make_unique<actors::misp_system>(
      parts.system, std::move(config),
      actors::misp_system_parts{parts.bot.writer(), parts.bot.limiter(), parts.bot.pool(), parts.table},
      parts.actors);
  return std::unique_ptr<misp_part>(new misp_part(std::move(s)));
}

misp_part::misp_part(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

misp_part::~misp_part() {
  stop(milliseconds{0});
}

std::vector<std::string> misp_part::servers() const {
  std::vector<std::string> names;
  for (const auto& [name, client] : state_->clients)
    names.push_back(name);
  return names;
}

result<actors::misp_summary> misp_part::pull(const std::string& server, bool dry_run, milliseconds patience,
                                             const std::function<bool()>& stopping) const {
  auto poller = state_->find(server);
  if (!poller)
    return poller.error();
  // Asked through an actor, so that this thread can look up now and then.
  auto answer = std::make_shared<std::promise<result<actors::misp_summary>>>();
  auto outcome = answer->get_future();
  state_->system.spawn(
      [answer, patience](caf::event_based_actor* self, const actors::misp_poller_actor& to, bool dry) {
        self->request(to, patience, atom::pull_v, actors::misp_pull{dry})
            .then([answer](const actors::misp_summary& summary) { answer->set_value(summary); },
                  [answer](const caf::error& e) { answer->set_value(from_caf_error(e)); });
      },
      *poller, dry_run);
  while (outcome.wait_for(between_looks) != std::future_status::ready)
    if (stopping())
      return fail(ec::cancelled, "the service is stopping", "ask again when it runs");
  return outcome.get();
}

result<actors::misp_status> misp_part::status(const std::string& server) const {
  auto poller = state_->find(server);
  if (!poller)
    return poller.error();
  result<actors::misp_status> out = fail(ec::internal, "nobody answered");
  caf::scoped_actor self{state_->system};
  self->request(*poller, status_patience, atom::status_v)
      .receive([&](actors::misp_status& status) { out = std::move(status); },
               [&](const caf::error& e) { out = from_caf_error(e); });
  return out;
}

bool misp_part::stop(milliseconds patience) {
  for (auto& [name, client] : state_->clients)
    client->stop(client_grace);
  if (!state_->actors)
    return true;
  bool clean = state_->actors->stop(patience);
  state_->actors.reset();
  return clean;
}

} // namespace isacbot::app
