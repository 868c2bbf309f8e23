// The preview of a list in large files: read piece by piece into the OUTBOX's stage, never as a whole.
#include "actors/caf_error.hpp"
#include "actors/list_receiver.hpp"
#include "actors/tasks/list_preview_task.hpp"
#include "domain/indicator_file.hpp"
#include "domain/lists/list_file_reader.hpp"
#include "domain/lists/text_reader.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/text.hpp"
#include "protocol/trustar/types.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds outbox_patience{120};

} // namespace

void list_preview_task::stage(const domain::api_credentials& account) {
  list_opening opening;
  auto& s = opening.submission;
  s.who = target().who;
  s.enclave = draft_.enclave;
  s.enclave_name = draft_.enclave_name;
  s.tags = draft_.tags;
  s.request_key = domain::make_request_key(domain::request_origin::view, target().who, draft_id());
  request(parts().outbox, outbox_patience, atom::open_v, std::move(opening))
      .then(
          [this, account](std::string& id) {
            draft_.staged = std::move(id);
            items_ = std::make_shared<std::vector<domain::list_item>>();
            stage_text(account);
          },
          [this](caf::error& e) { refuse(from_caf_error(e)); });
}

domain::item_sink list_preview_task::staging_sink() {
  return [this](domain::list_item&& item) -> result<void> {
    if (!item.reason || item.row_kept)
      domain::add_form_fields(item.row, draft_);
    if (!item.reason && list_.rows.size() < trustar::max_metadata_rows)
      list_.rows.push_back(item.row); // what Station is asked about
    items_->push_back(std::move(item));
    return {};
  };
}

domain::indicator_list_options list_preview_task::staging_options() const {
  auto options = domain::options_of(draft_, parts().submissions.value_key(), parts().settings.names);
  options.keep_withheld = true; // nobody can read the file again when its owner insists
  return options;
}

void list_preview_task::stage_text(const domain::api_credentials& account) {
  const auto options = staging_options();
  const std::string text = slack::normalise_text(draft_.text);
  domain::text_reader typed(options, text.size() < domain::short_list, staging_sink());
  auto read = typed.feed(text);
  if (read)
    read = typed.finish();
  if (!read)
    return refuse(read.error());
  hand_on([this, account] { stage_file(0, account); });
}

/// One after the other, each in the format it has.
void list_preview_task::stage_file(std::size_t which, const domain::api_credentials& account) {
  if (which == files_.size())
    return close_stage(account);
  const bool several = domain::names_needed(draft_.text, files_.size());
  const auto& name = files_[which].file.name;
  reader_ = std::make_unique<domain::list_file_reader>(
      staging_options(), domain::from_file(several ? name : std::string(), staging_sink()));
  auto refuse_content = [this, which](const error& why) {
    refuse_file(files_[which], domain::explain_unreadable(why));
  };
  stream_file(
      files_[which], max_list_files,
      [this, refuse_content](const std::string& piece, std::function<void()> more) {
        if (auto fed = reader_->feed(piece); !fed)
          return refuse_content(fed.error());
        hand_on(std::move(more));
      },
      [this, which, account, refuse_content] {
        if (auto ended = reader_->finish(); !ended)
          return refuse_content(ended.error());
        hand_on([this, which, account] { stage_file(which + 1, account); });
      });
}

void list_preview_task::hand_on(std::function<void()> then) {
  request(parts().outbox, outbox_patience, atom::add_v, draft_.staged,
          list_items{std::exchange(items_, std::make_shared<std::vector<domain::list_item>>())})
      .then([then = std::move(then)](atom::done) { then(); },
            [this](caf::error& e) { refuse(from_caf_error(e)); });
}

void list_preview_task::close_stage(const domain::api_credentials& account) {
  request(parts().outbox, outbox_patience, atom::close_v, draft_.staged)
      .then(
          [this, account](const list_totals& totals) {
            list_.counts = totals->counts;
            list_.types = totals->types;
            list_.reasons = totals->reasons;
            list_.withheld = totals->withheld;
            list_.refused = totals->refused;
            draft_.text.clear();
            draft_.safelisted.clear();
            if (list_.counts.accepted + list_.counts.merged == 0 && !has_overridable())
              return refuse(domain::answers::no_indicators(list_.counts, list_.refused));
            check_known(account, draft_.enclave, list_.rows,
                        [this](known_values known) { preview(std::move(known)); });
          },
          [this](caf::error& e) { refuse(from_caf_error(e)); });
}

void list_preview_task::on_refused() {
  if (!draft_.staged.empty())
    send(parts().outbox, atom::abandon_v, draft_.staged);
}

} // namespace isacbot::actors
