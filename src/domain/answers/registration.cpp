// Registering and its dialog.
#include "domain/answers.hpp"
#include "domain/answers/faults.hpp"
#include "domain/answers/limits.hpp"
#include "domain/answers/show.hpp"

#include <algorithm>

namespace isacbot::domain::answers {

using namespace slack;

namespace {

constexpr std::size_t most_credential_characters = 512;

mrkdwn search_follows(std::string_view pending_search) {
  return "Your search for "_mrkdwn + show_text(pending_search) + " runs now by itself."_mrkdwn;
}

std::string check_credential(std::string_view text, const char* name) {
  if (text.empty())
    return std::string("Type or paste the ") + name + ".";
  if (text.size() > most_credential_characters)
    return std::string("This is too long to be an ") + name + ".";
  bool has_blank =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  return has_blank ? std::string("There is a blank or line break in it; an ") + name + " has none."
                   : std::string();
}

} // namespace

message not_registered(std::string_view pending_search) {
  mrkdwn text = "You are not registered yet. Register your TruSTAR API key and secret once"_mrkdwn;
  text += pending_search.empty()
              ? ", then give the command again."_mrkdwn
              : ", and the search for "_mrkdwn + show_text(pending_search) + " runs by itself."_mrkdwn;
  return message(text, {section(text), actions({register_button()}, "not_registered")});
}

view register_dialog(const register_dialog_settings& settings) {
  std::vector<block> blocks;
  mrkdwn text = "Your API key and secret let this bot search and submit as you."_mrkdwn;
  if (settings.replaces_existing)
    text += " They replace the ones you have registered."_mrkdwn;
  if (!settings.credentials_url.empty())
    text += " You find them on "_mrkdwn + link(settings.credentials_url, "your Station's account page") +
            "."_mrkdwn;
  blocks.push_back(section(text));
  blocks.push_back(
      input(block_api_key, "API key", plain_text_input({.max_length = most_credential_characters})));
  blocks.push_back(
      input(block_api_secret, "API secret", plain_text_input({.max_length = most_credential_characters}),
            {.hint = "Slack shows what you type here. Make sure that nobody looks over your shoulder.",
             .optional = false}));
  mrkdwn note = "Both are stored encrypted and never shown again."_mrkdwn;
  if (!settings.one_time_page.empty())
    note = "Rather not type them into Slack? Use "_mrkdwn + link(settings.one_time_page, "this page") +
           " instead. "_mrkdwn + note;
  blocks.push_back(context(note));
  return make_modal({.callback_id = std::string(callback_register),
                     .title = "Register",
                     .submit = "Register",
                     .close = "Cancel",
                     .private_metadata = settings.private_metadata},
                    std::move(blocks));
}

message key_typed() {
  mrkdwn text = "Please don't type keys after the command: they stay in your Slack history. I have not "
                "stored anything. "
                "If that was a key or secret, make a new one in Station, then register it here."_mrkdwn;
  return message(text, {section(text), actions({register_button()}, "key_typed")});
}

dialog_faults registration_faults(const error& e, std::string_view reference) {
  switch (e.code) {
  case ec::unauthorized:
  case ec::token_invalid:
  case ec::token_expired:
    return {{std::string(block_api_secret),
             "Station does not know this key with this secret. Copy both again from your account page."}};
  case ec::forbidden:
    return {{std::string(block_api_key), "Station knows this key, but it may not be used for the API."}};
  default:
    return {{std::string(block_api_key), explain_plain(e, reference)}};
  }
}

dialog_faults registration_needed(std::string_view block) {
  return {{std::string(block),
           "You are not registered. Copy your text, register with /trustar-register, then submit "
           "it again."}};
}

dialog_faults check_registration_input(std::string_view key, std::string_view secret_text) {
  dialog_faults faults;
  if (std::string fault = check_credential(key, "API key"); !fault.empty())
    faults.emplace_back(block_api_key, std::move(fault));
  if (std::string fault = check_credential(secret_text, "API secret"); !fault.empty())
    faults.emplace_back(block_api_secret, std::move(fault));
  return faults;
}

view registered_view(std::string_view pending_search, const key_sharing& shared) {
  mrkdwn text = "*You are registered.* Station accepted your key and secret."_mrkdwn;
  text += sharing_sentence(shared);
  if (!pending_search.empty())
    text += "\n"_mrkdwn + search_follows(pending_search);
  return make_modal({.callback_id = "registered", .title = "Register", .close = "Close"}, {section(text)});
}

message registered(std::string_view key_ending, std::string_view pending_search, const key_sharing& shared) {
  mrkdwn text =
      "You are registered with the API key that ends in "_mrkdwn + show_text(key_ending, 8) + "."_mrkdwn;
  text += sharing_sentence(shared);
  text +=
      pending_search.empty() ? " Try `/trustar-search`."_mrkdwn : " "_mrkdwn + search_follows(pending_search);
  return message(text);
}

message registration_removed(bool existed) {
  if (!existed)
    return message("You are not registered, so there was nothing to remove."_mrkdwn);
  return message(
      "Your API key and secret are deleted here. They still work in Station: if somebody else may know "
      "them, make new ones there."_mrkdwn);
}

view checking_view(std::string_view title, std::string_view external_id) {
  return make_modal({.callback_id = "checking",
                     .title = std::string(title),
                     .close = "Close",
                     .external_id = std::string(external_id)},
                    {section("Checking\xE2\x80\xA6 This takes a moment; you can close this dialog."_mrkdwn)});
}

view failure_view(std::string_view title, const error& e, std::string_view reference) {
  std::vector<block> blocks = {section(explain(e))};
  if (needs_operator(e.code))
    blocks.push_back(reference_note(reference));
  return make_modal({.callback_id = "failed", .title = std::string(title), .close = "Close"},
                    std::move(blocks));
}

view faults_view(std::string_view title, const dialog_faults& faults) {
  std::vector<block> blocks;
  for (const auto& [place, text] : faults)
    blocks.push_back(section(escape(defang_text(text))));
  blocks.push_back(context("Nothing has left. What you typed is still in the dialog below."_mrkdwn));
  return make_modal({.callback_id = "failed", .title = std::string(title), .close = "Back"},
                    std::move(blocks));
}

} // namespace isacbot::domain::answers
