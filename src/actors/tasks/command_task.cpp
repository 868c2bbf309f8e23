#include "actors/tasks/command_task.hpp"

#include "actors/caf_error.hpp"
#include "actors/slack_calls.hpp"
#include "domain/answers.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/trustar/answers.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

/// Longer than any call it guards: these only catch an actor that is stuck.
constexpr std::chrono::seconds limiter_patience{5};
constexpr std::chrono::seconds writer_patience{20};
constexpr std::chrono::seconds messenger_patience{120};
constexpr std::size_t most_sharing = 1'000; // more are not counted

} // namespace

command_task::command_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target)
    : super(cfg),
      bot_(std::move(b)),
      target_(std::move(target)),
      journal_id_(target_.request_id) {}

command_task::behavior_type command_task::make_behavior() {
  set_exception_handler([this](std::exception_ptr& thrown) -> caf::error {
    std::string what = "an unknown exception";
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) { // NOLINT(bugprone-empty-catch): described above
    }
    parts().env.log.error("task", "a command ended in an exception",
                          {{"request", target_.request_id}, {"what", what}});
    acknowledge(slack::ack_empty()); // the dispatcher sees us go down and gives the answer
    return to_caf_error(fail(ec::internal, "a command ended in an exception"));
  });
  return {
      [this](atom::handle, const slack_arrival& arrival) -> caf::result<http_response_ptr> {
        ack_ = make_response_promise<http_response_ptr>();
        auto promise = ack_;
        began_ = parts().env.time.steady_now();
        delayed_send(this, parts().live->command_deadline.load(), atom::deadline_v);
        admit(arrival);
        return promise;
      },
      [this](atom::deadline) {
        if (!answer_ && !ending_)
          answer(overdue());
      },
      [this](atom::step, std::uint64_t id) {
        auto found = waits_.find(id);
        if (found == waits_.end() || ending_)
          return;
        auto then = std::move(found->second);
        waits_.erase(found);
        then();
      },
  };
}

void command_task::admit(const slack_arrival& arrival) {
  auto now = parts().env.time.steady_now();
  auto known = parts().settings.allow_guests
                   ? guest_cache::answer{false, true}
                   : parts().guests->find(target_.who, now).value_or(guest_cache::answer{});
  auto decide = [this, arrival](bool is_guest) {
    is_guest ? turn_away(*arrival.request, domain::answers::not_allowed_here()) : run(*arrival.request);
  };
  if (known.fresh)
    return decide(known.is_guest);
  // Slack's answer takes longer than a command's acknowledgement may; a dialog's carries the answer.
  if (std::holds_alternative<slack::slash_command>(*arrival.request))
    acknowledge(slack::ack_empty());
  call_slack(look_up_user(target_.who.user), [this, arrival, decide](result<http_response_ptr> response) {
    auto user = response ? slack::parse_users_info(**response) : slack::api_result<slack::user_answer>{};
    if (response && user) {
      parts().guests->put(target_.who, user->is_guest, parts().env.time.steady_now());
      return decide(user->is_guest);
    }
    if (auto before = parts().guests->find(target_.who, {}))
      return decide(before->is_guest);
    parts().env.log.warning("task", "Slack does not say who is a guest",
                            {{"request", target_.request_id},
                             {"mend", "give the app the scope users:read, or set slack.allow_guests"}});
    turn_away(*arrival.request, domain::answers::guests_unknown());
  });
}

void command_task::turn_away(const slack::request& request, slack::message why) {
  if (std::holds_alternative<slack::block_suggestion>(request))
    return finish();
  if (std::holds_alternative<slack::view_submission>(request))
    acknowledge(slack::ack_clear());
  answer(std::move(why));
}

slack::message command_task::overdue() const {
  return domain::answers::took_too_long(target_.request_id);
}

void command_task::acknowledge(const slack::acknowledgement& ack) {
  if (ack_.pending())
    ack_.deliver(std::make_shared<const http::response>(slack::to_response(ack)));
}

void command_task::answer(slack::message content) {
  if (answer_ || ending_)
    return;
  acknowledge(slack::ack_empty());
  answer_ = std::move(content);
  if (!telling_)
    deliver_answer();
}

void command_task::answer_failure(const error& e) {
  parts().env.log.warning("task", "a command failed",
                          {{"request", target_.request_id},
                           {"team", target_.who.team},
                           {"user", target_.who.user},
                           {"error", to_string(e)}});
  answer(domain::answers::failure(e, target_.request_id));
}

void command_task::tell(slack::message content) {
  if (answer_ || ending_)
    return;
  telling_ = true;
  slack_delivery delivery;
  delivery.target = target_;
  delivery.content = std::make_shared<const slack::message>(std::move(content));
  delivery.final = false;
  auto go_on = [this] {
    telling_ = false;
    if (answer_)
      deliver_answer();
  };
  request(parts().messenger, messenger_patience, atom::deliver_v, std::move(delivery))
      .then(
          [this, go_on](atom::done) {
            told_ = true;
            go_on();
          },
          [go_on](caf::error&) { go_on(); });
}

void command_task::deliver_answer() {
  slack_delivery delivery;
  delivery.target = target_;
  delivery.content = std::make_shared<const slack::message>(*answer_);
  delivery.replace_original = told_;
  request(parts().messenger, messenger_patience, atom::deliver_v, std::move(delivery))
      .then([this](atom::done) { end(); },
            [this](caf::error& e) {
              if (failed_here(e))
                return quit(); // the journal still has it: the dispatcher answers in a minute or two
              end();           // the messenger has logged it; there is no other way to the member
            });
}

void command_task::finish() {
  acknowledge(slack::ack_empty());
  end();
}

void command_task::end() {
  if (std::exchange(ending_, true))
    return;
  if (ticket_ != 0)
    send(parts().limiter, atom::cancel_v, ticket_);
  storage::write_batch batch;
  parts().journal.erase(batch, journal_id_);
  // Unsynced, as the row was written: after a crash the member is told twice at most, never left without a
  // word.
  request(parts().writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::no})
      .then([this](atom::done) { quit(); }, [this](caf::error&) { quit(); });
}

void command_task::with_credentials(std::function<void(domain::api_credentials)> then,
                                    std::function<void()> otherwise) {
  auto row = parts().credentials.get(target_.who);
  if (!row)
    return answer_failure(row.error());
  if (!*row)
    return otherwise();
  then(std::move((*row)->access));
}

acquire_request command_task::wish(const domain::api_credentials& account, std::uint64_t calls) const {
  acquire_request wanted;
  wanted.who = target_.who;
  wanted.credential = parts().env.accounts(account);
  wanted.calls = calls;
  wanted.waited = std::chrono::duration_cast<milliseconds>(parts().env.time.steady_now() - began_);
  return wanted;
}

void command_task::with_allowance(const domain::api_credentials& account, std::uint64_t calls,
                                  std::function<void()> then) {
  auto go_on = [this, account, calls, then = std::move(then)](std::uint64_t granted) {
    if (granted >= calls)
      return then();
    with_allowance(account, calls - granted, then); // over the burst: the rest is another portion
  };
  request(parts().limiter, limiter_patience, atom::acquire_v, wish(account, calls))
      .then(
          [this, go_on](const acquire_answer& allowed) {
            const auto& admission = allowed.admission;
            if (admission.step == domain::admission_step::stop)
              return answer(domain::answers::limit_reached(admission.wait));
            if (admission.step == domain::admission_step::queue)
              tell(domain::answers::queued(admission.wait));
            if (allowed.ticket != 0)
              return wait_for_turn(allowed, go_on);
            if (admission.step == domain::admission_step::go)
              return go_on(allowed.granted);
            after(admission.wait, [go_on, granted = allowed.granted] { go_on(granted); });
          },
          [this](caf::error& e) { answer_failure(from_caf_error(e)); });
}

void command_task::wait_for_turn(const acquire_answer& place, std::function<void(std::uint64_t)> granted) {
  ticket_ = place.ticket;
  request(parts().limiter, parts().live->command_deadline.load(), atom::claim_v, place.ticket)
      .then(
          [this, granted = std::move(granted)](const acquire_answer& served) {
            ticket_ = 0;
            if (served.granted == 0)
              return answer(domain::answers::limit_reached(served.admission.wait));
            granted(served.granted);
          },
          [this](caf::error& e) {
            ticket_ = 0;
            answer_failure(from_caf_error(e));
          });
}

void command_task::try_allowance(const domain::api_credentials& account, std::uint64_t calls,
                                 std::function<void(bool)> then) {
  auto wanted = wish(account, calls);
  wanted.may_wait = false;
  request(parts().limiter, limiter_patience, atom::acquire_v, std::move(wanted))
      .then([then](const acquire_answer& allowed) { then(allowed.granted > 0); },
            [then](caf::error&) { then(false); });
}

domain::answers::key_sharing command_task::sharing(const domain::api_credentials& account) const {
  domain::answers::key_sharing out;
  auto members = parts().credentials.sharing(account, most_sharing);
  if (!members) {
    parts().env.log.error("task", "who shares a key cannot be read", {{"error", to_string(members.error())}});
    return out;
  }
  std::erase(*members, target_.who);
  out.others = members->size();
  // Names of another workspace's members mean nothing here, and are nobody's business.
  if (parts().live->name_sharing_members)
    for (const auto& other : *members)
      if (other.team == target_.who.team)
        out.names.push_back(other.user);
  return out;
}

void command_task::call_station(trustar_call call, std::function<void(result<http_response_ptr>)> then) {
  auto patience = call.deadline + std::chrono::seconds{10};
  call.who = target_.who;
  request(parts().pool, patience, atom::call_v, std::move(call))
      .then([then](http_response_ptr& r) { then(std::move(r)); },
            [then](caf::error& e) { then(from_caf_error(e)); });
}

void command_task::with_enclaves(const domain::api_credentials& account,
                                 std::function<void(result<std::vector<trustar::enclave>>)> then) {
  if (auto remembered = parts().enclaves->find(account, parts().env.time.steady_now()))
    return then(std::move(*remembered));
  trustar_call call;
  call.endpoint = "enclaves";
  call.credentials = account;
  call.make = [](const trustar::origin& station, const secret& token) -> result<http::request> {
    return trustar::make_enclaves_request(station, token);
  };
  call.deadline = parts().settings.station_deadline;
  call_station(std::move(call), [this, account, then = std::move(then)](result<http_response_ptr> response) {
    auto enclaves = response ? trustar::parse_enclaves(**response)
                             : result<std::vector<trustar::enclave>>{response.error()};
    if (enclaves)
      parts().enclaves->put(account, *enclaves, parts().env.time.steady_now());
    then(std::move(enclaves));
  });
}

std::uint64_t command_task::enclave_calls(const domain::api_credentials& account) const {
  return parts().enclaves->find(account, parts().env.time.steady_now()) ? 0 : 1;
}

void command_task::call_slack(slack_call call, std::function<void(result<http_response_ptr>)> then) {
  request(parts().messenger, messenger_patience, atom::call_v, std::move(call))
      .then([then](http_response_ptr& r) { then(std::move(r)); },
            [then](caf::error& e) { then(from_caf_error(e)); });
}

void command_task::write(storage::write_batch batch, storage::sync s,
                         std::function<void(result<void>)> then) {
  request(parts().writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), s})
      .then([then](atom::done) { then({}); }, [then](caf::error& e) { then(from_caf_error(e)); });
}

void command_task::after(std::chrono::nanoseconds pause, std::function<void()> then) {
  auto id = ++last_wait_;
  waits_.emplace(id, std::move(then));
  delayed_send(this, pause, atom::step_v, id);
}

} // namespace isacbot::actors
