/// Every key layout of the bot's database, in one place. Numbers are big-endian, times milliseconds since the
/// epoch, texts end in a mark that no text can contain (key_encoding.hpp). `<...>` is one component.
///
/// Table numbers and layouts are fixed for ever once released: a change is a new table and a migration
/// (schema.hpp). Values marked "sealed" are AEAD-encrypted and bound to their key (vault.hpp).
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "storage/key_encoding.hpp"
#include "storage/kv_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace isacbot::storage {

namespace tables {
inline constexpr table meta{0};         ///< <name>                            -> schema.hpp, vault.hpp
inline constexpr table credentials{1};  ///< <team><user>                      -> sealed credentials
inline constexpr table journal{2};      ///< <entry id>                        -> sealed journal_entry
inline constexpr table duplicates{3};   ///< <fingerprint of kind and id>      -> expiry
inline constexpr table drafts{4};       ///< <team><user><draft id>            -> expiry, sealed bytes
inline constexpr table submissions{5};  ///< <submission>                      -> sealed submission_header
inline constexpr table parts{6};        ///< <submission><path of the number>  -> sealed stored_part
inline constexpr table part_rows{7};    ///< <submission><path of the number>  -> sealed rows, or the report
inline constexpr table outbox_index{8}; ///< see index_kind below              -> empty
inline constexpr table accepted_values{
    9};                                  ///< until layout 2: <enclave><fingerprint of type and value> -> time
inline constexpr table content_keys{10}; ///< <fingerprint>                     -> expiry, submission
inline constexpr table request_keys{11}; ///< <fingerprint>                     -> expiry, submission
inline constexpr table expiries{12};     ///< <time><table><key>                -> empty (expiry.hpp)
inline constexpr table audit{13};        ///< see audit_kind below
inline constexpr table installations{14};  ///< reserved: Slack workspaces
inline constexpr table checkpoints{15};    ///< <MISP server>                     -> sealed poll_checkpoint
inline constexpr table misp_queue{16};     ///< <MISP server><event>              -> sealed queued_event
inline constexpr table misp_records{17};   ///< <enclave><event>                  -> sealed event_record
inline constexpr table misp_dead{18};      ///< <MISP server><event>              -> sealed dead_event
inline constexpr table staging{19};        ///< <submission>                      -> list_stage.hpp
inline constexpr table late_additions{20}; ///< <submission><chunk><sequence>     -> sealed late additions
inline constexpr table accepted_runs{21};  ///< <enclave><submission>             -> accepted_values.hpp
inline constexpr table accepted_run_pages{22}; ///< <enclave><submission><first print> -> prints
inline constexpr table accepted_pages{23};     ///< <enclave><first print>        -> prints with times
inline constexpr table limits{24};             ///< see limits_kind below
inline constexpr table shared_accounts{25};    ///< <fingerprint of the API key><team><user> -> empty
} // namespace tables

namespace keys {

/// First byte of an outbox_index key: what can be found without reading every submission ever made.
enum class index_kind : std::uint8_t {
  due = 1,        ///< <kind><submission><path>: part queued or sent
  parked = 2,     ///< <kind><team><user><submission><path>
  buried = 3,     ///< <kind><submission><path>
  held = 4,       ///< <kind><submission><path>
  unprocessed = 5 ///< <kind><submission>: the submitter waits for "processed"
};

/// First byte of an audit key.
enum class audit_kind : std::uint8_t {
  head = 0,    ///< <kind>             -> sealed sequence and hash of the newest chained row
  chained = 1, ///< <kind><sequence>   -> hash of the row before, sealed event
  pending = 2  ///< <kind><time><8 random bytes> -> sealed event, not yet chained
};

/// First byte of a limits key.
enum class limits_kind : std::uint8_t {
  bucket = 1, ///< <kind><key of the bucket>  -> level, index, time it is full again
  day = 2     ///< <kind><day><company>       -> calls that count as made
};

std::string meta(std::string_view name);
std::string of_member(const member& who);
std::string journal(std::string_view id);
std::string draft(const member& owner, std::string_view id);
std::string submission(const submission_id& id);
/// @param number "1", "2.1", ...: dotted positive numbers; "2" sorts before "10", "1.2" before "2"
/// @error ec::invalid_argument on another form, or deeper than 32 levels
result<std::string> part(const submission_id& id, std::string_view number);
std::string accepted_value(const enclave_id& enclave, std::string_view fingerprint);
std::string enclave(const enclave_id& id);
std::string late_additions(const submission_id& id, std::uint32_t chunk, std::uint32_t sequence);
std::string accepted_run(const enclave_id& enclave, const submission_id& id);
std::string limit_bucket(std::uint64_t key);
std::string limit_day(std::int64_t day, std::string_view company);
/// @param fingerprint  16 bytes
std::string shared_account(std::string_view fingerprint, const member& who);
std::string expiry(sys_time when, table t, std::string_view key);
/// @param owner  MISP server or enclave
std::string misp_event(std::string_view owner, std::string_view uuid);

/// Index keys are the kind followed by the key of what they point to.
std::string index(index_kind kind, std::string_view target);
std::string parked(const member& owner, std::string_view part_key);

std::string audit_head();
std::string audit_chained(std::uint64_t sequence);
/// @param unique 8 random bytes
std::string audit_pending(sys_time when, std::string_view unique);

/// @returns the member that a key starts with, or nullopt.
std::optional<member> read_member(std::string_view key);

} // namespace keys

} // namespace isacbot::storage
