#include "actors/tasks/preview_task.hpp"

#include "actors/slack_calls.hpp"
#include "actors/tasks/dialog_tasks.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/acknowledgement.hpp"
#include "protocol/slack/content.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

constexpr std::chrono::hours draft_lifetime{24};
constexpr std::size_t most_known_shown = 10;
constexpr std::uint64_t piece_bytes = 1U << 20U; ///< of a file that is streamed

std::string kilobytes(std::uint64_t bytes) {
  return std::to_string((bytes + 1023) / 1024) + " kB";
}

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

void preview_task::with_address(const slack::file_reference& file, std::uint64_t max_bytes,
                                std::function<void(slack::file_reference)> then) {
  if (file.size > max_bytes)
    return refuse_file("This file is too large: " + kilobytes(file.size) + ". I take at most " +
                       kilobytes(max_bytes) + " here.");
  if (!file.url.empty())
    return check_address(file) ? then(file) : void();
  call_slack(get_file_info(file.id), [this, then](result<http_response_ptr> response) {
    auto info = response ? slack::parse_files_info(**response)
                         : slack::api_result<slack::file_reference>{slack::file_reference{}};
    if (!info || info->url.empty())
      return refuse_file("Slack does not give me this file. Please attach it again, or paste its text.");
    if (check_address(*info))
      then(*info);
  });
}

bool preview_task::check_address(const slack::file_reference& file) {
  auto allowed = slack::check_file_url(file.url, parts().settings.files_hosts);
  if (allowed)
    return true;
  parts().env.log.warning("task", "a file was not fetched",
                          {{"request", target().request_id}, {"error", to_string(allowed.error())}});
  refuse_file("I do not fetch files from where this one is. Please paste its text instead.");
  return false;
}

void preview_task::refuse_unread(const error& why) {
  refuse_file(why.code == ec::forbidden
                  ? "I have no right to read files here: the app needs the scope files:read. "
                    "Please paste the text instead."
                  : "Slack does not give me this file. Please try again, or paste its text.");
}

void preview_task::fetch_attached(const slack::file_reference& attached, std::uint64_t max_bytes,
                                  std::function<void(std::string)> then) {
  with_address(attached, max_bytes, [this, max_bytes, then](const slack::file_reference& file) {
    call_slack(
        fetch_file(file.url, file.mimetype), [this, max_bytes, then](result<http_response_ptr> response) {
          if (!response)
            return refuse_unread(response.error());
          if ((*response)->body.size() > max_bytes)
            return refuse_file("This file is too large: I take at most " + kilobytes(max_bytes) + " here.");
          then((*response)->body);
        });
  });
}

struct preview_task::streaming {
  slack::file_reference file;
  std::uint64_t max_bytes = 0;
  std::uint64_t offset = 0;
  std::function<void(const std::string&, std::function<void()> more)> take;
  std::function<void()> at_end;
};

void preview_task::stream_attached(const slack::file_reference& attached, std::uint64_t max_bytes,
                                   std::function<void(const std::string&, std::function<void()> more)> take,
                                   std::function<void()> at_end) {
  with_address(attached, max_bytes, [=, this](slack::file_reference file) {
    stream(std::make_shared<streaming>(streaming{std::move(file), max_bytes, 0, take, at_end}));
  });
}

void preview_task::stream(const std::shared_ptr<streaming>& s) {
  call_slack(fetch_file_range(s->file.url, s->file.mimetype, s->offset, piece_bytes),
             [this, s](result<http_response_ptr> response) {
               if (!response)
                 return refuse_unread(response.error());
               auto came = slack::read_file_range(**response);
               if (!came || came->offset != s->offset || came->total > s->max_bytes)
                 return refuse_unread(came ? fail(ec::protocol_violation, "another piece of the file came")
                                           : came.error());
               s->offset += (*response)->body.size();
               const bool last = s->offset >= came->total;
               s->take((*response)->body, [this, s, last] { last ? s->at_end() : stream(s); });
             });
}

void preview_task::refuse_file(std::string text) {
  refuse({{std::string(answers::block_file), std::move(text)}});
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
  if (!acknowledged()) {
    acknowledge(slack::ack_errors(faults));
    return finish();
  }
  show(answers::failure_view(kind_.title,
                             fail(ec::invalid_argument, faults.front().second, faults.front().second),
                             target().request_id));
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
