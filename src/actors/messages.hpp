/// The vocabulary: every atom and every payload that actors exchange. Payloads stay in this process and print
/// as
/// "<unprintable>", which is what secrets want.
#pragma once

#include "actors/misp_messages.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "domain/admission.hpp"
#include "domain/credentials.hpp"
#include "domain/indicator_list.hpp"
#include "domain/limit_settings.hpp"
#include "domain/limit_standing.hpp"
#include "domain/list_intake.hpp"
#include "domain/list_item.hpp"
#include "domain/model.hpp"
#include "domain/report.hpp"
#include "protocol/http/message.hpp"
#include "protocol/slack/message.hpp"
#include "protocol/slack/request.hpp"
#include "protocol/slack/view.hpp"
#include "protocol/slack/web_api.hpp"
#include "protocol/trustar/model.hpp"
#include "protocol/trustar/requests.hpp"
#include "storage/kv_store.hpp"
#include "storage/list_stage.hpp"
#include "storage/part_requests.hpp"
#include "telemetry/label.hpp"

#include <caf/all.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::actors {

/// For the STORAGE WRITER.
struct write_request {
  std::shared_ptr<const storage::write_batch> batch;
  storage::sync sync = storage::sync::no;
};

/// For the RATE LIMITER.
struct acquire_request {
  member who;
  std::string credential;  ///< made by account_names: the account, without saying which
  std::uint64_t calls = 1; ///< all at once, or none
  bool counted = true;     ///< on the company's day: everything but submissions and request-quotas
  bool bulk = false;       ///< stands in line until its turn comes, and leaves room for people
  bool brief = false;      ///< of bulk work: a few calls in all, which need not leave any
  bool may_wait = true;    ///< false: now or not at all
  milliseconds waited{0};  ///< how long the command has waited already
};

/// The RATE LIMITER's answer.
struct acquire_answer {
  domain::admission admission;
  std::uint64_t granted = 0; ///< 0 when refused or in line; less than asked for when cut to the burst
  std::uint64_t ticket = 0;  ///< in line: what `claim` and `cancel` want; the wait is the expected one
};

/// What a changed configuration brings, for the RATE LIMITER.
struct changed_limits {
  domain::limit_tree_settings tree;
  milliseconds queue_deadline{120'000};
};

/// What is left of each limit, for `/trustar`.
using standings = std::vector<domain::limit_standing>;

/// What Station has told of an account, for the RATE LIMITER.
struct station_count {
  std::string credential;
  std::optional<milliseconds> not_before;      ///< 429: how long to wait
  std::optional<std::uint64_t> remaining;      ///< a RateLimit header: calls left now
  std::optional<trustar::request_quota> quota; ///< request-quotas: the company's day
};

/// A call to Station, for the TRUSTAR POOL. Without retries: whoever asks decides what a failure means.
struct trustar_call {
  telemetry::label endpoint = "ping"; ///< for metrics
  member who;                         ///< for whom: everybody gets a fair share of the workers
  domain::api_credentials credentials;
  /// Builds the request; called again, and must give the same bytes, when the token had to be renewed.
  std::function<result<http::request>(const trustar::origin&, const secret& token)> make;
  milliseconds deadline{30'000}; ///< for the whole call, the token included
  bool bulk = false;             ///< lookups go before bulk work
  bool fresh_token = false;      ///< don't trust a cached token: the credentials are on trial
};

using http_response_ptr = std::shared_ptr<const http::response>;

/// What a port's completion sends back to the actor that started the exchange.
struct http_outcome {
  std::uint64_t ticket = 0; ///< which exchange; old ones are ignored
  std::shared_ptr<const result<http::response>> value;
};

/// Where a member can be answered, for the SLACK MESSENGER. Empty parts are skipped: response_url, then an
/// ephemeral post into the channel, then a direct message.
struct reply_target {
  member who;
  channel_id channel;
  secret response_url;
  std::string request_id; ///< for the log
};

/// A message for one member.
struct slack_delivery {
  reply_target target;
  std::shared_ptr<const slack::message> content;
  bool replace_original = false; ///< through response_url: takes the place of the message before
  bool direct = false;           ///< straight to a direct message
  bool final = true;             ///< counted in isacbot_slack_answers_total
};

/// A Web API call, for the SLACK MESSENGER; made by actors/slack_calls.hpp.
struct slack_call {
  telemetry::label method = "api.test"; ///< for metrics
  std::function<http::request(const slack::api_access&)> make;
  /// What Slack says about it; nullopt when it was carried out.
  std::function<std::optional<slack::api_fault>(const http::response&)> judge;
  bool repeatable = false; ///< carrying it out twice does no harm
};

/// A request from Slack, verified and parsed, for the SLACK DISPATCHER.
struct slack_arrival {
  std::shared_ptr<const slack::request> request;
  std::string request_id;
};

/// A search that waited for its member's registration, for the SLACK DISPATCHER.
struct waiting_search {
  reply_target target;
  std::string term; ///< as typed
};

/// A submission that its owner has agreed to, for the OUTBOX.
struct acceptance {
  domain::submission submission; ///< id and created are filled in by the OUTBOX
  domain::indicator_list list; ///< rows to be sent, and all that will not be; values known before are marked
  /// Its rows, staged already; `list` has none then.
  std::shared_ptr<storage::list_stage> stage;
  domain::overrides overridden; ///< with `stage`: rules that its owner overrides
  /// A report instead, one thing handed in, in its parts (domain/report_split.hpp); `list` tells what was
  /// found in it. Empty: a list.
  std::vector<domain::report_content> report;
  std::string draft_id;   ///< the preview agreed to: erased in the same batch
  bool again = false;     ///< the member was asked "same as ...?" and agreed
  reply_target answer_to; ///< where the receipt goes; with a request id, it is journaled as owed
};

/// A list that will come item by item (list_receiver.hpp), for the OUTBOX.
struct list_opening {
  domain::submission submission; ///< who, where, tags, request key; the rest is filled in
};
/// The receiver moves the items out.
using list_items = std::shared_ptr<std::vector<domain::list_item>>;
using list_totals = std::shared_ptr<const domain::intake_totals>;
/// Its owner has agreed to it.
struct list_agreement {
  std::string draft_id; ///< as in acceptance, as are the others
  bool again = false;
  reply_target answer_to;
  domain::overrides overridden; ///< what these withhold is sent, too
};

/// What became of it.
struct acceptance_outcome {
  domain::receipt receipt;
  bool repeated_request = false; ///< the same dialog again: this is the receipt of the first time
  bool same_content = false;     ///< nothing accepted: the same content was handed in minutes ago, ask first
};

} // namespace isacbot::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::write_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::acquire_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::acquire_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::standings)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::station_count)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::changed_limits)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::trustar_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::http_response_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::http_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::slack_delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::slack_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::slack_arrival)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::waiting_search)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::acceptance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::acceptance_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::list_agreement)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::list_totals)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::list_items)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::list_opening)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::misp_delivery_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::misp_delivery_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::misp_pull)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::misp_summary)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::actors::misp_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::domain::receipt)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::storage::part_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::storage::part_request_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(isacbot::domain::api_credentials)

CAF_BEGIN_TYPE_ID_BLOCK(isacbot_messages, caf::first_custom_type_id)
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::write_request))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::acquire_request))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::acquire_answer))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::standings))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::station_count))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::changed_limits))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::trustar_call))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::http_response_ptr))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::http_outcome))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::slack_delivery))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::slack_call))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::slack_arrival))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::waiting_search))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::acceptance))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::acceptance_outcome))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::list_agreement))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::list_totals))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::list_items))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::list_opening))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::misp_delivery_request))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::misp_delivery_outcome))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::misp_pull))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::misp_summary))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::actors::misp_status))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::domain::receipt))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::storage::part_request))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::storage::part_request_outcome))
CAF_ADD_TYPE_ID(isacbot_messages, (isacbot::domain::api_credentials))

// Requests. Atoms hold ten characters at most in CAF 0.17.
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, write, "write")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, acquire, "acquire")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, status, "status")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, claim, "claim")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, cancel, "cancel")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, correct, "correct")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, call, "call")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, deliver, "deliver")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, handle, "handle")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, append, "append")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, follow, "follow")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, pull, "pull")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, resume, "resume")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, drain, "drain")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, change, "change")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, open, "open")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, add, "add")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, close, "close")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, accept, "accept")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, abandon, "abandon")
// Answers.
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, done, "done")
// Self-sends and completions of ports.
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, internal, "internal")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, outcome, "outcome")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, deadline, "deadline")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, step, "step")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, restart, "restart")
CAF_ADD_ATOM(isacbot_messages, isacbot::atom, settle, "settle")
CAF_END_TYPE_ID_BLOCK(isacbot_messages)
