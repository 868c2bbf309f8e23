#include "actors/list_receiver.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{60};
constexpr std::chrono::seconds outbox_patience{60};
constexpr std::size_t writes_ahead = 2; ///< with so many under way no more items are asked for

} // namespace

list_receiver::list_receiver(caf::actor_config& cfg, list_receiver_config config, domain::submission what,
                             const storage::outbox_table& table, storage_writer_actor writer,
                             outbox_actor outbox, environment env)
    : super(cfg),
      config_(std::move(config)),
      writer_(std::move(writer)),
      outbox_(std::move(outbox)),
      env_(env) {
  auto now = env_.time.now();
  state.submission = std::move(what);
  state.stage = table.open_stage(state.submission.id, state.submission.enclave, now, now - config_.known_for,
                                 config_.stage,
                                 [this](storage::write_batch&& batch) { return write(std::move(batch)); });
}

list_receiver::behavior_type list_receiver::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  monitor(outbox_);
  set_down_handler([this](const caf::down_msg& gone) { quit(gone.reason); });
  state.last_touched = env_.time.steady_now();
  watch();
  return {
      [this](atom::add, const list_items& items) -> caf::result<atom::done> {
        state.last_touched = env_.time.steady_now();
        if (state.closing || state.stage->closed())
          return to_caf_error(fail(ec::invalid_argument, "the list is closed"));
        if (state.fault)
          return to_caf_error(*state.fault);
        // Answered before the work: whoever reads the file goes on reading meanwhile, by one message.
        auto promise = make_response_promise<atom::done>();
        if (state.writes < writes_ahead)
          promise.deliver(atom::done_v);
        else
          state.added.push_back(promise);
        if (auto added = state.stage->add(std::span(*items)); !added)
          fail_all(added.error());
        return promise;
      },
      [this](atom::close) -> caf::result<list_totals> {
        if (state.fault)
          return to_caf_error(*state.fault);
        auto promise = make_response_promise<list_totals>();
        state.closed.push_back(promise);
        close();
        return promise;
      },
      [this](atom::accept, list_agreement& agreement) -> caf::result<acceptance_outcome> {
        if (state.fault)
          return to_caf_error(*state.fault);
        if (state.agreement)
          return to_caf_error(fail(ec::conflict, "the list is being accepted already"));
        state.agreement = std::move(agreement);
        auto promise = make_response_promise<acceptance_outcome>();
        state.agreed = promise;
        close();
        return promise;
      },
      [this](atom::abandon) { forget(); },
      [this](atom::internal) { go_on_closing(); },
      [this](atom::deadline) { watch(); },
  };
}

result<void> list_receiver::write(storage::write_batch&& batch) {
  ++state.writes;
  request(writer_, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::no})
      .then([this](atom::done) { on_written(); },
            [this](caf::error& e) {
              fail_all(from_caf_error(e));
              on_written();
            });
  return {};
}

void list_receiver::on_written() {
  --state.writes;
  if (state.fault)
    return;
  if (state.writes < writes_ahead)
    for (auto& promise : std::exchange(state.added, {}))
      promise.deliver(atom::done_v);
  if (state.writes == 0 && state.closing)
    go_on_closing();
}

void list_receiver::close() {
  state.last_touched = env_.time.steady_now();
  state.closing = true;
  if (state.writes == 0)
    send(this, atom::internal_v);
}

/// A piece of work, its writes, and the next piece; other messages come between.
void list_receiver::go_on_closing() {
  if (!state.closing || state.fault || state.writes > 0)
    return;
  if (!state.stage->closed()) {
    if (auto last = state.stage->close_some(); !last)
      return fail_all(last.error());
    if (state.writes == 0)
      send(this, atom::internal_v);
    return;
  }
  state.closing = false;
  state.last_touched = env_.time.steady_now();
  auto totals = std::make_shared<const domain::intake_totals>(state.stage->totals());
  for (auto& promise : std::exchange(state.closed, {}))
    promise.deliver(totals);
  if (state.agreement && !state.accepting)
    hand_over();
}

void list_receiver::hand_over() {
  const auto totals = state.stage->totals(state.agreement->overridden);
  if (totals.chunk_rows.empty()) {
    state.agreement.reset();
    state.agreed.deliver(to_caf_error(fail(ec::invalid_argument, "the list holds nothing that can be sent",
                                           "see what was withheld and refused, and why")));
    return;
  }
  state.accepting = true;
  acceptance what;
  what.submission = state.submission;
  what.submission.content_key = domain::make_content_key(state.submission.who, state.submission.enclave,
                                                         state.submission.tags, totals.content);
  what.list.counts = totals.counts;
  what.list.withheld = totals.withheld;
  what.list.refused = totals.refused;
  what.list.reasons = totals.reasons;
  what.list.types = totals.types;
  what.stage = state.stage;
  what.overridden = state.agreement->overridden;
  what.draft_id = state.agreement->draft_id;
  what.again = state.agreement->again;
  what.answer_to = state.agreement->answer_to;
  request(outbox_, outbox_patience, atom::append_v, std::move(what))
      .then(
          [this](acceptance_outcome& outcome) {
            state.accepting = false;
            state.agreement.reset();
            bool over = !outcome.same_content;
            bool repeated = outcome.repeated_request;
            state.agreed.deliver(std::move(outcome));
            if (repeated)
              return forget();
            if (over)
              quit(caf::exit_reason::normal);
          },
          [this](caf::error& e) {
            state.accepting = false;
            state.agreement.reset();
            state.agreed.deliver(std::move(e));
          });
}

void list_receiver::forget() {
  // What is under way is answered: whoever waits for a receipt has one, whatever becomes of the list.
  if (state.accepting)
    return;
  fail_all(fail(ec::cancelled, "the list was given up"));
  storage::write_batch batch;
  state.stage->abandon(batch);
  if (batch.empty())
    return quit(caf::exit_reason::normal);
  // Behind the writes that are under way, so that nothing comes after it.
  auto end = [this] { quit(caf::exit_reason::normal); };
  request(writer_, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::no})
      .then([end](atom::done) { end(); }, [end](caf::error&) { end(); }); // then the sweep's patience decides
}

void list_receiver::fail_all(const error& cause) {
  if (state.fault)
    return;
  state.fault = cause;
  for (auto& promise : std::exchange(state.added, {}))
    promise.deliver(to_caf_error(cause));
  for (auto& promise : std::exchange(state.closed, {}))
    promise.deliver(to_caf_error(cause));
  if (state.agreement && !state.accepting) {
    state.agreement.reset();
    state.agreed.deliver(to_caf_error(cause));
  }
}

void list_receiver::watch() {
  if (env_.time.steady_now() - state.last_touched >= config_.patience && !state.closing && !state.accepting)
    return forget();
  delayed_send(this, config_.patience / 4, atom::deadline_v);
}

} // namespace isacbot::actors
