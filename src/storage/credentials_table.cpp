#include "storage/credentials_table.hpp"

#include "storage/audit_table.hpp"
#include "storage/keys.hpp"

namespace isacbot::storage {

void credentials_table::put(write_batch& batch, const member& who, const credentials& value) const {
  std::string key = keys::of_member(who);
  std::string sealed = vault_->seal(tables::credentials, key, encode(value).reveal());
  forget_account(batch, who);
  batch.put(tables::shared_accounts, account_row(value.access, who), {});
  batch.put(tables::credentials, std::move(key), std::move(sealed));
  note(batch, who, "credentials_registered", value.registered);
}

void credentials_table::erase(write_batch& batch, const member& who, sys_time now) const {
  erase(batch, who);
  note(batch, who, "credentials_removed", now);
}

void credentials_table::erase(write_batch& batch, const member& who) const {
  forget_account(batch, who);
  batch.erase(tables::credentials, keys::of_member(who));
}

std::string credentials_table::account_row(const domain::api_credentials& account, const member& who) const {
  return keys::shared_account(vault_->fingerprint("account", {account.key.reveal()}), who);
}

/// What cannot be read any more stays in the index: then one member too many is told, no more than that.
void credentials_table::forget_account(write_batch& batch, const member& who) const {
  if (auto before = get(who); before && *before)
    batch.erase(tables::shared_accounts, account_row((*before)->access, who));
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

result<std::vector<member>> credentials_table::sharing(const domain::api_credentials& account,
                                                       std::size_t most) const {
  const std::string prefix = vault_->fingerprint("account", {account.key.reveal()});
  std::vector<member> members;
  auto scanned =
      store_->scan(tables::shared_accounts, prefix, end_of_prefix(prefix), [&](std::string_view key, auto) {
        if (auto who = keys::read_member(key.substr(prefix.size())))
          members.push_back(std::move(*who));
        return members.size() < most;
      });
  if (!scanned)
    return scanned.error();
  return members;
}

result<void> credentials_table::index_accounts(write_batch& batch) const {
  bool empty = true;
  auto scanned = store_->scan(tables::shared_accounts, {}, {}, [&](auto, auto) { return empty = false; });
  if (!scanned || !empty)
    return scanned;
  auto members = list();
  if (!members)
    return members.error();
  for (const member& who : *members) {
    auto row = get(who);
    if (!row)
      return row.error();
    if (*row)
      batch.put(tables::shared_accounts, account_row((*row)->access, who), {});
  }
  return {};
}

} // namespace isacbot::storage
