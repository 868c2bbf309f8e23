#include "actors/outbox.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "actors/follower.hpp"
#include "domain/answers.hpp"
#include "protocol/trustar/requests.hpp"
#include "storage/sortable_id.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};

} // namespace

outbox::outbox(caf::actor_config& cfg, outbox_config config, outbox_parts parts, environment env)
    : super(cfg),
      config_(std::move(config)),
      parts_(std::move(parts)),
      env_(env) {}

outbox::behavior_type outbox::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  set_down_handler([this](const caf::down_msg& gone) {
    std::erase_if(state.lists, [&](const auto& list) { return list.second.address() == gone.source; });
  });
  send(this, atom::internal_v); // what was left by the last run
  return {
      [this](atom::append, acceptance& what) -> caf::result<acceptance_outcome> {
        auto promise = make_response_promise<acceptance_outcome>();
        accept(std::move(what), promise);
        return promise;
      },
      [this](atom::open, list_opening& what) -> caf::result<std::string> {
        auto id = open_list(std::move(what));
        if (!id)
          return to_caf_error(id.error());
        return std::move(*id);
      },
      [this](atom::add, const std::string& id, list_items& items) -> caf::result<atom::done> {
        auto list = find_list(id);
        if (!list)
          return to_caf_error(list.error());
        return delegate(*list, atom::add_v, std::move(items));
      },
      [this](atom::close, const std::string& id) -> caf::result<list_totals> {
        auto list = find_list(id);
        if (!list)
          return to_caf_error(list.error());
        return delegate(*list, atom::close_v);
      },
      [this](atom::accept, const std::string& id,
             list_agreement& agreement) -> caf::result<acceptance_outcome> {
        auto list = find_list(id);
        if (!list)
          return to_caf_error(list.error());
        return delegate(*list, atom::accept_v, std::move(agreement));
      },
      [this](atom::abandon, const std::string& id) {
        if (auto list = find_list(id); list)
          send(*list, atom::abandon_v);
      },
      [this](atom::resume, const std::string& team, const std::string& user) {
        unpark({team_id{team}, user_id{user}});
      },
      [this](atom::change, const storage::part_request& request) {
        auto promise = make_response_promise<storage::part_request_outcome>();
        change(request, promise);
        return promise;
      },
      [this](atom::drain) -> caf::result<atom::done> {
        state.draining = true;
        auto promise = make_response_promise<atom::done>();
        state.drained.push_back(promise);
        finish_drain();
        return promise;
      },
      [this](atom::internal) { tick(); },
  };
}

void outbox::accept(acceptance what, caf::typed_response_promise<acceptance_outcome> promise) {
  if (state.draining) {
    promise.deliver(to_caf_error(fail(ec::cancelled, "the service is stopping", "submit again in a minute")));
    return;
  }
  std::vector<std::string> keys{"r" + what.submission.request_key, "c" + what.submission.content_key};
  for (const auto& key : keys) {
    if (state.accepting.contains(key)) {
      // Two clicks at once: the second one has to see what became of the first.
      state.waiting.push_back({std::move(what), promise});
      return;
    }
  }
  auto now = env_.time.now();
  auto before = seen_before(what, now);
  if (!before) {
    promise.deliver(to_caf_error(before.error()));
    return;
  }
  if (*before) {
    promise.deliver(std::move(**before));
    return;
  }

  acceptance_outcome outcome;
  auto& receipt = outcome.receipt;
  receipt.submission = std::move(what.submission);
  if (!what.stage) // otherwise its rows are staged under the id already
    receipt.submission.id = submission_id{storage::make_sortable_id(now, env_.random)};
  receipt.submission.created = now;
  receipt.counts = what.list.counts;
  receipt.withheld = std::move(what.list.withheld);
  receipt.refused = std::move(what.list.refused);
  receipt.reasons = std::move(what.list.reasons);
  receipt.types = std::move(what.list.types);

  storage::write_batch batch;
  if (what.stage) {
    auto first = what.stage->first_rows(trustar::max_metadata_rows, what.overridden);
    if (!first) {
      promise.deliver(to_caf_error(first.error()));
      return;
    }
    what.list.rows = std::move(*first);
  }
  remember_for_follow_up(batch, parts_.drafts, receipt.submission, what.list.rows);
  if (auto added = add_parts(batch, receipt, what); !added) {
    promise.deliver(to_caf_error(added.error()));
    return;
  }
  if (!what.draft_id.empty()) {
    auto taken = parts_.drafts.consume(batch, receipt.submission.who, what.draft_id, now);
    if (!taken || !*taken) {
      promise.deliver(to_caf_error(taken ? fail(ec::conflict, "the preview is gone", "submit the list again")
                                         : taken.error()));
      return;
    }
  }
  if (const auto& target = what.answer_to; !target.request_id.empty()) {
    // The member is owed the receipt from this moment: a restart brings it when this run cannot.
    storage::journal_entry owed;
    owed.id = target.request_id;
    owed.who = target.who;
    owed.channel = target.channel;
    owed.response_url = target.response_url;
    owed.command = domain::answers::callback_confirm;
    owed.text = receipt.submission.id.value;
    owed.accepted = now;
    parts_.journal.put(batch, owed);
  }

  state.accepting.insert(keys.begin(), keys.end());
  auto shared = std::make_shared<acceptance_outcome>(std::move(outcome));
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then(
          [this, promise, shared, keys](atom::done) mutable {
            const auto& receipt_written = shared->receipt;
            env_.metrics.submission(kind_label(receipt_written.submission), "accepted");
            if (receipt_written.submission.kind == domain::submission_kind::indicators) {
              env_.metrics.observables("accepted", receipt_written.counts.accepted);
              env_.metrics.observables("merged", receipt_written.counts.merged);
              env_.metrics.observables("withheld", receipt_written.counts.withheld);
              env_.metrics.observables("refused", receipt_written.counts.refused);
            }
            env_.log.info("outbox", "a submission was accepted",
                          {{"submission", receipt_written.submission.id},
                           {"team", receipt_written.submission.who.team},
                           {"user", receipt_written.submission.who.user},
                           {"handed_in", receipt_written.counts.handed_in}});
            promise.deliver(std::move(*shared));
            accepted(keys);
            tick();
          },
          [this, promise, keys](caf::error& e) mutable {
            promise.deliver(std::move(e));
            accepted(keys);
            tick_after(std::chrono::seconds{2}); // the write may have taken place although nobody said so
          });
}

result<void> outbox::add_parts(storage::write_batch& batch, domain::receipt& receipt,
                               acceptance& what) const {
  const auto& id = receipt.submission.id;
  if (!what.report.empty()) {
    auto parts = parts_.table.append_report(batch, receipt, what.report);
    if (!parts)
      return parts.error();
    receipt.parts = std::move(*parts);
    return {};
  }
  if (what.stage) {
    auto parts = parts_.table.append(batch, receipt, *what.stage, what.overridden);
    if (!parts)
      return parts.error();
    receipt.parts = std::move(*parts);
    return {};
  }
  auto planned = domain::plan_batches(id, std::move(what.list.rows), config_.limits);
  for (const auto& p : planned)
    receipt.parts.push_back(p.header);
  return parts_.table.append(batch, receipt, planned);
}

result<std::optional<acceptance_outcome>> outbox::seen_before(const acceptance& what, sys_time now) const {
  auto found = [this](const submission_id& id,
                      bool same_request) -> result<std::optional<acceptance_outcome>> {
    auto receipt = parts_.table.find(id);
    if (!receipt)
      return receipt.error();
    if (!*receipt)
      return std::optional<acceptance_outcome>{};
    acceptance_outcome outcome;
    outcome.receipt = std::move(**receipt);
    outcome.repeated_request = same_request;
    outcome.same_content = !same_request;
    return std::optional{std::move(outcome)};
  };
  auto by_request = parts_.table.find_by_request(what.submission.request_key, now);
  if (!by_request)
    return by_request.error();
  if (*by_request)
    return found(**by_request, true);
  if (what.again)
    return std::optional<acceptance_outcome>{};
  auto by_content = parts_.table.find_by_content(what.submission.content_key, now);
  if (!by_content)
    return by_content.error();
  if (*by_content)
    return found(**by_content, false);
  return std::optional<acceptance_outcome>{};
}

void outbox::accepted(const std::vector<std::string>& keys) {
  for (const auto& key : keys)
    state.accepting.erase(key);
  for (auto& item : std::exchange(state.waiting, {}))
    accept(std::move(item.what), item.promise);
}

} // namespace isacbot::actors
