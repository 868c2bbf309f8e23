#include "actors/storage_writer.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "storage/keys.hpp"

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
      [this](atom::deadline) { probe(); },
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
  std::optional<error> failure;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (results[i]) {
      group[i].promise.deliver(atom::done_v);
      continue;
    }
    if (results[i].error().code != ec::precondition_failed)
      failure = results[i].error();
    group[i].promise.deliver(to_caf_error(results[i].error()));
  }
  tell(failure);
}

void storage_writer::probe() {
  state.probing = false;
  if (!state.failed)
    return;
  storage::write_batch batch;
  batch.put(storage::tables::meta, storage::keys::meta("probe"), {});
  auto written = store_.write(batch, storage::sync::yes);
  tell(written ? std::nullopt : std::optional(written.error()));
}

void storage_writer::tell(const std::optional<error>& failure) {
  env_.health.report("storage",
                     failure ? "writing to the database fails, nothing new is accepted: " + failure->cause
                             : std::string{});
  log(failure);
  state.failed = failure.has_value();
  if (failure && !std::exchange(state.probing, true))
    delayed_send(this, config_.probe_interval, atom::deadline_v);
}

/// What changes, and now and then what doesn't: a disk may be full for days.
void storage_writer::log(const std::optional<error>& failure) {
  const auto now = env_.time.steady_now();
  if (!failure) {
    if (!std::exchange(state.logged, {}).empty())
      env_.log.info("storage_writer", "the database can be written again", {});
    return;
  }
  std::string text = to_string(*failure);
  if (text == state.logged && now - state.last_logged < config_.reminder)
    return;
  env_.log.error("storage_writer", "the database cannot be written", {{"error", text}});
  state.logged = std::move(text);
  state.last_logged = now;
}

} // namespace isacbot::actors
