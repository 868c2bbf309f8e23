#include "actors/slack_dispatcher.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "actors/tasks/make_task.hpp"
#include "actors/tasks/search_task.hpp"
#include "domain/answers.hpp"
#include "protocol/slack/acknowledgement.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr std::chrono::seconds messenger_patience{120};
constexpr std::size_t most_journal_entries = 10'000;
constexpr std::chrono::minutes journal_interval{1};
constexpr std::chrono::minutes journal_patience{3}; // longer than a task or a delivery takes to begin or end

http_response_ptr to_answer(const slack::acknowledgement& ack) {
  return std::make_shared<const http::response>(slack::to_response(ack));
}

/// What the journal keeps: enough to tell the member "please run it again".
storage::journal_entry journal_entry_of(const reply_target& target, const slack::request& request,
                                        sys_time now) {
  storage::journal_entry entry;
  entry.id = target.request_id;
  entry.who = target.who;
  entry.channel = target.channel;
  entry.response_url = target.response_url;
  entry.accepted = now;
  if (const auto* command = std::get_if<slack::slash_command>(&request))
    entry.command = command->command;
  return entry;
}

} // namespace

slack_dispatcher::slack_dispatcher(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                   dispatcher_sabotage sabotage)
    : super(cfg),
      bot_(std::move(b)),
      sabotage_(sabotage) {}

slack_dispatcher::behavior_type slack_dispatcher::make_behavior() {
  auto end_tasks = [this](const caf::error& reason) {
    for (const auto& [task, target] : state.tasks)
      if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(task))
        send_exit(alive, reason);
  };
  // Tasks end with the dispatcher: the next one answers what the journal says is owed.
  log_exceptions(*this, bot_->env.log, state.name, [end_tasks] { end_tasks(caf::exit_reason::kill); });
  set_down_handler([this](caf::down_msg& down) { on_task_down(down); });
  set_exit_handler([this, end_tasks](caf::exit_msg& x) {
    end_tasks(x.reason);
    quit(std::move(x.reason));
  });
  answer_journal(bot_->env.time.now());
  delayed_send(this, journal_interval, atom::internal_v);
  return {
      [this](atom::handle, slack_arrival& arrival) { return accept(std::move(arrival)); },
      [this](atom::resume, waiting_search& search) { start_search(std::move(search)); },
      [this](atom::internal) {
        answer_journal(bot_->env.time.now() - journal_patience);
        delayed_send(this, journal_interval, atom::internal_v);
      },
      [this](atom::drain) -> caf::result<atom::done> {
        state.draining = true;
        auto promise = make_response_promise<atom::done>();
        if (state.tasks.empty())
          promise.deliver(atom::done_v);
        else
          state.drained.push_back(promise);
        return promise;
      },
  };
}

caf::result<http_response_ptr> slack_dispatcher::accept(slack_arrival arrival) {
  if (state.draining)
    return to_caf_error(fail(ec::cancelled, "the service is stopping"));
  if (state.tasks.size() >= bot_->settings.max_tasks)
    return to_caf_error(fail(ec::overloaded, "too many commands are under way"));

  auto target = target_of(*arrival.request, arrival.request_id);
  if (!target)
    return to_answer(slack::ack_empty()); // nobody to answer: events of Slack itself, closed views
  if (!may_use(bot_->settings, *target))
    return to_answer(is_slash_command(*arrival.request)
                         ? slack::ack_message(domain::answers::not_allowed_here())
                         : slack::ack_empty());

  auto now = bot_->env.time.now();
  storage::write_batch batch;
  if (auto key = slack::duplicate_key(*arrival.request); !key.empty() && !sabotage_.forget_duplicates) {
    auto is_new = bot_->duplicates.remember(batch, slack::kind_of(*arrival.request), key, now);
    if (!is_new)
      return to_caf_error(is_new.error());
    if (!*is_new)
      return to_answer(slack::ack_empty());
  }
  if (!target->response_url.empty())
    bot_->journal.put(batch, journal_entry_of(*target, *arrival.request, now));

  auto promise = make_response_promise<http_response_ptr>();
  request(bot_->writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::no})
      .then([this, promise, arrival = std::move(arrival), target = std::move(*target)](
                atom::done) mutable { start(std::move(arrival), std::move(target), promise); },
            [promise](caf::error& e) mutable {
              if (from_caf_error(e).code == ec::precondition_failed)
                promise.deliver(to_answer(slack::ack_empty())); // the other delivery came first
              else
                promise.deliver(std::move(e));
            });
  return promise;
}

void slack_dispatcher::start(slack_arrival arrival, reply_target target,
                             caf::typed_response_promise<http_response_ptr> promise) {
  auto task = make_task(*this, bot_, *arrival.request, target);
  watch(task, std::move(target));
  promise.delegate(task, atom::handle_v, std::move(arrival));
}

void slack_dispatcher::start_search(waiting_search search) {
  slack_arrival arrival; // a search reads nothing from the request
  arrival.request = std::make_shared<const slack::request>(slack::ssl_check{});
  arrival.request_id = search.target.request_id;
  auto task = task_actor{spawn<search_task>(bot_, search.target, std::move(search.term))};
  watch(task, std::move(search.target));
  request(task, bot_->live->command_deadline.load(), atom::handle_v, std::move(arrival))
      .then([](const http_response_ptr&) {}, [](caf::error&) {}); // it answers the member itself
}

void slack_dispatcher::watch(const task_actor& task, reply_target target) {
  monitor(task);
  state.tasks.emplace(caf::actor_cast<caf::actor_addr>(task), std::move(target));
  bot_->env.metrics.queue_items("commands", "running", state.tasks.size());
}

void slack_dispatcher::on_task_down(const caf::down_msg& down) {
  auto found = state.tasks.find(down.source);
  if (found == state.tasks.end())
    return;
  auto target = std::move(found->second);
  state.tasks.erase(found);
  bot_->env.metrics.queue_items("commands", "running", state.tasks.size());
  bool crashed = down.reason && down.reason != caf::exit_reason::normal &&
                 down.reason != caf::exit_reason::user_shutdown &&
                 down.reason != caf::exit_reason::unreachable;
  if (crashed) {
    bot_->env.metrics.actor_restart("task");
    slack_delivery delivery;
    delivery.content =
        std::make_shared<const slack::message>(domain::answers::internal_fault(target.request_id));
    delivery.target = std::move(target);
    request(bot_->messenger, messenger_patience, atom::deliver_v, std::move(delivery))
        .then([](atom::done) {}, [](caf::error&) {}); // the messenger logs what it cannot deliver
  }
  if (state.draining && state.tasks.empty())
    for (auto& promise : std::exchange(state.drained, {}))
      promise.deliver(atom::done_v);
}

void slack_dispatcher::answer_journal(sys_time until) {
  auto entries = bot_->journal.list(most_journal_entries);
  if (!entries) {
    bot_->env.log.error("slack_dispatcher", "the journal cannot be read",
                        {{"error", to_string(entries.error())}});
    return;
  }
  std::set<std::string_view> under_way;
  for (const auto& [task, target] : state.tasks)
    under_way.insert(target.request_id);
  for (auto& entry : *entries) {
    if (entry.accepted > until || under_way.contains(entry.id))
      continue;
    slack_delivery delivery;
    delivery.target = {entry.who, entry.channel, entry.response_url, entry.id};
    delivery.content = std::make_shared<const slack::message>(late_answer(entry));
    auto forget = [this, id = entry.id] {
      storage::write_batch batch;
      bot_->journal.erase(batch, id);
      request(
          bot_->writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::no})
          .then([](atom::done) {}, [](caf::error&) {}); // still there after the next restart, then told again
    };
    request(bot_->messenger, messenger_patience, atom::deliver_v, std::move(delivery))
        .then([forget](atom::done) { forget(); }, [forget](caf::error&) { forget(); });
  }
}

slack::message slack_dispatcher::late_answer(const storage::journal_entry& entry) const {
  if (entry.command != domain::answers::callback_confirm)
    return domain::answers::run_again(entry.command);
  auto receipt = bot_->submissions.find(submission_id{entry.text});
  if (!receipt || !*receipt)
    return domain::answers::internal_fault(entry.id);
  return domain::answers::receipt_message(**receipt, bot_->settings.station_url);
}

} // namespace isacbot::actors
