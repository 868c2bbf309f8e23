#include "actors/tasks/preview_task.hpp"

#include "actors/slack_calls.hpp"
#include "actors/tasks/dialog_tasks.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/slack/text.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

constexpr std::chrono::hours draft_lifetime{24};
constexpr std::size_t most_known_shown = 10;

} // namespace

preview_task::preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target)
    : command_task(cfg, std::move(b), std::move(target)) {}

void preview_task::run(const slack::request& request) {
  const auto& view = std::get<slack::view_submission>(request).view;
  auto now = parts().env.time.now();
  draft_id_ = random_uuid(parts().env.random);

  auto stored = parts().drafts.get(target().who, view.private_metadata, now);
  if (!stored || !*stored) {
    acknowledge(slack::ack_update(answers::draft_gone_view()));
    return finish();
  }
  auto context = domain::decode_dialog_context(**stored);
  if (!context)
    return refuse(answers::submission_faults(context.error(), target().request_id));
  target().channel = context->channel;
  target().response_url = context->response_url;
  draft_.context = std::move(*context);

  auto tags = domain::parse_tags(view.text(answers::block_tags), view.selected(answers::block_tlp));
  if (!tags)
    return refuse({{std::string(answers::block_tags), tags.error().mend}});
  draft_.tags = std::move(*tags);
  draft_.text = view.text(answers::block_indicators);
  draft_.source = view.text(answers::block_source);
  draft_.notes = view.text(answers::block_notes);
  draft_.enclave = enclave_id{view.selected(answers::block_enclave)};

  auto list = domain::read_list(draft_, parts().settings.names);
  if (!list)
    return refuse(answers::submission_faults(list.error(), target().request_id));
  list_ = std::move(*list);
  // Something that can still be overridden in the preview counts as something to send.
  bool overridable = std::any_of(list_.reasons.begin(), list_.reasons.end(), [](const auto& r) {
    return r.reason == domain::line_reason::special_address && r.count > 0;
  });
  if (list_.rows.empty() && !overridable)
    return refuse(answers::no_indicators(list_.counts, list_.refused));

  after(parts().settings.dialog_patience,
        [this] { acknowledge(slack::ack_push(answers::checking_view("Submit indicators", draft_id_))); });
  with_credentials([this](domain::api_credentials account) { check_enclave(account); },
                   [this] { refuse(answers::registration_needed(answers::block_indicators)); });
}

void preview_task::refuse(const answers::dialog_faults& faults) {
  if (!acknowledged()) {
    acknowledge(slack::ack_errors(faults));
    return finish();
  }
  show(answers::failure_view("Submit indicators",
                             fail(ec::invalid_argument, faults.front().second, faults.front().second),
                             target().request_id));
}

void preview_task::check_enclave(const domain::api_credentials& account) {
  with_enclaves(account, [this, account](result<std::vector<trustar::enclave>> enclaves) {
    if (!enclaves)
      return refuse(answers::submission_faults(enclaves.error(), target().request_id));
    for (const auto& choice : creatable(*enclaves)) {
      if (choice.id == draft_.enclave.value) {
        draft_.enclave_name = choice.name;
        return check_known(account);
      }
    }
    refuse(answers::wrong_enclave());
  });
}

void preview_task::check_known(const domain::api_credentials& account) {
  auto since = parts().env.time.now() - parts().settings.receipts_retention;
  domain::mark_known(list_.rows, list_.counts, [this, since](const domain::indicator_row& row) {
    auto known = parts().submissions.accepted_before(draft_.enclave, row.type, row.value, since);
    return known && *known;
  });
  if (list_.rows.empty())
    return keep_draft();
  std::vector<trustar::indicator_key> keys;
  for (const auto& row : list_.rows)
    if (keys.size() < trustar::max_metadata_rows)
      keys.push_back({trustar::wire_value(row.type, row.value), {}});
  trustar_call call;
  call.endpoint = "metadata";
  call.credentials = account;
  call.deadline = parts().settings.station_deadline;
  call.make = [keys, enclave = draft_.enclave.value](const trustar::origin& station, const secret& token) {
    return trustar::make_metadata_request(station, token, keys, {enclave});
  };
  preview_.known_checked = false;
  auto ask = [this, call = std::move(call)] {
    call_station(call, [this](result<http_response_ptr> response) {
      auto known = response ? trustar::parse_indicators(**response)
                            : result<std::vector<trustar::indicator>>{response.error()};
      if (known) {
        preview_.known_checked = true;
        preview_.known_count = known->size();
        for (const auto& hit : *known)
          for (const auto& row : list_.rows)
            if (preview_.known.size() < most_known_shown &&
                trustar::wire_value(row.type, row.value) == hit.value)
              preview_.known.push_back(row);
      }
      keep_draft();
    });
  };
  // A courtesy: without allowance the preview says that it was not checked.
  try_allowance(account, 1, [this, ask = std::move(ask)](bool allowed) { allowed ? ask() : keep_draft(); });
}

void preview_task::keep_draft() {
  storage::write_batch batch;
  parts().drafts.put(batch, target().who, draft_id_, domain::encode(draft_).reveal(),
                     parts().env.time.now() + draft_lifetime);
  write(std::move(batch), storage::sync::no, [this](result<void> written) {
    if (!written)
      return refuse(answers::submission_faults(written.error(), target().request_id));
    preview_.counts = list_.counts;
    preview_.types = list_.types;
    preview_.reasons = list_.reasons;
    preview_.withheld = list_.withheld;
    preview_.refused = list_.refused;
    preview_.enclave_name = draft_.enclave_name;
    preview_.tags = draft_.tags;
    for (const auto& r : list_.reasons)
      if (r.reason == domain::line_reason::special_address)
        preview_.special_withheld = r.count;
    preview_.draft_id = draft_id_;
    show(answers::confirm_dialog(preview_));
  });
}

void preview_task::show(const slack::view& view) {
  if (!acknowledged()) {
    acknowledge(slack::ack_push(view));
    return finish();
  }
  call_slack(update_view_by_external_id(draft_id_, view), [this](result<http_response_ptr>) {
    finish(); // a dialog that was closed meanwhile is no agreement: nothing was sent, nothing is lost
  });
}

} // namespace isacbot::actors
