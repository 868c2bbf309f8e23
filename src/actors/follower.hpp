/// The FOLLOWER: once a submission is delivered, asks Station until it is processed, and tells the submitter
/// with some context: what it was, and what was known already.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "domain/answers.hpp"
#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/outbox_table.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace isacbot::actors {

struct follower_config {
  std::string station_url; ///< base of deep links
  milliseconds first_look{200};
  milliseconds longest_pause{300'000};
  milliseconds give_up_after{24LL * 3'600'000};
  milliseconds call_deadline{30'000};
  milliseconds pick_up_interval{60'000}; ///< between looks for deliveries that nobody told of
  std::size_t max_at_once = 4;
};

struct follower_parts {
  storage_writer_actor writer;
  rate_limiter_actor limiter;
  trustar_pool_actor pool;
  slack_messenger_actor messenger;
  const storage::outbox_table& table;
  const storage::credentials_table& credentials;
  const storage::drafts_table& drafts;
};

/// One submission that is looked after.
struct followed {
  domain::receipt receipt;
  steady_time next_look{};
  milliseconds pause{0};
  std::size_t parts_processed = 0;          ///< the first so many of its settled parts are done
  std::vector<domain::line_report> refused; ///< values that Station did not take
  bool busy = false;
  // Reports: how processing ended, and what Station has found in it.
  bool processing_failed = false;
  bool processing_unknown = false;
  std::string processing_error;
  std::optional<std::vector<domain::indicator_row>> found; ///< over all parts, each value once
  std::set<std::string> found_keys;                        ///< of `found`: "IP 192.0.2.1"
  std::vector<domain::answers::report_hit> correlated;
};

struct follower_state {
  std::map<std::string, std::shared_ptr<followed>> submissions;
  /// The next call of a submission whose member has no allowance left at the moment. The look goes on where
  /// it stands: begun anew, several calls would never find as many tokens at once.
  std::map<std::string, std::function<void()>> waiting;
  std::size_t busy = 0;
  std::size_t in_line = 0; ///< of the busy ones: waiting for their member's allowance
  steady_time next_pick_up{};
  static inline const char* name = "follower";
};

class follower : public follower_actor::stateful_base<follower_state> {
 public:
  using super = follower_actor::stateful_base<follower_state>;
  using followed_ptr = std::shared_ptr<followed>;

  follower(caf::actor_config& cfg, follower_config config, follower_parts parts, environment env);

  behavior_type make_behavior() override;

 private:
  void pick_up();
  void watch(domain::receipt receipt);
  void look();
  void look_at(const followed_ptr& f);
  void ask(const followed_ptr& f, telemetry::label endpoint, decltype(trustar_call::make) make,
           std::function<void(result<http_response_ptr>)> then);
  void ask_status(const followed_ptr& f, std::vector<std::string> station_ids);
  void ask_known(const followed_ptr& f);
  void ask_metadata(const followed_ptr& f, const std::vector<domain::indicator_row>& rows);

  // Reports (follower_reports.cpp).
  void look_at_report(const followed_ptr& f);
  void ask_found(const followed_ptr& f, const std::string& report);
  void next_report_part(const followed_ptr& f);
  void ask_correlated(const followed_ptr& f, std::vector<std::string> known);
  void tell(const followed_ptr& f, std::vector<std::string> known);
  void done(const followed_ptr& f);
  /// Looks again from the beginning, and less often each time.
  void later(const followed_ptr& f, std::chrono::nanoseconds pause);
  void look_again(const followed_ptr& f, std::chrono::nanoseconds pause);

  follower_config config_;
  follower_parts parts_;
  environment env_;
};

/// Station's ids of what it has got of a submission, in the order of its parts.
std::vector<std::string> station_ids(const domain::receipt& receipt);

/// Keeps the first 1,000 rows of a submission until it is processed, in the batch that accepts it: the rows
/// themselves leave the queue with their delivery.
void remember_for_follow_up(storage::write_batch& batch, const storage::drafts_table& drafts,
                            const domain::submission& submission,
                            std::span<const domain::indicator_row> rows);

} // namespace isacbot::actors
