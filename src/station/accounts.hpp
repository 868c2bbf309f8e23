/// Who may do what: companies, users, enclaves and grants. `isacbot station ...` calls these functions with
/// the database open; the server reads through them on every request, so a change counts at once.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "station/secret_hash.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// What a grant allows. Each level includes those before it.
enum class access : std::uint8_t {
  view = 1,   ///< read
  submit = 2, ///< and create
  full = 3,   ///< and update
};

/// @error ec::invalid_argument unless "view", "submit" or "full"
result<access> parse_access(std::string_view text);
std::string_view to_string(access a) noexcept;

struct company {
  std::uint32_t number = 0;
  std::string id; ///< UUID
  std::string name;
};

struct user {
  std::string key; ///< API key: UUID unless imported
  std::string name;
  std::uint32_t company = 0;
  std::string secret_hash;
  sys_time created{};
};

struct enclave {
  std::string id; ///< UUID
  std::uint32_t number = 0;
  std::string name;
  std::string type; ///< "INTERNAL", "OPEN" or "CLOSED"
  sys_time created{};
};

/// An enclave as one user may use it.
struct granted_enclave {
  station::enclave enclave;
  access level = access::view;

  [[nodiscard]] bool may_create() const noexcept { return level >= access::submit; }
  [[nodiscard]] bool may_update() const noexcept { return level >= access::full; }
};

/// What a member types into his client. The secret is shown once and never stored.
struct api_credentials {
  std::string key;
  isacbot::secret secret;
};

struct grant_entry {
  std::string key;
  std::string enclave_id;
  access level = access::view;
};

/// Faults to be made on purpose, so that tests can show that they are able to fail.
struct accounts_sabotage {
  bool ignore_grants = false; ///< everybody may do everything everywhere
};

/// Thread-safe. Every change is a synced write.
/// Errors of all functions: ec::io_failure, ec::corrupted, and those named.
class accounts {
 public:
  accounts(storage::kv_store& store, const clock& time, random_source& random, hash_cost cost = {},
           accounts_sabotage sabotage = {})
      : store_(&store),
        time_(&time),
        random_(&random),
        cost_(cost),
        sabotage_(sabotage) {}

  /// @param type "INTERNAL" (a shared or private group), "OPEN" or "CLOSED" (feeds)
  /// @error ec::invalid_argument on an empty or overlong name or another type
  result<enclave> add_enclave(std::string_view name, std::string_view type);

  /// Makes a user with a new key and secret. Users of one company share its daily quota and its memory of
  /// idempotency keys; it is made when its name (any case) is new. Without a company the user gets one alone.
  /// @error ec::invalid_argument on an empty or overlong name
  result<api_credentials> add_user(std::string_view name, std::string_view company);

  /// The same with credentials that exist already, so that clients configured for another Station keep
  /// theirs.
  /// @error ec::conflict when the key is taken; ec::invalid_argument on an empty key, a colon in it, or no
  /// secret
  result<void> import_user(std::string_view name, std::string_view company,
                           const api_credentials& credentials);

  /// Gives a user a new secret; the old one is worth nothing from then on.
  /// @error ec::not_found when there is no such user
  result<isacbot::secret> renew_secret(std::string_view key);

  /// @error ec::not_found when there is no such user
  result<void> remove_user(std::string_view key);

  /// Sets the level; a second grant replaces the first.
  /// @error ec::not_found when user or enclave do not exist
  result<void> grant(std::string_view key, std::string_view enclave_id, access level);
  /// @error ec::not_found when there is no such grant
  result<void> revoke(std::string_view key, std::string_view enclave_id);

  [[nodiscard]] result<std::optional<user>> find_user(std::string_view key) const;
  [[nodiscard]] result<std::optional<enclave>> find_enclave(std::string_view id) const;
  [[nodiscard]] result<std::optional<company>> find_company(std::uint32_t number) const;
  /// By name in any case; of a user without a company, by the user's name.
  /// @error ec::not_found; ec::conflict when several have that name
  [[nodiscard]] result<company> find_company_by_name(std::string_view name) const;
  /// What the user may see, in order of the enclaves' ids.
  [[nodiscard]] result<std::vector<granted_enclave>> enclaves_of(std::string_view key) const;

  [[nodiscard]] result<std::vector<user>> list_users() const;
  [[nodiscard]] result<std::vector<enclave>> list_enclaves() const;
  [[nodiscard]] result<std::vector<grant_entry>> list_grants() const;

 private:
  storage::kv_store* store_;
  const clock* time_;
  random_source* random_;
  hash_cost cost_;
  accounts_sabotage sabotage_;
};

} // namespace isacbot::station
