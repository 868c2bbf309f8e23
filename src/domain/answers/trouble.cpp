// Errors, limits and restarts in words.
#include "domain/admission.hpp"
#include "domain/answers.hpp"
#include "domain/answers/faults.hpp"
#include "domain/answers/show.hpp"
#include "protocol/slack/utf8.hpp"

namespace isacbot::domain::answers {

using namespace slack;

namespace {

/// One sentence for a code, plain text; `mend` of the error is put after it where it helps.
std::string_view sentence_for(ec code) noexcept {
  switch (code) {
  case ec::unavailable:
  case ec::timeout:
  case ec::upstream_failed:
  case ec::protocol_violation:
    return "Station cannot be reached or does not answer properly just now. Please try again in a few "
           "minutes.";
  case ec::unauthorized:
  case ec::token_invalid:
  case ec::token_expired:
    return "Station refuses your API key and secret. Perhaps they were replaced: please register again.";
  case ec::forbidden:
    return "Your TruSTAR account is not allowed to do this. Ask the administrator of your Station for the "
           "permission.";
  case ec::rate_limited:
    return "A rate limit was reached.";
  case ec::overloaded:
    return "I have too much to do just now. Please try again in a minute.";
  case ec::upstream_rejected:
    return "Station refused this request.";
  case ec::invalid_argument:
  case ec::malformed:
  case ec::unsupported:
    return "I cannot work with that.";
  case ec::too_large:
    return "That is too much for one request.";
  case ec::not_found:
    return "I cannot find that, or you are not allowed to see it.";
  case ec::conflict:
  case ec::precondition_failed:
    return "That has been changed or done meanwhile.";
  case ec::stale_request:
    return "That took too long to arrive. Please run the command again.";
  case ec::cancelled:
    return "I am being restarted. Please run the command again in a minute.";
  case ec::io_failure:
    return "I cannot store anything just now, so nothing new is accepted. What was accepted before is safe. "
           "Please try again later.";
  case ec::bad_signature:
  case ec::corrupted:
  case ec::wrong_key:
  case ec::locked:
  case ec::schema_mismatch:
  case ec::bad_configuration:
  case ec::internal:
    return "Something went wrong on my side. It has been logged; please try again later.";
  }
  return "Something went wrong on my side. It has been logged; please try again later.";
}

/// Whether the error's own advice is meant for the member. That of other codes is for the operator.
bool shows_mend(ec code) noexcept {
  switch (code) {
  case ec::invalid_argument:
  case ec::malformed:
  case ec::unsupported:
  case ec::too_large:
  case ec::not_found:
    return true;
  default:
    return false;
  }
}

std::string explain_in_words(const error& e) {
  std::string text(sentence_for(e.code));
  if (e.code == ec::rate_limited)
    text += e.retry_after ? " Please try again in " + about(*e.retry_after) + "."
                          : " Please try again in a minute.";
  if (shows_mend(e.code) && !e.mend.empty())
    text += " What helps: " + defang_text(cut_text(e.mend, 300)) + ".";
  return text;
}

} // namespace

bool needs_operator(ec code) noexcept {
  return sentence_for(code) == sentence_for(ec::internal) ||
         sentence_for(code) == sentence_for(ec::unavailable) || code == ec::upstream_rejected;
}

mrkdwn explain(const error& e) {
  return escape(explain_in_words(e));
}

std::string explain_plain(const error& e, std::string_view reference) {
  std::string text = explain_in_words(e);
  if (needs_operator(e.code) && !reference.empty())
    text += " (Reference " + std::string(reference) + ")";
  return text;
}

message failure(const error& e, std::string_view reference) {
  if (e.code == ec::rate_limited && e.retry_after)
    return limit_reached(*e.retry_after);
  mrkdwn text = explain(e);
  std::vector<block> blocks = {section(text)};
  if (e.code == ec::unauthorized || e.code == ec::token_invalid || e.code == ec::token_expired)
    blocks.push_back(actions({register_button("Register again")}, "register_again"));
  if (needs_operator(e.code) && !reference.empty())
    blocks.push_back(reference_note(reference));
  return message(text, std::move(blocks));
}

message internal_fault(std::string_view reference) {
  return failure(error{ec::internal, {}, {}, {}}, reference);
}

message took_too_long(std::string_view reference) {
  mrkdwn text =
      "This took too long, so I stopped waiting. Please run the command again in a few minutes."_mrkdwn;
  return message(text, {section(text), reference_note(reference)});
}

message queued(std::chrono::nanoseconds wait) {
  return message("Your rate limit is reached. Your command is not lost: it runs by itself in "_mrkdwn +
                 escape(about(wait)) + "."_mrkdwn);
}

message limit_reached(std::chrono::nanoseconds wait) {
  return message(
      "Your rate limit is reached, and the wait is too long to keep the command. Please run it again in "_mrkdwn +
      escape(about(wait)) + "."_mrkdwn);
}

message in_private_instead(const message& content) {
  std::vector<block> blocks = content.blocks();
  if (blocks.empty())
    blocks.push_back(section(content.text()));
  // In front: a long answer is cut at its end.
  blocks.insert(blocks.begin(), context("Slack did not let me answer where you asked. Invite me there with "
                                        "`/invite @TruSTAR`, and I can."_mrkdwn));
  return message(content.text(), std::move(blocks));
}

message run_again(std::string_view command) {
  return message("I was restarted while I worked on "_mrkdwn + show_text(command, 300) +
                 ". Nothing was changed; please run it again."_mrkdwn);
}

} // namespace isacbot::domain::answers
