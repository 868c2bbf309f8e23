// Help, App Home, and refusals that need no reason.
#include "domain/answers.hpp"
#include "domain/answers/limits.hpp"
#include "domain/answers/show.hpp"

namespace isacbot::domain::answers {

using namespace slack;

namespace {

std::vector<mrkdwn> command_lines() {
  return {
      "\xE2\x80\xA2 `/trustar` \xE2\x80\x93 this help; `/trustar status &lt;id&gt;` tells how a submission is doing, `/trustar cancel &lt;id&gt;` gives up what is not delivered yet"_mrkdwn,
      "\xE2\x80\xA2 `/trustar-register` \xE2\x80\x93 store your API key and secret; `/trustar-register remove` deletes them"_mrkdwn,
      "\xE2\x80\xA2 `/trustar-search` \xE2\x80\x93 search your enclaves, for example `/trustar-search evil[.]example`"_mrkdwn,
      "\xE2\x80\xA2 `/trustar-submit-report` \xE2\x80\x93 submit a report, typed or from a file"_mrkdwn,
      "\xE2\x80\xA2 `/trustar-submit-indicators` \xE2\x80\x93 submit a list, for example of addresses from a log"_mrkdwn,
  };
}

mrkdwn standing_line(const member_standing& standing) {
  if (!standing.registered)
    return "You are *not registered* yet."_mrkdwn;
  mrkdwn line = "You are registered"_mrkdwn;
  if (!standing.key_ending.empty())
    line += " with the API key that ends in "_mrkdwn + show_text(standing.key_ending, 8);
  line += "."_mrkdwn;
  line += sharing_sentence(standing.shared);
  return line;
}

std::vector<block> help_blocks(const member_standing& standing) {
  std::vector<block> blocks = sections_of_lines(command_lines());
  blocks.push_back(divider());
  blocks.push_back(standing.registered ? section(standing_line(standing))
                                       : section(standing_line(standing), register_button()));
  if (standing.registered && !standing.limits.empty())
    blocks.push_back(section(limits_text(standing.limits)));
  blocks.push_back(
      context("Answers are seen by you alone. Addresses are shown defanged, so that nobody clicks one "
              "by accident."_mrkdwn));
  return blocks;
}

} // namespace

message help(const member_standing& standing, std::string_view not_understood) {
  mrkdwn title = "*What I can do*"_mrkdwn;
  if (!not_understood.empty())
    title = "I don't know what "_mrkdwn + show_text(not_understood) + " means. "_mrkdwn + title;
  std::vector<block> blocks = help_blocks(standing);
  blocks.insert(blocks.begin(), section(title));
  return message("TruSTAR commands: /trustar, /trustar-register, /trustar-search, /trustar-submit-report, "
                 "/trustar-submit-indicators. "_mrkdwn +
                     standing_line(standing),
                 std::move(blocks));
}

view home(const member_standing& standing) {
  std::vector<block> blocks = help_blocks(standing);
  blocks.insert(blocks.begin(), header("TruSTAR in Slack"));
  return make_home(std::move(blocks));
}

message not_available(std::string_view command) {
  return message(show_text(command) +
                 " is not available in this version yet. `/trustar` tells what is."_mrkdwn);
}

message not_allowed_here() {
  return message(
      "I'm not switched on here, or not for guests. Try it in another channel, or ask the people who run "
      "this bot."_mrkdwn);
}

message guests_unknown() {
  return message(
      "I may not work for guests, and Slack did not tell me just now whether you are one. Please try again "
      "in a "
      "minute; if it stays so, the people who run this bot find out in its log what is missing."_mrkdwn);
}

} // namespace isacbot::domain::answers
