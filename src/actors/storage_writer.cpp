#include "actors/storage_writer.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

storage_writer::storage_writer(caf::actor_config& cfg, storage_writer_config config, storage::kv_store& store,
                               environment env)
    : super(cfg),
      config_(config),
      store_(store),
      env_(env) {}

storage_writer::behavior_type storage_writer::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  return {
      [this](atom::write, write_request& request) -> caf::result<atom::done> {
        if (state.pending.size() >= config_.max_pending)
          return to_caf_error(fail(ec::overloaded, "the database cannot keep up", "try again in a minute"));
        auto promise = make_response_promise<atom::done>();
        // The commit is a message to ourselves: requests already in the mailbox join the group before it
        // runs.
        if (state.pending.empty())
          send(this, atom::internal_v);
        state.pending.push_back({std::move(request), promise});
        return promise;
      },
      [this](atom::internal) { commit(); },
  };
}

void storage_writer::commit() {
  auto group = std::exchange(state.pending, {});
  std::vector<storage::write_batch> batches;
  batches.reserve(group.size());
  bool synced = false;
  for (auto& item : group) {
    batches.push_back(*item.request.batch);
    synced = synced || item.request.sync == storage::sync::yes;
  }
  auto results = store_.write_group(batches, synced ? storage::sync::yes : storage::sync::no);
  bool failed = false;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (results[i]) {
      group[i].promise.deliver(atom::done_v);
      continue;
    }
    failed = failed || results[i].error().code != ec::precondition_failed;
    group[i].promise.deliver(to_caf_error(results[i].error()));
  }
  env_.health.report("storage",
                     failed ? "writing to the database fails: check the disk (space, permissions, log)" : "");
}

} // namespace isacbot::actors
