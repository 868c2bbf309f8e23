#include "actors/tasks/preview_task.hpp"

#include "actors/slack_calls.hpp"
#include "actors/tasks/dialog_tasks.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

constexpr std::chrono::hours draft_lifetime{24};
constexpr std::size_t most_known_shown = 10;

} // namespace

preview_task::preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b, reply_target target,
                           kind what)
    : command_task(cfg, std::move(b), std::move(target)),
      kind_(what),
      draft_id_(random_uuid(parts().env.random)) {}

std::optional<domain::dialog_context> preview_task::read_context(const slack::view_state& view) {
  auto stored = parts().drafts.get(target().who, view.private_metadata, parts().env.time.now());
  if (!stored || !*stored) {
    acknowledge(slack::ack_update(answers::draft_gone_view()));
    finish();
    return std::nullopt;
  }
  auto context = domain::decode_dialog_context(**stored);
  if (!context) {
    refuse(context.error());
    return std::nullopt;
  }
  target().channel = context->channel;
  target().response_url = context->response_url;
  return std::move(*context);
}

std::optional<std::vector<std::string>> preview_task::read_tags(const slack::view_state& view) {
  auto tags = domain::parse_tags(view.text(answers::block_tags), view.selected(answers::block_tlp));
  if (!tags) {
    refuse(answers::dialog_faults{{std::string(answers::block_tags), tags.error().mend}});
    return std::nullopt;
  }
  return std::move(*tags);
}

void preview_task::check_with_credentials(std::function<void(domain::api_credentials)> then) {
  after(parts().settings.dialog_patience,
        [this] { acknowledge(slack::ack_push(answers::checking_view(kind_.title, draft_id_))); });
  with_credentials(std::move(then), [this] { refuse(answers::registration_needed(kind_.text_block)); });
}

void preview_task::check_enclave(const domain::api_credentials& account, const enclave_id& chosen,
                                 std::function<void(std::string)> then) {
  with_enclaves(account, [this, chosen, then](result<std::vector<trustar::enclave>> enclaves) {
    if (!enclaves)
      return refuse(enclaves.error());
    for (const auto& choice : creatable(*enclaves))
      if (choice.id == chosen.value)
        return then(choice.name);
    refuse(answers::wrong_enclave());
  });
}

void preview_task::check_known(const domain::api_credentials& account, const enclave_id& enclave,
                               const std::vector<domain::indicator_row>& rows,
                               std::function<void(known_values)> then) {
  if (rows.empty())
    return then({true, 0, {}});
  std::vector<trustar::indicator_key> keys;
  for (const auto& row : rows)
    if (keys.size() < trustar::max_metadata_rows)
      keys.push_back({trustar::wire_value(row.type, row.value), {}});
  trustar_call call;
  call.endpoint = "metadata";
  call.credentials = account;
  call.deadline = parts().settings.station_deadline;
  call.make = [keys, enclave](const trustar::origin& station, const secret& token) {
    return trustar::make_metadata_request(station, token, keys, {enclave.value});
  };
  auto ask = [this, call = std::move(call), rows, then] {
    call_station(call, [rows, then](result<http_response_ptr> response) {
      auto hits = response ? trustar::parse_indicators(**response)
                           : result<std::vector<trustar::indicator>>{response.error()};
      known_values known;
      if (hits) {
        known.checked = true;
        known.count = hits->size();
        for (const auto& hit : *hits)
          for (const auto& row : rows)
            if (known.first.size() < most_known_shown &&
                trustar::wire_value(row.type, row.value) == hit.value)
              known.first.push_back(row);
      }
      then(std::move(known));
    });
  };
  try_allowance(account, 1, [ask = std::move(ask), then](bool allowed) { allowed ? ask() : then({}); });
}

void preview_task::with_safelist(const domain::api_credentials& account,
                                 std::function<void(safelist_ptr)> then) {
  if (!parts().settings.withhold.safelisted)
    return then(std::make_shared<const domain::safelist>());
  if (auto remembered = parts().safelists->find(account, parts().env.time.steady_now()))
    return then(std::move(remembered));
  read_safelist(account, 0, std::make_shared<domain::safelist>(), std::move(then));
}

void preview_task::read_safelist(const domain::api_credentials& account, std::uint32_t page,
                                 std::shared_ptr<domain::safelist> values,
                                 std::function<void(safelist_ptr)> then) {
  try_allowance(account, 1, [=, this](bool allowed) {
    if (!allowed || page == max_safelist_pages)
      return then(nullptr);
    call_station(safelist_call(account, page, parts().settings.station_deadline),
                 [=, this](result<http_response_ptr> response) {
                   auto more = response ? add_safelist_page(*values, **response) : response.error();
                   if (!more)
                     return then(nullptr);
                   if (*more)
                     return read_safelist(account, page + 1, values, then);
                   parts().safelists->put(account, values, parts().env.time.steady_now());
                   then(values);
                 });
  });
}

void preview_task::keep_and_show(const secret& draft, const slack::view& preview) {
  storage::write_batch batch;
  parts().drafts.put(batch, target().who, draft_id_, draft.reveal(), parts().env.time.now() + draft_lifetime);
  write(std::move(batch), storage::sync::no, [this, preview](result<void> written) {
    if (!written)
      return refuse(written.error());
    show(preview);
  });
}

void preview_task::refuse(const error& e) {
  refuse(answers::submission_faults(e, target().request_id, kind_.text_block));
}

void preview_task::refuse(const answers::dialog_faults& faults) {
  on_refused();
  if (!acknowledged()) {
    acknowledge(slack::ack_errors(faults));
    return finish();
  }
  show(answers::faults_view(kind_.title, faults));
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
