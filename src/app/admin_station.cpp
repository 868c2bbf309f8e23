// isacbot station ...: accounts of the embedded Station.
#include "app/admin_handlers.hpp"
#include "app/admin_json.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

result<void> need_station(const admin_desk& desk) {
  if (desk.accounts == nullptr)
    return fail(ec::unsupported, "no Station is embedded here", "set station.enabled = true");
  return {};
}

} // namespace

result<json::value> station_add_enclave(admin_desk& desk, const admin_call& call) {
  auto name = call.text("name");
  auto type = call.text("type");
  if (auto there = need_station(desk); !there || !name || !type)
    return !there ? there.error() : !name ? name.error() : type.error();
  auto made = desk.accounts->add_enclave(*name, *type);
  if (!made)
    return made.error();
  if (auto noted = note_in_audit_log(desk, "station_enclave_added", made->id, *name); !noted)
    return noted.error();
  return json::value(json::object{{"id", made->id}});
}

result<json::value> station_add_user(admin_desk& desk, const admin_call& call) {
  auto name = call.text("name");
  auto company = call.text_or_empty("company");
  if (auto there = need_station(desk); !there || !name || !company)
    return !there ? there.error() : !name ? name.error() : company.error();
  auto made = desk.accounts->add_user(*name, *company);
  if (!made)
    return made.error();
  if (auto noted = note_in_audit_log(desk, "station_user_added", last_four(made->key), *name); !noted)
    return noted.error();
  // This is what the command is for: the one time that a secret is shown.
  return json::value(json::object{{"key", made->key}, {"secret", made->secret.reveal()}});
}

result<json::value> station_grant(admin_desk& desk, const admin_call& call) {
  auto key = call.text("key");
  auto enclave = call.text("enclave");
  auto access = call.text("access");
  if (auto there = need_station(desk); !there || !key || !enclave || !access)
    return !there ? there.error() : !key ? key.error() : !enclave ? enclave.error() : access.error();
  auto level = station::parse_access(*access);
  if (!level)
    return level.error();
  if (auto granted = desk.accounts->grant(*key, *enclave, *level); !granted)
    return granted.error();
  return json::value(json::object{{"key", *key}, {"enclave", *enclave}, {"access", *access}});
}

result<json::value> station_revoke(admin_desk& desk, const admin_call& call) {
  auto key = call.text("key");
  auto enclave = call.text("enclave");
  if (auto there = need_station(desk); !there || !key || !enclave)
    return !there ? there.error() : !key ? key.error() : enclave.error();
  if (auto revoked = desk.accounts->revoke(*key, *enclave); !revoked)
    return revoked.error();
  return json::value(json::object{{"key", *key}, {"enclave", *enclave}});
}

result<json::value> station_remove_user(admin_desk& desk, const admin_call& call) {
  auto key = call.text("key");
  if (auto there = need_station(desk); !there || !key)
    return !there ? there.error() : key.error();
  if (auto removed = desk.accounts->remove_user(*key); !removed)
    return removed.error();
  return json::value(json::object{{"key", *key}});
}

result<json::value> station_list(admin_desk& desk, const admin_call&) {
  if (auto there = need_station(desk); !there)
    return there.error();
  auto enclaves = desk.accounts->list_enclaves();
  auto users = desk.accounts->list_users();
  auto grants = desk.accounts->list_grants();
  if (!enclaves || !users || !grants)
    return !enclaves ? enclaves.error() : !users ? users.error() : grants.error();
  json::array shown_enclaves;
  for (const auto& e : *enclaves)
    shown_enclaves.emplace_back(
        json::object{{"id", e.id}, {"name", e.name}, {"type", e.type}, {"created", to_iso(e.created)}});
  json::array shown_users;
  for (const auto& u : *users) {
    auto company = desk.accounts->find_company(u.company);
    if (!company)
      return company.error();
    json::array may;
    for (const auto& g : *grants)
      if (g.key == u.key)
        may.emplace_back(json::object{{"enclave", g.enclave_id}, {"access", station::to_string(g.level)}});
    shown_users.emplace_back(json::object{{"key", u.key},
                                          {"name", u.name},
                                          {"company", *company ? (*company)->name : std::string()},
                                          {"created", to_iso(u.created)},
                                          {"enclaves", std::move(may)}});
  }
  return json::value(
      json::object{{"enclaves", std::move(shown_enclaves)}, {"users", std::move(shown_users)}});
}

} // namespace isacbot::app
