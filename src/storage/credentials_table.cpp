#include "storage/credentials_table.hpp"

#include "storage/audit_table.hpp"
#include "storage/keys.hpp"

namespace isacbot::storage {

void credentials_table::put(write_batch& batch, const member& who, const credentials& value) const {
  std::string key = keys::of_member(who);
  std::string sealed = vault_->seal(tables::credentials, key, encode(value).reveal());
  batch.put(tables::credentials, std::move(key), std::move(sealed));
  note(batch, who, "credentials_registered", value.registered);
}

void credentials_table::erase(write_batch& batch, const member& who, sys_time now) const {
  erase(batch, who);
  note(batch, who, "credentials_removed", now);
}

void credentials_table::erase(write_batch& batch, const member& who) const {
  batch.erase(tables::credentials, keys::of_member(who));
}

void credentials_table::note(write_batch& batch, const member& who, const char* action, sys_time when) const {
  if (random_ == nullptr)
    return;
  std::string name = who.team.value + "/" + who.user.value;
  audit_table(*store_, *vault_, *random_).add(batch, {when, name, action, name, {}});
}

result<std::optional<credentials>> credentials_table::get(const member& who) const {
  std::string key = keys::of_member(who);
  result<std::optional<std::string>> stored = store_->get(tables::credentials, key);
  if (!stored)
    return stored.error();
  if (!*stored)
    return std::nullopt;
  result<secret> plain = vault_->unseal(tables::credentials, key, **stored);
  if (!plain)
    return plain.error();
  result<credentials> value = decode_credentials(plain->reveal());
  if (!value)
    return value.error();
  return std::optional(std::move(*value));
}

result<std::vector<member>> credentials_table::list() const {
  std::vector<member> members;
  bool readable = true;
  result<void> scanned = store_->scan(tables::credentials, {}, {}, [&](std::string_view key, auto) {
    std::optional<member> who = keys::read_member(key);
    readable = who.has_value();
    if (who)
      members.push_back(std::move(*who));
    return readable;
  });
  if (!scanned)
    return scanned.error();
  if (!readable)
    return fail(ec::corrupted, "a key of the credentials table is unreadable", "restore the last backup");
  return members;
}

} // namespace isacbot::storage
