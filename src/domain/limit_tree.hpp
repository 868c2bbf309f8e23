/// The whole tree of limits: buckets of user, credential, workspace and address, and beside them the count of
/// the company's day. A take is granted by all of them or charged to none. Belongs to one actor.
#pragma once

#include "domain/bucket_table.hpp"
#include "domain/day_counter.hpp"
#include "domain/keyed_hash.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// Who calls. All calls of the bot leave from one address.
struct caller {
  std::string_view user;       ///< unique in all workspaces; empty: nobody in particular
  std::string_view credential; ///< keyed hash of the TruSTAR key; empty: none
  std::string_view workspace;
};

struct take_request {
  caller who;
  std::uint64_t calls = 1;
  bool counted = true; ///< on the company's day: everything but submissions and request-quotas
  spare leave = spare::nothing;
};

/// Both clocks, read together.
struct moment {
  steady_time steady{};
  sys_time wall{};
};

/// Switches that break a promise on purpose, so that the test of that promise can show that it is able to
/// fail.
struct limit_tree_sabotage {
  bool charge_inner_first = false; ///< levels are charged one after the other until one refuses
};

class limit_tree {
 public:
  /// @param key  secret; the same after a restart, or leases are not found again
  limit_tree(limit_tree_settings settings, hash_key key, std::size_t max_buckets = 4'000'000);

  /// Takes the calls from every level, or none from any. As bucket_table::take.
  limit_decision take(const take_request& request, moment now, nanoseconds longest_wait = nanoseconds{0});

  /// How long so many calls need on this way, if nobody else makes any.
  [[nodiscard]] nanoseconds wait_for_all(const caller& who, std::uint64_t calls, moment now);

  /// What is left at every level of the way; the company's day last, if it has a number.
  [[nodiscard]] std::vector<limit_standing> standing(const caller& who, moment now);

  /// Changed limits; what was taken stays taken.
  void configure(limit_tree_settings settings);

  // What Station says wins; it never gives a bucket more.

  /// 429: not before `wait` has passed. A wait that ends with the UTC day is about the company's day, any
  /// other one about the credential.
  void hold(std::string_view credential, nanoseconds wait, moment now);
  /// A header has told what is left for the credential.
  void lower(std::string_view credential, std::uint64_t left, moment now);
  /// The answer of request-quotas: whose day it is, its number and count.
  void told_quota(std::string_view credential, std::string_view company, std::uint64_t limit,
                  std::uint64_t used, moment now);

  // What survives a restart: limits with long windows and the company's day, as leases.

  /// From now on nothing of a long limit is granted that no lease on disk covers.
  void keep_long_limits(nanoseconds shortest_window);
  struct changes {
    std::vector<bucket_lease> buckets; ///< in the table's time
    std::vector<sys_time> full_at;     ///< of `buckets`, by the wall clock
    std::vector<std::uint64_t> full;   ///< to be erased
    std::vector<day_lease> days;
    [[nodiscard]] bool empty() const noexcept { return buckets.empty() && full.empty() && days.empty(); }
  };
  changes take_changes(moment now);
  void written(const changes& done);
  void failed(const changes& lost);
  void restore(const bucket_lease& lease, sys_time full_at, moment now);
  void restore(const day_lease& lease) { days_.restore(lease); }

  [[nodiscard]] const bucket_table& buckets() const noexcept { return buckets_; }
  limit_tree_sabotage sabotage;

 private:
  struct way {
    std::array<level_key, bucket_level_count> keys;
    std::size_t size = 0;
    std::uint64_t credential = 0; ///< its hash
    [[nodiscard]] std::span<const level_key> path() const noexcept { return {keys.data(), size}; }
  };
  way way_of(const caller& who);
  [[nodiscard]] level_key credential_key(std::string_view credential) const noexcept;
  [[nodiscard]] company_index company_of(std::uint64_t credential) const;
  limit_decision take_one_by_one(const way& path, const take_request& request, moment now);

  hash_key key_;
  level_key address_;          ///< all of the bot's calls leave from one
  std::string last_workspace_; ///< most installations serve one
  level_key workspace_{limit_level::workspace, 0};
  bucket_table buckets_;
  day_counter days_;
  bool day_enforced_ = true;
  /// Companies that Station has told, by hash of the credential; everybody else is of company 0.
  boost::unordered_flat_map<std::uint64_t, company_index> companies_;
};

} // namespace isacbot::domain
