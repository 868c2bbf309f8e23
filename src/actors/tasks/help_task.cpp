#include "actors/tasks/help_task.hpp"

#include "actors/caf_error.hpp"
#include "domain/answers.hpp"
#include "domain/submission_progress.hpp"
#include "storage/sortable_id.hpp"

#include <chrono>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds limiter_patience{5};
constexpr std::chrono::seconds outbox_patience{25};
constexpr std::size_t recent_submissions = 200;

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

std::string ending_of(const secret& key) {
  auto text = key.reveal();
  return std::string(text.substr(text.size() - std::min<std::size_t>(4, text.size())));
}

} // namespace

help_task::help_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                     domain::command command)
    : command_task(cfg, std::move(b), std::move(target)),
      command_(std::move(command)) {}

void help_task::run(const slack::request&) {
  using namespace domain;
  std::visit(
      overloaded{
          [this](const help_command& c) { show_help(c.not_understood); },
          [this](const status_command& c) { show_status(c.submission); },
          [this](const cancel_command& c) { cancel(c.submission); },
          [this](const unregister_command&) { unregister(); },
          [this](const key_typed_command&) { answer(answers::key_typed()); },
          [this](const bad_search_command& c) { answer(answers::search_usage(c.fault)); },
          [this](const submit_report_command&) { answer(answers::not_available("/trustar-submit-report")); },
          [this](const auto&) { show_help({}); },
      },
      command_);
}

void help_task::show_help(std::string not_understood) {
  auto row = parts().credentials.get(target().who);
  if (!row)
    return answer_failure(row.error());
  domain::answers::member_standing standing;
  acquire_request whose;
  whose.who = target().who;
  if (*row) {
    standing.registered = true;
    standing.key_ending = ending_of((*row)->access.key);
    standing.shared = sharing((*row)->access);
    whose.credential = parts().env.accounts((*row)->access);
  }
  request(parts().limiter, limiter_patience, atom::status_v, std::move(whose))
      .then(
          [this, standing, not_understood](const standings& limits) mutable {
            standing.limits = limits;
            answer(domain::answers::help(standing, not_understood));
          },
          [this, standing, not_understood](caf::error&) {
            answer(domain::answers::help(standing, not_understood));
          });
}

void help_task::show_status(const submission_id& wanted) {
  auto id = wanted;
  if (id.empty()) {
    auto recent = parts().submissions.recent(recent_submissions);
    if (!recent)
      return answer_failure(recent.error());
    for (const auto& candidate : *recent) {
      auto submission = parts().submissions.find_submission(candidate);
      if (submission && *submission && (*submission)->who == target().who) {
        id = candidate;
        break;
      }
    }
  }
  auto receipt = own_submission(id);
  if (!receipt)
    return answer(domain::answers::status_unknown(wanted));
  auto ahead = parts().submissions.due_before(receipt->submission.id);
  auto progress =
      domain::make_progress(*receipt, parts().env.time.now(), ahead ? std::optional{*ahead} : std::nullopt);
  answer(domain::answers::status(*receipt, progress, parts().settings.station_url));
}

std::optional<domain::receipt> help_task::own_submission(const submission_id& id) {
  auto written = storage::parse_sortable_id(id.value);
  auto receipt = parts().submissions.find(written ? submission_id{*written} : id);
  if (!receipt)
    parts().env.log.error("task", "a receipt cannot be read",
                          {{"request", target().request_id}, {"error", to_string(receipt.error())}});
  if (!receipt || !*receipt || (*receipt)->submission.who != target().who)
    return std::nullopt;
  return std::move(**receipt);
}

void help_task::cancel(const submission_id& id) {
  auto receipt = own_submission(id);
  if (!receipt)
    return answer(domain::answers::status_unknown(id));
  storage::part_request wanted{storage::part_request_kind::cancel, receipt->submission.id};
  request(parts().outbox, outbox_patience, atom::change_v, wanted)
      .then(
          [this, what = receipt->submission](const storage::part_request_outcome& outcome) {
            answer(domain::answers::cancelled(what, {outcome.changed, outcome.under_way, outcome.doubtful}));
          },
          [this, what = receipt->submission](caf::error& e) {
            auto cause = from_caf_error(e);
            if (cause.code == ec::conflict)
              return answer(domain::answers::nothing_to_cancel(what));
            answer_failure(cause);
          });
}

void help_task::unregister() {
  auto row = parts().credentials.get(target().who);
  if (!row)
    return answer_failure(row.error());
  if (!*row)
    return answer(domain::answers::registration_removed(false));
  storage::write_batch batch;
  parts().credentials.erase(batch, target().who, parts().env.time.now());
  if (auto erased = parts().drafts.erase_all(batch, target().who); !erased)
    return answer_failure(erased.error());
  write(std::move(batch), storage::sync::yes, [this](result<void> written) {
    if (!written)
      return answer_failure(written.error());
    answer(domain::answers::registration_removed(true));
  });
}

} // namespace isacbot::actors
