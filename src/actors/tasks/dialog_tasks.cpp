#include "actors/tasks/dialog_tasks.hpp"

#include "actors/slack_calls.hpp"
#include "domain/dialog_drafts.hpp"
#include "domain/message_files.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/slack/text.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::hours draft_lifetime{24};

} // namespace

open_register_task::open_register_task(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                       reply_target target, std::string trigger_id)
    : command_task(cfg, std::move(b), std::move(target)),
      trigger_id_(std::move(trigger_id)) {}

void open_register_task::run(const slack::request&) {
  acknowledge(slack::ack_empty());
  auto row = parts().credentials.get(target().who);
  if (!row)
    return answer_failure(row.error());
  domain::answers::register_dialog_settings dialog;
  dialog.credentials_url = parts().settings.credentials_url;
  dialog.replaces_existing = row->has_value();
  call_slack(open_view(trigger_id_, domain::answers::register_dialog(dialog)),
             [this](result<http_response_ptr> opened) {
               if (!opened)
                 return answer(domain::answers::run_again("/trustar-register"));
               finish();
             });
}

open_indicators_task::open_indicators_task(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                           reply_target target, std::string trigger_id, std::string typed)
    : command_task(cfg, std::move(b), std::move(target)),
      trigger_id_(std::move(trigger_id)),
      typed_(std::move(typed)) {}

void open_indicators_task::run(const slack::request&) {
  acknowledge(slack::ack_empty());
  with_credentials(
      [this](const domain::api_credentials&) {
        auto id = random_uuid(parts().env.random);
        domain::dialog_context context{target().channel, target().response_url};
        storage::write_batch batch;
        parts().drafts.put(batch, target().who, id, domain::encode(context).reveal(),
                           parts().env.time.now() + draft_lifetime);
        write(std::move(batch), storage::sync::no, [this, id](result<void> written) {
          if (!written)
            return answer_failure(written.error());
          domain::answers::submit_dialog_settings dialog;
          dialog.typed = typed_;
          dialog.private_metadata = id;
          call_slack(open_view(trigger_id_, domain::answers::submit_indicators_dialog(dialog)),
                     [this](result<http_response_ptr> opened) {
                       if (!opened)
                         return answer(domain::answers::run_again("/trustar-submit-indicators"));
                       finish();
                     });
        });
      },
      [this] { answer(domain::answers::not_registered()); });
}

open_report_task::open_report_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                                   std::string trigger_id, std::optional<slack::message_action> message)
    : command_task(cfg, std::move(b), std::move(target)),
      trigger_id_(std::move(trigger_id)),
      message_(std::move(message)) {}

void open_report_task::run(const slack::request&) {
  acknowledge(slack::ack_empty());
  with_credentials(
      [this](const domain::api_credentials&) {
        domain::dialog_context context{target().channel, target().response_url};
        domain::answers::report_dialog_settings dialog;
        dialog.private_metadata = random_uuid(parts().env.random);
        if (message_) {
          context.message_ts = message_->message_ts;
          context.thread_ts = message_->thread_ts;
          context.message_text = slack::normalise_text(message_->message_text);
          context.files = domain::in_order_of_offer(std::move(message_->files));
          auto begun = domain::answers::report_of_message(context.message_text);
          dialog.title = begun.title.empty() && !context.files.empty() ? context.files.front().name
                                                                       : std::move(begun.title);
          dialog.body = std::move(begun.body);
          dialog.of_message = true;
          dialog.in_thread = !message_->thread_ts.empty();
          dialog.files = context.files;
        }
        storage::write_batch batch;
        parts().drafts.put(batch, target().who, dialog.private_metadata, domain::encode(context).reveal(),
                           parts().env.time.now() + draft_lifetime);
        write(std::move(batch), storage::sync::no, [this, dialog](result<void> written) {
          if (!written)
            return answer_failure(written.error());
          call_slack(open_view(trigger_id_, domain::answers::submit_report_dialog(dialog)),
                     [this](result<http_response_ptr> opened) {
                       if (!opened)
                         return answer(domain::answers::run_again("/trustar-submit-report"));
                       finish();
                     });
        });
      },
      [this] { answer(domain::answers::not_registered()); });
}

enclave_options_task::enclave_options_task(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                           reply_target target, std::string typed)
    : command_task(cfg, std::move(b), std::move(target)),
      typed_(std::move(typed)) {}

void enclave_options_task::run(const slack::request&) {
  auto show = [this](const std::vector<trustar::enclave>& enclaves) {
    acknowledge(slack::ack_options(domain::answers::enclave_options(creatable(enclaves), typed_)));
    finish();
  };
  // A menu has no place for an error: it stays empty, and the dialog's own check tells why.
  with_credentials(
      [this, show](domain::api_credentials account) {
        after(parts().settings.dialog_patience, [show] { show({}); });
        with_enclaves(account, [show](result<std::vector<trustar::enclave>> enclaves) {
          show(enclaves ? *enclaves : std::vector<trustar::enclave>{});
        });
      },
      [show] { show({}); });
}

std::vector<domain::answers::enclave_choice> creatable(const std::vector<trustar::enclave>& enclaves) {
  std::vector<domain::answers::enclave_choice> choices;
  for (const auto& e : enclaves)
    if (e.create)
      choices.push_back({e.id, e.name});
  return choices;
}

} // namespace isacbot::actors
