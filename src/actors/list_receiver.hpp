/// The LIST RECEIVER: takes one large list item by item, stages it, and hands it to the OUTBOX when whoever
/// brings it says so. One for each list on its way in; on a thread of its own, because it computes.
///
/// How a list gets in, whether from the admin socket or from a file in Slack; all of it through the OUTBOX:
///   1. request(outbox, open, list_opening)       -> the list's id, which its submission will have.
///   2. request(outbox, add, id, list_items)      -> done, when more may come; so that memory stays bounded,
///      wait for it. About 1,000 items at a time, as a reader's item_sink collects them. They are worked on
///      after the answer, while more is read: what goes wrong then is the next answer.
///   3. request(outbox, close, id)                -> what the list comes to (domain::intake_totals), values
///      known before among them counted as merged. For a preview; may be left out. Nothing is added later.
///   4. request(outbox, accept, id, list_agreement) -> the receipt, after the synced write. `same_content`:
///      nothing was accepted, ask; the list is still there, and `again` accepts it. An error: nothing was
///      accepted as far as anybody knows, and the same agreement may be sent again.
///      or send(outbox, abandon, id): the list is forgotten.
/// A list that nobody touches for `patience` is forgotten too, and so are all of them when the process ends:
/// ec::not_found then, start anew. The first error of `add` or `close` stays: abandon.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "storage/list_stage.hpp"
#include "storage/outbox_table.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::actors {

struct list_receiver_config {
  storage::stage_options stage;
  milliseconds known_for{std::chrono::hours{24 * 90}}; ///< how long an accepted value counts as known
  milliseconds patience{30 * 60'000};
};

struct list_receiver_state {
  std::shared_ptr<storage::list_stage> stage;
  domain::submission submission;
  std::size_t writes = 0; ///< with the STORAGE WRITER, not answered yet
  std::optional<error> fault;
  bool closing = false;
  bool accepting = false;
  std::vector<caf::typed_response_promise<atom::done>> added;   ///< wait for room
  std::vector<caf::typed_response_promise<list_totals>> closed; ///< wait for the end of closing
  std::optional<list_agreement> agreement;                      ///< waits for that, too
  caf::typed_response_promise<acceptance_outcome> agreed;
  steady_time last_touched{};
  static inline const char* name = "list_receiver";
};

class list_receiver : public list_receiver_actor::stateful_base<list_receiver_state> {
 public:
  using super = list_receiver_actor::stateful_base<list_receiver_state>;

  /// @param what  with the id it will have
  list_receiver(caf::actor_config& cfg, list_receiver_config config, domain::submission what,
                const storage::outbox_table& table, storage_writer_actor writer, outbox_actor outbox,
                environment env);

  behavior_type make_behavior() override;

 private:
  result<void> write(storage::write_batch&& batch);
  void on_written();
  void close();
  void go_on_closing();
  void hand_over();
  void forget();
  void fail_all(const error& cause);
  void watch();

  list_receiver_config config_;
  storage_writer_actor writer_;
  outbox_actor outbox_;
  environment env_;
};

} // namespace isacbot::actors
