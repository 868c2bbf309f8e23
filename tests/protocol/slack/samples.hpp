/// Payloads as Slack sends them, for the parser tests. Written here, with made-up ids; where recorded samples
/// lie beside the project, tests read those too.
#pragma once

#include "protocol/form.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace isacbot::test {

/// Replaces the first `from` by `to`; the sample must contain it.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  if (at == std::string::npos)
    throw std::runtime_error("sample does not contain " + from);
  return text.replace(at, from.size(), to);
}

/// An interaction as it travels: the form field `payload`.
inline std::string as_payload(const std::string& json) {
  return form::encode({{"payload", json}});
}

inline const std::string form_type = "application/x-www-form-urlencoded";
inline const std::string json_type = "application/json";

inline const std::string command_body =
    "token=old&team_id=T0ISAC001&team_domain=example-isac&channel_id=C0INTEL01&channel_name=privategroup"
    "&user_id=U0ANALYST&user_name=analyst&command=%2Ftrustar-search&text=wannacry+%22evil%22+%E2%98%A0"
    "&api_app_id=A0TRUSTAR1&is_enterprise_install=false&response_url=https%3A%2F%2Fhooks.slack.com%"
    "2Fcommands%2FT0%2F1"
    "&trigger_id=1.2.abc";

inline const std::string block_actions_json =
    R"({"type":"block_actions","token":"old","api_app_id":"A0TRUSTAR1",
  "user":{"id":"U0ANALYST","username":"analyst","team_id":"T0ISAC001"},"team":{"id":"T0ISAC001","domain":"x"},
  "enterprise":null,"is_enterprise_install":false,"trigger_id":"1.2.abc",
  "container":{"type":"message","message_ts":"1760000000.000100","channel_id":"C0INTEL01","is_ephemeral":true},
  "channel":{"id":"C0INTEL01","name":"intel"},"response_url":"https://hooks.slack.com/actions/T0/1/x",
  "actions":[{"type":"button","action_id":"open_register","block_id":"b1","value":"v","action_ts":"1.1",
              "text":{"type":"plain_text","text":"Register"}}]})";

inline const std::string view_submission_json =
    R"({"type":"view_submission","token":"old","api_app_id":"A0TRUSTAR1",
  "user":{"id":"U0ANALYST","name":"analyst","team_id":"T0ISAC001"},"team":{"id":"T0ISAC001"},"trigger_id":"1.2.abc",
  "view":{"id":"V1","hash":"17.abc","type":"modal","callback_id":"submit_indicators","private_metadata":"draft-1",
    "external_id":"","root_view_id":"V0","app_installed_team_id":"T0ISAC001","blocks":[],
    "state":{"values":{
      "indicators":{"value":{"type":"plain_text_input","value":"evil.example\n192.0.2.1"}},
      "notes":{"value":{"type":"plain_text_input","value":null}},
      "enclave":{"value":{"type":"external_select","selected_option":{"text":{"type":"plain_text","text":"Intel"},"value":"enclave-1"}}},
      "tlp":{"value":{"type":"static_select","selected_option":null}},
      "send_special":{"value":{"type":"checkboxes","selected_options":[{"text":{"type":"plain_text","text":"Send"},"value":"yes"}]}}
    }}},"response_urls":[]})";

inline const std::string event_json = R"({"token":"old","team_id":"T0ISAC001","api_app_id":"A0TRUSTAR1",
  "type":"event_callback","event_id":"Ev1","event_time":1760000123,
  "authorizations":[{"enterprise_id":null,"team_id":"T0ISAC001","user_id":"U0BOT","is_bot":true,"is_enterprise_install":false}],
  "event":{"type":"app_mention","user":"U0ANALYST","team":"T0ISAC001","channel":"C0INTEL01","ts":"1760000123.000100",
           "text":"<@U0BOT> wannacry"}})";

/// A recorded sample, or nullopt when the samples are not there.
inline std::optional<std::string> recorded_sample(const std::string& name) {
  std::ifstream file(std::filesystem::path(ISACBOT_SHARED) / "data/slack-samples" / name, std::ios::binary);
  if (!file)
    return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

} // namespace isacbot::test
