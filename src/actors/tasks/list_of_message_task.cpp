#include "actors/tasks/list_of_message_task.hpp"

#include "actors/slack_calls.hpp"
#include "domain/dialog_drafts.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/acknowledgement.hpp"

#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

void list_of_message_task::run(const slack::request& request) {
  acknowledge(slack::ack_empty());
  const auto& view = std::get<slack::block_actions>(request).view;
  if (!view || view->callback_id != answers::callback_submit_report)
    return finish();
  auto stored = parts().drafts.get(target().who, view->private_metadata, parts().env.time.now());
  if (!stored)
    return answer_failure(stored.error());
  if (!*stored)
    return answer(answers::dialog_too_old());
  auto context = domain::decode_dialog_context(**stored);
  if (!context)
    return answer_failure(context.error());
  target().channel = context->channel;
  target().response_url = context->response_url;

  answers::submit_dialog_settings dialog;
  // What is longer than the input takes, the dialog explains.
  dialog.typed = domain::meant_text(view->text(answers::block_body), context->message_text);
  dialog.in_thread = !context->thread_ts.empty();
  dialog.files = std::move(context->files);
  dialog.private_metadata = view->private_metadata;
  call_slack(change_view(view->id, view->hash, answers::submit_indicators_dialog(dialog)),
             [this](result<http_response_ptr> changed) {
               changed ? finish() : answer(answers::dialog_not_changed());
             });
}

} // namespace isacbot::actors
