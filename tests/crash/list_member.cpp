#include "crash/list_member.hpp"

#include "domain/answers.hpp"

#include <boost/json/parse.hpp>

namespace isacbot::test {

namespace bj = boost::json;
namespace answers = domain::answers;

namespace {

constexpr seconds slack_patience{3}; // then the client shows an error, and the member tries again
constexpr seconds dialog_patience{5};
constexpr seconds checking_patience{60};
constexpr seconds bringing_patience{90};
constexpr seconds pause{1};

slack::input_value typed(std::string text) {
  slack::input_value value;
  value.type = "plain_text_input";
  value.text = secret{std::move(text)};
  return value;
}

std::string text_of(const bj::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string{};
}

} // namespace

std::optional<steady_time> list_member::next() const {
  return is_done() ? std::nullopt : std::optional{next_};
}

void list_member::request_of(const slack::request& request, steady_time now) {
  pending_ = deliver_(request);
  next_ = now + slack_patience;
}

void list_member::again(step what, steady_time when) {
  pending_.reset();
  step_ = what;
  next_ = when;
}

void list_member::start_over(steady_time now) {
  again(step::open, now + pause);
}

void list_member::next_list(steady_time now) {
  lists_[current_].accepted = true;
  ++current_;
  start_over(now);
}

/// What came to nothing is brought again, as the same request.
bool list_member::look_at_bringing(steady_time now) {
  if (bringing_->accepted)
    next_list(now);
  else if (bringing_->failed || now >= next_)
    start_over(now);
  else
    return false;
  return true;
}

slack::request list_member::submission_of(const open_dialog& dialog) {
  slack::view_submission request;
  request.who = who();
  request.trigger_id = fresh_trigger();
  request.view.id = dialog.id;
  request.view.hash = "1";
  request.view.callback_id = dialog.callback_id;
  request.view.private_metadata = dialog.private_metadata;
  const auto& list = lists_[current_];
  bool report = dialog.callback_id == answers::callback_submit_report;
  if (report) {
    request.view.inputs[std::string(answers::block_title)]["value"] = typed(list.title);
    request.view.inputs[std::string(answers::block_body)]["value"] = typed(list.text);
    request.view.inputs[std::string(answers::block_tags)]["value"] = typed(list.tags);
  }
  if (dialog.callback_id == answers::callback_submit_indicators)
    request.view.inputs[std::string(answers::block_indicators)]["value"] = typed(list.text);
  if (report || dialog.callback_id == answers::callback_submit_indicators) {
    slack::input_value chosen;
    chosen.type = "external_select";
    chosen.selected = {enclave_};
    request.view.inputs[std::string(answers::block_enclave)]["value"] = chosen;
  }
  return request;
}

bool list_member::act(steady_time now) {
  if (is_done())
    return false;
  if (step_ == step::bring)
    return look_at_bringing(now);
  bool answered = pending_ && (pending_->answered || pending_->failed);
  if (!answered && now < next_ && step_ != step::wait_for_dialog && step_ != step::wait_for_preview)
    return false;
  switch (step_) {
  case step::open: {
    if (lists_[current_].staged) {
      domain::submission what;
      what.who = who();
      what.enclave = enclave_id{enclave_};
      what.request_key = "request " + user_ + "." + std::to_string(current_);
      bringing_ = bring_(lists_[current_], std::move(what));
      again(step::bring, now + bringing_patience);
      return true;
    }
    slack::slash_command command;
    command.who = who();
    command.channel = channel_id{"C1"};
    command.command =
        lists_[current_].title.empty() ? "/trustar-submit-indicators" : "/trustar-submit-report";
    command.trigger_id = trigger_ = fresh_trigger();
    command.response_url = secret{response_url_base + trigger_};
    request_of(command, now);
    step_ = step::wait_for_dialog;
    next_ = now + dialog_patience;
    return true;
  }
  case step::wait_for_dialog:
    if (const auto* opened = slack_.opened_with(trigger_)) {
      dialog_ = *opened;
      again(step::preview, now);
      return true;
    }
    if (now < next_)
      return false;
    start_over(now);
    return true;
  case step::preview:
    if (!pending_) {
      request_of(submission_of(dialog_), now);
      return true;
    }
    return read_preview_ack(now);
  case step::wait_for_preview:
    if (const auto* updated = slack_.updated(preview_.external_id)) {
      preview_ = *updated;
      if (preview_.callback_id == answers::callback_confirm)
        again(step::agree, now);
      else // it says what went wrong
        start_over(now);
      return true;
    }
    if (now < next_)
      return false;
    start_over(now);
    return true;
  case step::agree:
    if (!pending_) {
      ++lists_[current_].agreements;
      request_of(submission_of(preview_), now);
      return true;
    }
    return read_agreement_ack(now);
  case step::bring:
    break;
  }
  return false;
}

bool list_member::read_preview_ack(steady_time now) {
  if (!pending_->answered || pending_->ack.body.empty()) {
    again(step::preview, now + pause);
    return true;
  }
  auto ack = bj::parse(pending_->ack.body).as_object();
  if (text_of(ack, "response_action") == "errors") {
    again(step::preview, now + seconds{5});
    return true;
  }
  preview_ = slack_.read_view(ack.at("view").as_object());
  if (preview_.callback_id == answers::callback_confirm) {
    again(step::agree, now);
  } else if (preview_.callback_id == "checking") {
    again(step::wait_for_preview, now + checking_patience);
  } else {
    start_over(now);
  }
  return true;
}

bool list_member::read_agreement_ack(steady_time now) {
  if (!pending_->answered || pending_->ack.body.empty()) {
    again(step::agree, now + pause);
    return true;
  }
  auto ack = bj::parse(pending_->ack.body).as_object();
  bool cleared = text_of(ack, "response_action") == "clear";
  std::string shown = cleared ? "" : text_of(ack.at("view").as_object(), "callback_id");
  if (cleared || shown == answers::callback_confirm) {
    // "The same was handed in a moment ago": it was, so the member does not send it again.
    next_list(now);
  } else if (shown == "draft_gone") {
    start_over(now);
  } else {
    again(step::agree, now + seconds{5});
  }
  return true;
}

} // namespace isacbot::test
