#include "actors/tasks/register_dialog_task.hpp"

#include "actors/slack_calls.hpp"
#include "domain/answers.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/trustar/answers.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

register_dialog_task::register_dialog_task(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                           reply_target target, slack_dispatcher_actor dispatcher)
    : command_task(cfg, std::move(b), std::move(target)),
      dispatcher_(std::move(dispatcher)) {}

void register_dialog_task::run(const slack::request& request) {
  const auto& view = std::get<slack::view_submission>(request).view;
  view_id_ = view.id;
  account_ = {view.secret_text(answers::block_api_key), view.secret_text(answers::block_api_secret)};
  if (auto faults = answers::check_registration_input(account_.key.reveal(), account_.key_secret.reveal());
      !faults.empty()) {
    acknowledge(slack::ack_errors(faults));
    return finish();
  }
  after(parts().settings.dialog_patience,
        [this] { acknowledge(slack::ack_update(answers::checking_view("Register"))); });
  // Counted like any call, which also keeps a member from trying secrets by the hundred.
  try_allowance(account_, 1, [this](bool allowed) {
    if (!allowed)
      return refuse(
          fail(ec::rate_limited, "too many attempts in a short time", "wait a minute and submit again"));
    ask_station();
  });
}

void register_dialog_task::ask_station() {
  trustar_call call;
  call.endpoint = "enclaves";
  call.credentials = account_;
  call.fresh_token = true;
  call.make = [](const trustar::origin& station, const secret& token) -> result<http::request> {
    return trustar::make_enclaves_request(station, token);
  };
  call.deadline = parts().settings.station_deadline;
  call_station(std::move(call), [this](result<http_response_ptr> response) { on_verdict(response); });
}

void register_dialog_task::on_verdict(const result<http_response_ptr>& response) {
  if (!response)
    return refuse(response.error());
  auto enclaves = trustar::parse_enclaves(**response);
  if (!enclaves)
    return refuse(enclaves.error());
  parts().enclaves->put(account_, std::move(*enclaves), parts().env.time.steady_now());
  keep();
}

void register_dialog_task::keep() {
  auto now = parts().env.time.now();
  storage::write_batch batch;
  parts().credentials.put(batch, target().who, {account_, now});
  auto draft = parts().drafts.get(target().who, "pending-search", now);
  if (draft && *draft) {
    if (auto pending = domain::decode_pending_search(**draft))
      pending_ = std::move(*pending);
    parts().drafts.erase(batch, target().who, "pending-search");
  }
  write(std::move(batch), storage::sync::yes, [this](result<void> written) {
    if (!written)
      return refuse(written.error());
    parts().env.log.info(
        "register", "a member has registered",
        {{"request", target().request_id}, {"team", target().who.team}, {"user", target().who.user}});
    send(parts().outbox, atom::resume_v, target().who.team.value, target().who.user.value);
    if (pending_)
      run_pending_search(*pending_);
    auto key = account_.key.reveal();
    auto ending = key.substr(key.size() - std::min<std::size_t>(4, key.size()));
    auto term = pending_ ? pending_->term : std::string{};
    auto shared = sharing(account_);
    show(answers::registered_view(term, shared), answers::registered(ending, term, shared));
  });
}

void register_dialog_task::refuse(const error& e) {
  parts().env.log.info("register", "a registration was refused",
                       {{"request", target().request_id},
                        {"team", target().who.team},
                        {"user", target().who.user},
                        {"error", to_string(e)}});
  if (!acknowledged()) {
    acknowledge(slack::ack_errors(answers::registration_faults(e, target().request_id)));
    return finish();
  }
  show(answers::failure_view("Register", e, target().request_id), answers::failure(e, target().request_id));
}

void register_dialog_task::show(const slack::view& view, slack::message if_closed) {
  if (!acknowledged()) {
    acknowledge(slack::ack_update(view));
    return finish();
  }
  // The dialog may be closed by now: then the outcome comes as a message.
  call_slack(update_view(view_id_, view),
             [this, if_closed = std::move(if_closed)](result<http_response_ptr> updated) {
               if (updated)
                 return finish();
               answer(if_closed);
             });
}

void register_dialog_task::run_pending_search(const domain::pending_search& pending) {
  waiting_search search{target(), pending.term};
  search.target.channel = pending.context.channel;
  search.target.response_url = pending.context.response_url;
  send(dispatcher_, atom::resume_v, std::move(search));
}

} // namespace isacbot::actors
