/// The RATE LIMITER: one tree of limits for the whole bot, because Station counts the whole bot, and one fair
/// line before it. Who goes and who waits is decided by domain/admission_line; this actor answers, keeps the
/// leases of long limits on disk, and counts.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "domain/admission.hpp"
#include "domain/admission_line.hpp"
#include "storage/limits_table.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

namespace isacbot::actors {

struct rate_limiter_config {
  domain::limit_tree_settings limits;
  domain::admission_policy admission;
  domain::admission_line_settings line; ///< its times are taken from `admission`
  /// Limits with a window of at least this much, and the company's day, survive a restart: nothing of them is
  /// granted that isn't leased on disk. A shorter window is over before a restart is.
  milliseconds kept_window{std::chrono::minutes{5}};
};

/// Outlives the actor, so that a restart of it forgets nothing that was taken.
struct rate_limiter_memory {
  /// @param saved  without it nothing survives the process: for tests that don't look at that
  rate_limiter_memory(const rate_limiter_config& config, const storage::limits_table* saved,
                      environment& env);

  domain::admission_policy admission;
  domain::admission_line line;
  /// From the table at the start, to be removed from it.
  storage::write_batch outdated;
  bool kept = false;
};

struct rate_limiter_state {
  using promise = caf::typed_response_promise<acquire_answer>;
  std::unordered_map<std::uint64_t, promise> claims; ///< by ticket: who waits to be told
  /// Served before anybody claimed it. Bounded by the line; what is not claimed is given up after a while.
  struct served_place {
    acquire_answer answer;
    steady_time when{};
  };
  std::map<std::uint64_t, served_place> served;
  std::uint64_t timer = 0; ///< the one that counts; earlier ones are void
  std::optional<steady_time> timer_at;
  bool writing = false; ///< leases are on their way to the disk
  static inline const char* name = "rate_limiter";
};

class rate_limiter : public rate_limiter_actor::stateful_base<rate_limiter_state> {
 public:
  using super = rate_limiter_actor::stateful_base<rate_limiter_state>;

  /// @param writer  for leases; may be empty when nothing is kept
  rate_limiter(caf::actor_config& cfg, rate_limiter_config config,
               std::shared_ptr<rate_limiter_memory> memory, storage_writer_actor writer, environment env);

  behavior_type make_behavior() override;

 private:
  [[nodiscard]] domain::moment now() const { return {env_.time.steady_now(), env_.time.now()}; }
  caf::result<acquire_answer> acquire(const acquire_request& request);
  caf::result<acquire_answer> claim(std::uint64_t ticket);
  [[nodiscard]] acquire_answer answer_of(const domain::call_verdict& verdict, milliseconds waited) const;
  void correct(const station_count& told);
  /// Tells those whose turn has come, sets the timer, and has leases written.
  void settle();
  void deliver(const domain::line_event& event);
  void keep_leases();
  void count(const domain::call_verdict& verdict);

  rate_limiter_config config_;
  std::shared_ptr<rate_limiter_memory> memory_;
  storage_writer_actor writer_;
  environment env_;
};

} // namespace isacbot::actors
