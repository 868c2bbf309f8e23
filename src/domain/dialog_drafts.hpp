/// What has to outlive a dialog's round trips: where its command came from, and what was typed into it. Slack
/// gets an opaque id instead; the bytes here are stored sealed and only found together with their owner.
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "domain/indicator_file.hpp"
#include "domain/report.hpp"
#include "protocol/slack/file_reference.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace isacbot::domain {

/// Where a dialog came from, and so where its answer goes.
struct dialog_context {
  channel_id channel;
  secret response_url;        ///< empty: none
  std::string message_ts{};   ///< of the message that a shortcut was used on; empty: none
  std::string thread_ts{};    ///< root of its thread; empty: it is in none
  std::string message_text{}; ///< of that message, normalised: it may be longer than a dialog's input takes
  std::vector<slack::file_reference> files{}; ///< of that message, in the order of offer (message_files.hpp)

  friend bool operator==(const dialog_context&, const dialog_context&) = default;
};

/// A list of indicators as typed, waiting for agreement.
struct indicator_draft {
  dialog_context context;
  std::string text;
  std::vector<list_file> files{}; ///< of the message and attached, in their order
  std::string staged{}; ///< instead: the list with the OUTBOX that text and files have become; empty: none
  enclave_id enclave;
  std::string enclave_name;
  std::vector<std::string> tags; ///< the TLP among them
  std::string source;
  std::string notes;
  bool send_special = false;
  /// Of the safelist that the preview was made with, if a value of the list is on it: what was shown is what
  /// is agreed to.
  std::vector<std::string> safelisted{};
  bool send_safelisted = false;
  bool special_overridden = false; ///< `send_special` is its owner's wish; not kept, said by the agreement
  bool again = false;              ///< the member was asked "same as ...?" and is about to agree

  friend bool operator==(const indicator_draft&, const indicator_draft&) = default;
};

/// A report as handed in, waiting for agreement.
struct report_draft {
  dialog_context context;
  report_content content;
  enclave_id enclave;
  std::string enclave_name;
  std::vector<std::string> tags; ///< the TLP among them
  bool again = false;            ///< the member was asked "same as ...?" and is about to agree

  friend bool operator==(const report_draft&, const report_draft&) = default;
};

/// What can be agreed to.
using submission_draft = std::variant<indicator_draft, report_draft>;

/// A search that runs by itself once its member has registered.
struct pending_search {
  dialog_context context;
  std::string term; ///< as typed

  friend bool operator==(const pending_search&, const pending_search&) = default;
};

secret encode(const dialog_context& x);
secret encode(const indicator_draft& x);
secret encode(const report_draft& x);
secret encode(const pending_search& x);

/// @error of all: ec::corrupted
result<dialog_context> decode_dialog_context(const secret& bytes);
result<submission_draft> decode_submission_draft(const secret& bytes);
result<pending_search> decode_pending_search(const secret& bytes);

} // namespace isacbot::domain
