#include "actors/tasks/accept_task.hpp"

#include "actors/caf_error.hpp"
#include "actors/report_acceptance.hpp"
#include "domain/answers.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/acknowledgement.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

constexpr std::chrono::seconds outbox_patience{25};
/// In the private_metadata of "same as before", before the draft's id: what was ticked in the preview, which
/// that dialog does not show.
constexpr std::string_view again_mark = "again";
constexpr std::string_view special_mark = "+special";
constexpr std::string_view safelisted_mark = "+safelisted";

bool take_prefix(std::string& text, std::string_view prefix) {
  const bool there = text.starts_with(prefix);
  if (there)
    text.erase(0, prefix.size());
  return there;
}

std::string make_again_mark(bool special, bool safelisted) {
  std::string mark(again_mark);
  if (special)
    mark += special_mark;
  if (safelisted)
    mark += safelisted_mark;
  return mark + ':';
}

} // namespace

accept_task::accept_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target)
    : command_task(cfg, std::move(b), std::move(target)) {}

void accept_task::run(const slack::request& request) {
  const auto& view = std::get<slack::view_submission>(request).view;
  draft_id_ = view.private_metadata;
  // Only the question's own dialog can answer it: who presses the preview's button twice, because its answer
  // was lost, has not been asked.
  const bool agreed_again = take_prefix(draft_id_, again_mark);
  const bool special_before = agreed_again && take_prefix(draft_id_, special_mark);
  const bool safelisted_before = agreed_again && take_prefix(draft_id_, safelisted_mark);
  if (agreed_again)
    take_prefix(draft_id_, ":");
  auto request_key = domain::make_request_key(domain::request_origin::view, target().who, draft_id_);
  auto stored = parts().drafts.get(target().who, draft_id_, parts().env.time.now());
  if (!stored)
    return answer_failure(stored.error());
  if (!*stored)
    return already_accepted(request_key);
  auto stored_draft = domain::decode_submission_draft(**stored);
  if (!stored_draft)
    return answer_failure(stored_draft.error());
  if (auto* report = std::get_if<domain::report_draft>(&*stored_draft)) {
    report->again = agreed_again;
    return accept_report(std::move(*report));
  }
  draft_ = std::move(std::get<domain::indicator_draft>(*stored_draft));
  draft_.again = agreed_again;
  draft_.special_overridden =
      special_before || view.is_checked(answers::block_send_special, answers::checked);
  draft_.send_special = draft_.send_special || draft_.special_overridden;
  draft_.send_safelisted = draft_.send_safelisted || safelisted_before ||
                           view.is_checked(answers::block_send_safelisted, answers::checked);
  can_send_special_ = view.inputs.contains(std::string(answers::block_send_special));
  target().channel = draft_.context.channel;
  target().response_url = draft_.context.response_url;
  draft_.staged.empty() ? accept() : accept_staged();
}

void accept_task::accept() {
  auto list = domain::read_list(draft_, parts().submissions.value_key(), parts().settings.names);
  if (!list)
    return answer_failure(list.error());
  if (list->rows.empty())
    return ask_to_override();
  auto since = parts().env.time.now() - parts().settings.receipts_retention;
  if (auto marked = parts().submissions.mark_known(draft_.enclave, since, list->rows, list->counts); !marked)
    return answer_failure(marked.error());
  acceptance what;
  what.submission.kind = domain::submission_kind::indicators;
  what.submission.enclave = draft_.enclave;
  what.submission.enclave_name = draft_.enclave_name;
  what.submission.tags = draft_.tags;
  what.submission.content_key =
      domain::make_content_key(target().who, draft_.enclave, draft_.tags, list->rows);
  what.list = std::move(*list);
  what.again = draft_.again;
  hand_over(std::move(what));
}

/// Everything was withheld, and the member did not override it: a submission of nothing would never end.
void accept_task::ask_to_override() {
  acknowledge(slack::ack_errors(
      {{std::string(can_send_special_ ? answers::block_send_special : answers::block_send_safelisted),
        "Nothing would be sent. Tick this box, or go back and change the list."}}));
  finish();
}

void accept_task::accept_report(domain::report_draft draft) {
  target().channel = draft.context.channel;
  target().response_url = draft.context.response_url;
  domain::submission what;
  what.who = target().who;
  what.enclave = std::move(draft.enclave);
  what.enclave_name = std::move(draft.enclave_name);
  what.tags = std::move(draft.tags);
  const auto& settings = parts().settings;
  auto report =
      make_report_acceptance(std::move(what), draft.content, settings.report_limits, settings.names);
  if (!report)
    return answer_failure(report.error());
  report->again = draft.again;
  hand_over(std::move(*report));
}

void accept_task::hand_over(acceptance what) {
  what.submission.who = target().who;
  what.submission.request_key =
      domain::make_request_key(domain::request_origin::view, target().who, draft_id_);
  what.draft_id = draft_id_;
  what.answer_to = target();
  request(parts().outbox, outbox_patience, atom::append_v, std::move(what))
      .then([this](const acceptance_outcome& outcome) { on_outcome(outcome); },
            [this](caf::error& e) { on_failure(from_caf_error(e)); });
}

/// Its rows wait with the OUTBOX; what the preview showed is what they come to.
void accept_task::accept_staged() {
  list_agreement agreement;
  agreement.draft_id = draft_id_;
  agreement.again = draft_.again;
  agreement.answer_to = target();
  agreement.overridden = {draft_.special_overridden, draft_.send_safelisted};
  request(parts().outbox, outbox_patience, atom::accept_v, draft_.staged, std::move(agreement))
      .then([this](const acceptance_outcome& outcome) { on_outcome(outcome); },
            [this](caf::error& e) {
              auto cause = from_caf_error(e);
              if (cause.code == ec::invalid_argument)
                return ask_to_override();
              if (cause.code != ec::not_found)
                return on_failure(cause);
              // Nobody touched it for half an hour, or the bot was started anew.
              acknowledge(slack::ack_update(answers::draft_gone_view()));
              finish();
            });
}

void accept_task::on_outcome(const acceptance_outcome& outcome) {
  if (outcome.same_content)
    return ask_again(outcome.receipt);
  acknowledge(slack::ack_clear());
  answer(answers::receipt_message(outcome.receipt, parts().settings.station_url));
}

void accept_task::on_failure(const error& cause) {
  // The draft is still there: the view offers to go back and agree again.
  acknowledge(slack::ack_update(answers::failure_view("Not submitted", cause, target().request_id)));
  answer_failure(cause);
}

void accept_task::ask_again(const domain::receipt& previous) {
  acknowledge(slack::ack_update(answers::same_again_view(
      previous.submission.id, previous.submission.created,
      make_again_mark(draft_.special_overridden, draft_.send_safelisted) + draft_id_)));
  finish();
}

void accept_task::already_accepted(const std::string& request_key) {
  auto id = parts().submissions.find_by_request(request_key, parts().env.time.now());
  auto receipt = id && *id ? parts().submissions.find(**id)
                           : result<std::optional<domain::receipt>>{std::optional<domain::receipt>{}};
  if (!receipt || !*receipt) {
    acknowledge(slack::ack_update(answers::draft_gone_view()));
    return finish();
  }
  // The same agreement again: the same submission, and its receipt once more.
  acknowledge(slack::ack_clear());
  answer(answers::receipt_message(**receipt, parts().settings.station_url));
}

} // namespace isacbot::actors
