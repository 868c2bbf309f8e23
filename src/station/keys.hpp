/// Every key layout of Station's database, in one place; building blocks as in storage/key_encoding.hpp: text
/// ends in a mark of its own, numbers are big-endian, times milliseconds. Table numbers and layouts are fixed
/// for ever once released.
///
/// Enclaves and companies have a number besides their id or name, so that keys stay short. Everything that a
/// right depends on starts with the enclave's number: what a caller may not see is never even read.
#pragma once

#include "core/clock.hpp"
#include "storage/key_encoding.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::station {

namespace tables {
using storage::table;
inline constexpr table counters{64};                ///< <name>                          -> number
inline constexpr table companies{65};               ///< <company>                       -> company
inline constexpr table company_names{66};           ///< <folded name>                   -> company number
inline constexpr table users{67};                   ///< <key>                           -> user
inline constexpr table enclaves{68};                ///< <enclave id>                    -> enclave
inline constexpr table grants{69};                  ///< <key><enclave id>               -> access
inline constexpr table indicators{70};              ///< <enclave><value><type>          -> indicator_row
inline constexpr table indicator_numbers{71};       ///< <enclave><number>               -> value, type
inline constexpr table indicators_by_last_seen{72}; ///< <enclave><time><number>         -> value, type
inline constexpr table postings{73};      ///< <enclave><trigram><number>      -> others (trigram_index.hpp)
inline constexpr table enclave_heads{74}; ///< <enclave>                       -> revision, next number
inline constexpr table idempotency{75};   ///< <company><idempotency key>      -> submission, hash, time
inline constexpr table idempotency_expiry{76};  ///< <time><company><idempotency key> -> empty
inline constexpr table submissions{77};         ///< <submission id>                 -> submission_record
inline constexpr table submissions_by_time{78}; ///< <time><submission id>           -> empty
inline constexpr table reports{79};             ///< <report id>                     -> report_record
inline constexpr table reports_by_updated{80};  ///< <enclave><time><report id>      -> empty
inline constexpr table external_ids{81};        ///< <enclave><external id>          -> report id
inline constexpr table call_counts{82};         ///< <company><day since 1970>       -> number
inline constexpr table report_observables{83};  ///< <enclave><report id>            -> report_observable list
inline constexpr table reports_of_value{84}; ///< <enclave><value><type><updated><report id> -> report_mention
inline constexpr table report_tags{85};      ///< <enclave><tag><report id>       -> time of its last change
inline constexpr table whitelist{86};        ///< <company><type><value>          -> whitelist_entry
inline constexpr table indicator_tags{87};   ///< <enclave><tag><value><type>     -> empty
inline constexpr table redaction_terms{88};  ///< <company><category><term>       -> empty
inline constexpr table pending_submissions{89}; ///< <order><submission id>          -> pending_submission
inline constexpr table pending_reports{90};     ///< <report id>                     -> pending_report
inline constexpr table indexed_reports{91};     ///< <report id>                     -> indexed_report
inline constexpr table report_numbers{92};      ///< <enclave><number>               -> report id
inline constexpr table report_postings{93};     ///< as postings, of titles, bodies and values of reports
inline constexpr table scores{94};              ///< <enclave><value><type><source key> -> score
inline constexpr table set_aside{95};           ///< <table of a queue><its key> -> its value
inline constexpr table audit_notes{96};         ///< <time><random>               -> audit_note
} // namespace tables

namespace keys {

std::string text(std::string_view value);
std::string number(std::uint32_t value);
std::string grant(std::string_view user_key, std::string_view enclave_id);
std::string indicator(std::uint32_t enclave, std::string_view value, std::string_view type);
/// Prefix of the rows of one value, whatever their type.
std::string indicators_of_value(std::uint32_t enclave, std::string_view value);
std::string indicator_number(std::uint32_t enclave, std::uint32_t number);
std::string by_last_seen(std::uint32_t enclave, sys_time last_seen, std::uint32_t number);
std::string last_seen_bound(std::uint32_t enclave, sys_time at);
/// @param trigram  three bytes, the first one highest
std::string posting(std::uint32_t enclave, std::uint32_t trigram, std::uint32_t number);
std::string posting_prefix(std::uint32_t enclave, std::uint32_t trigram);
std::string idempotency(std::uint32_t company, std::string_view key);
std::string idempotency_expiry(sys_time when, std::uint32_t company, std::string_view key);
std::string by_time(sys_time when, std::string_view id);
std::string pending_submission(std::uint64_t order, std::string_view id);
std::string report_by_updated(std::uint32_t enclave, sys_time updated, std::string_view id);
std::string report_bound(std::uint32_t enclave, sys_time at);
std::string external_id(std::uint32_t enclave, std::string_view id);
std::string report_in_enclave(std::uint32_t enclave, std::string_view report_id);
std::string report_number(std::uint32_t enclave, std::uint32_t number);
std::string report_of_value(std::uint32_t enclave, std::string_view value, std::string_view type,
                            sys_time updated, std::string_view report_id);
/// Prefix of the rows of one value and type.
std::string reports_of_value(std::uint32_t enclave, std::string_view value, std::string_view type);
std::string report_tag(std::uint32_t enclave, std::string_view tag, std::string_view report_id);
/// Prefix of the reports with one tag.
std::string reports_with_tag(std::uint32_t enclave, std::string_view tag);
std::string indicator_tag(std::uint32_t enclave, std::string_view tag, std::string_view value,
                          std::string_view type);
/// Prefix of the indicators with one tag.
std::string indicators_with_tag(std::uint32_t enclave, std::string_view tag);
std::string set_aside(storage::table queue, std::string_view key);
std::string score(std::uint32_t enclave, std::string_view value, std::string_view type,
                  std::string_view source_key);
/// Prefix of the scores of one value, whatever their type.
std::string scores_of_value(std::uint32_t enclave, std::string_view value);
std::string redaction_term(std::uint32_t company, std::string_view category, std::string_view term);
std::string whitelisted(std::uint32_t company, std::string_view type, std::string_view value);
std::string call_count(std::uint32_t company, std::uint32_t day);

/// Value and type of an indicator, as the indexes hold them.
struct value_and_type {
  std::string value;
  std::string type;
};
std::string pack(std::string_view value, std::string_view type);
std::optional<value_and_type> unpack(std::string_view packed);

} // namespace keys

} // namespace isacbot::station
