#include "station/accounts.hpp"

#include "core/case_fold.hpp"
#include "station/account_records.hpp"
#include "station/keys.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

using storage::sync;
using storage::write_batch;

namespace {

constexpr std::size_t max_name_bytes = 200;
constexpr int max_attempts = 16;

result<std::string> read_name(std::string_view name, std::string_view what) {
  std::size_t first = name.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return fail(ec::invalid_argument, std::string(what) + " needs a name");
  name = name.substr(first, name.find_last_not_of(" \t\r\n") - first + 1);
  bool control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (name.size() > max_name_bytes || control)
    return fail(ec::invalid_argument,
                std::string(what) + ": the name is longer than 200 bytes or not printable");
  return std::string(name);
}

/// Repeats a read-and-write until nobody else was faster.
template <class Attempt>
auto with_retries(Attempt attempt) -> decltype(attempt()) {
  for (int i = 0; i < max_attempts; ++i) {
    auto outcome = attempt();
    if (outcome || outcome.error().code != ec::precondition_failed)
      return outcome;
  }
  return fail(ec::overloaded, "too many changes of accounts at once", "try again");
}

/// Takes the next number of a counter within `batch`.
result<std::uint32_t> take_number(const storage::kv_store& store, std::string_view counter,
                                  write_batch& batch) {
  std::string key = keys::text(counter);
  auto before = store.get(tables::counters, key);
  if (!before)
    return before.error();
  std::uint64_t next = 1;
  if (*before) {
    auto number = decode_number(**before);
    if (!number)
      return number.error();
    next = *number;
  }
  batch.expect(tables::counters, key, *before);
  batch.put(tables::counters, std::move(key), encode_number(next + 1));
  return static_cast<std::uint32_t>(next);
}

/// @returns the number of the company; a new one is put into `batch`
result<std::uint32_t> find_or_add_company(const storage::kv_store& store, std::string_view company_name,
                                          std::string_view user_name, random_source& random,
                                          write_batch& batch) {
  std::string name_key = keys::text(fold_case(company_name));
  if (!company_name.empty()) {
    auto known = store.get(tables::company_names, name_key);
    if (!known)
      return known.error();
    if (*known) {
      auto number = decode_number(**known);
      if (!number)
        return number.error();
      return static_cast<std::uint32_t>(*number);
    }
  }
  auto number = take_number(store, "next_company", batch);
  if (!number)
    return number.error();
  company made{*number, random_uuid(random), std::string(company_name.empty() ? user_name : company_name)};
  batch.put(tables::companies, keys::number(*number), encode(made));
  if (!company_name.empty()) {
    batch.expect(tables::company_names, name_key, std::nullopt);
    batch.put(tables::company_names, std::move(name_key), encode_number(*number));
  }
  return *number;
}

template <class T>
result<std::optional<T>> read_one(const storage::kv_store& store, storage::table t, const std::string& key,
                                  result<T> (*decode)(std::string_view)) {
  auto bytes = store.get(t, key);
  if (!bytes)
    return bytes.error();
  if (!*bytes)
    return std::optional<T>();
  auto value = decode(**bytes);
  if (!value)
    return value.error();
  return std::optional<T>(std::move(*value));
}

template <class T>
result<std::vector<T>> read_all(const storage::kv_store& store, storage::table t,
                                result<T> (*decode)(std::string_view)) {
  std::vector<T> all;
  result<void> decoded;
  auto scanned = store.scan(t, "", "", [&](std::string_view, std::string_view bytes) {
    auto value = decode(bytes);
    if (value)
      all.push_back(std::move(*value));
    else
      decoded = value.error();
    return decoded.has_value();
  });
  if (!scanned)
    return scanned.error();
  if (!decoded)
    return decoded.error();
  return all;
}

} // namespace

result<access> parse_access(std::string_view text) {
  for (access a : {access::view, access::submit, access::full})
    if (to_string(a) == text)
      return a;
  return fail(ec::invalid_argument, "no such access level", "use view, submit or full");
}

std::string_view to_string(access a) noexcept {
  switch (a) {
  case access::view:
    return "view";
  case access::submit:
    return "submit";
  case access::full:
    return "full";
  }
  return "none";
}

result<enclave> accounts::add_enclave(std::string_view name, std::string_view type) {
  auto checked = read_name(name, "an enclave");
  if (!checked)
    return checked.error();
  if (type != "INTERNAL" && type != "OPEN" && type != "CLOSED")
    return fail(ec::invalid_argument, "no such type of enclave", "use INTERNAL, OPEN or CLOSED");
  return with_retries([&]() -> result<enclave> {
    write_batch batch;
    auto number = take_number(*store_, "next_enclave", batch);
    if (!number)
      return number.error();
    enclave made{random_uuid(*random_), *number, *checked, std::string(type), time_->now()};
    batch.put(tables::enclaves, keys::text(made.id), encode(made));
    if (auto written = store_->write(batch, sync::yes); !written)
      return written.error();
    return made;
  });
}

result<api_credentials> accounts::add_user(std::string_view name, std::string_view company) {
  api_credentials made{random_uuid(*random_), isacbot::secret(random_hex(*random_, 32))};
  if (auto added = import_user(name, company, made); !added)
    return added.error();
  return made;
}

result<void> accounts::import_user(std::string_view name, std::string_view company_name,
                                   const api_credentials& credentials) {
  auto checked = read_name(name, "a user");
  if (!checked)
    return checked.error();
  std::string checked_company;
  if (!company_name.empty()) {
    auto read = read_name(company_name, "a company");
    if (!read)
      return read.error();
    checked_company = std::move(*read);
  }
  const std::string& key = credentials.key;
  if (key.empty() || key.size() > max_name_bytes || key.find(':') != std::string::npos ||
      credentials.secret.empty())
    return fail(ec::invalid_argument, "an API key without colon and a secret are needed");
  auto hash = hash_secret(credentials.secret, *random_, cost_);
  if (!hash)
    return hash.error();
  auto outcome = with_retries([&]() -> result<void> {
    auto taken = find_user(key);
    if (!taken)
      return taken.error();
    if (*taken)
      return fail(ec::conflict, "the API key is taken");
    write_batch batch;
    auto company_number = find_or_add_company(*store_, checked_company, *checked, *random_, batch);
    if (!company_number)
      return company_number.error();
    batch.expect(tables::users, keys::text(key), std::nullopt);
    batch.put(tables::users, keys::text(key),
              encode(user{key, *checked, *company_number, *hash, time_->now()}));
    return store_->write(batch, sync::yes);
  });
  return outcome;
}

result<secret> accounts::renew_secret(std::string_view key) {
  isacbot::secret fresh(random_hex(*random_, 32));
  auto hash = hash_secret(fresh, *random_, cost_);
  if (!hash)
    return hash.error();
  auto outcome = with_retries([&]() -> result<void> {
    auto stored = store_->get(tables::users, keys::text(key));
    if (!stored)
      return stored.error();
    if (!*stored)
      return fail(ec::not_found, "no user with that key");
    auto who = decode_user(**stored);
    if (!who)
      return who.error();
    who->secret_hash = *hash;
    write_batch batch;
    batch.expect(tables::users, keys::text(key), **stored);
    batch.put(tables::users, keys::text(key), encode(*who));
    return store_->write(batch, sync::yes);
  });
  if (!outcome)
    return outcome.error();
  return fresh;
}

result<void> accounts::remove_user(std::string_view key) {
  auto found = find_user(key);
  if (!found)
    return found.error();
  if (!*found)
    return fail(ec::not_found, "no user with that key");
  write_batch batch;
  batch.erase(tables::users, keys::text(key));
  std::string prefix = keys::text(key);
  auto scanned = store_->scan(tables::grants, prefix, storage::end_of_prefix(prefix),
                              [&](std::string_view grant_key, std::string_view) {
                                batch.erase(tables::grants, std::string(grant_key));
                                return true;
                              });
  if (!scanned)
    return scanned.error();
  return store_->write(batch, sync::yes);
}

result<void> accounts::grant(std::string_view key, std::string_view enclave_id, access level) {
  auto who = store_->get(tables::users, keys::text(key));
  if (!who)
    return who.error();
  if (!*who)
    return fail(ec::not_found, "no user with that key", "`isacbot station add-user` makes one");
  auto where = find_enclave(enclave_id);
  if (!where)
    return where.error();
  if (!*where)
    return fail(ec::not_found, "no enclave with that id", "`isacbot station list` shows them");
  write_batch batch;
  batch.expect(tables::users, keys::text(key), *who); // removed meanwhile: no grant may outlive its user
  batch.put(tables::grants, keys::grant(key, enclave_id), encode(level));
  return store_->write(batch, sync::yes);
}

result<void> accounts::revoke(std::string_view key, std::string_view enclave_id) {
  std::string grant_key = keys::grant(key, enclave_id);
  auto found = store_->get(tables::grants, grant_key);
  if (!found)
    return found.error();
  if (!*found)
    return fail(ec::not_found, "no such grant");
  return store_->write(write_batch().erase(tables::grants, std::move(grant_key)), sync::yes);
}

result<std::optional<user>> accounts::find_user(std::string_view key) const {
  return read_one<user>(*store_, tables::users, keys::text(key), decode_user);
}

result<std::optional<enclave>> accounts::find_enclave(std::string_view id) const {
  return read_one<enclave>(*store_, tables::enclaves, keys::text(id), decode_enclave);
}

result<std::optional<company>> accounts::find_company(std::uint32_t number) const {
  return read_one<company>(*store_, tables::companies, keys::number(number), decode_company);
}

result<company> accounts::find_company_by_name(std::string_view name) const {
  auto all = read_all<company>(*store_, tables::companies, decode_company);
  if (!all)
    return all.error();
  std::erase_if(*all, [wanted = fold_case(name)](const company& c) { return fold_case(c.name) != wanted; });
  if (all->empty())
    return fail(ec::not_found, "no company with that name", "`isacbot station list` shows them");
  if (all->size() > 1)
    return fail(ec::conflict, "several companies have that name");
  return std::move(all->front());
}

result<std::vector<granted_enclave>> accounts::enclaves_of(std::string_view key) const {
  if (sabotage_.ignore_grants) {
    auto all = list_enclaves();
    if (!all)
      return all.error();
    std::vector<granted_enclave> out;
    for (enclave& e : *all)
      out.push_back({std::move(e), access::full});
    return out;
  }
  std::vector<std::pair<std::string, access>> grants;
  result<void> decoded;
  std::string prefix = keys::text(key);
  auto scanned = store_->scan(tables::grants, prefix, storage::end_of_prefix(prefix),
                              [&](std::string_view grant_key, std::string_view bytes) {
                                storage::key_reader reader(grant_key.substr(prefix.size()));
                                auto enclave_id = reader.text();
                                auto level = decode_access(bytes);
                                if (!enclave_id || !level)
                                  decoded = fail(ec::corrupted, "a stored grant is damaged");
                                else
                                  grants.emplace_back(std::move(*enclave_id), *level);
                                return decoded.has_value();
                              });
  if (!scanned)
    return scanned.error();
  if (!decoded)
    return decoded.error();
  std::vector<granted_enclave> out;
  for (auto& [id, level] : grants) {
    auto found = find_enclave(id);
    if (!found)
      return found.error();
    if (*found)
      out.push_back({std::move(**found), level});
  }
  return out;
}

result<std::vector<user>> accounts::list_users() const {
  return read_all<user>(*store_, tables::users, decode_user);
}

result<std::vector<enclave>> accounts::list_enclaves() const {
  return read_all<enclave>(*store_, tables::enclaves, decode_enclave);
}

result<std::vector<grant_entry>> accounts::list_grants() const {
  std::vector<grant_entry> all;
  result<void> decoded;
  auto scanned = store_->scan(tables::grants, "", "", [&](std::string_view key, std::string_view bytes) {
    storage::key_reader reader(key);
    auto user_key = reader.text();
    auto enclave_id = reader.text();
    auto level = decode_access(bytes);
    if (!user_key || !enclave_id || !level)
      decoded = fail(ec::corrupted, "a stored grant is damaged");
    else
      all.push_back({std::move(*user_key), std::move(*enclave_id), *level});
    return decoded.has_value();
  });
  if (!scanned)
    return scanned.error();
  if (!decoded)
    return decoded.error();
  return all;
}

} // namespace isacbot::station
