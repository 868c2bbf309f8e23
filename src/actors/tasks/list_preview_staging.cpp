// The preview of a list in a large file: read piece by piece into the OUTBOX's stage, never as a whole.
#include "actors/caf_error.hpp"
#include "actors/list_receiver.hpp"
#include "actors/tasks/list_preview_task.hpp"
#include "domain/lists/list_file_reader.hpp"
#include "domain/lists/text_reader.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/text.hpp"
#include "protocol/trustar/types.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds outbox_patience{120};
constexpr std::uint64_t max_list_file = 256U << 20U; ///< bytes

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
            auto sink = [this](domain::list_item&& item) -> result<void> {
              if (!item.reason) {
                domain::add_form_fields(item.row, draft_);
                if (list_.rows.size() < trustar::max_metadata_rows)
                  list_.rows.push_back(item.row); // what Station is asked about
              }
              items_->push_back(std::move(item));
              return {};
            };
            const auto options =
                domain::options_of(draft_, parts().submissions.value_key(), parts().settings.names);
            const std::string text = slack::normalise_text(draft_.text);
            domain::text_reader typed(options, text.size() < domain::short_list, sink);
            auto read = typed.feed(text);
            if (read)
              read = typed.finish();
            if (!read)
              return give_up(read.error());
            reader_ = std::make_unique<domain::list_file_reader>(options, sink);
            stream_attached(
                *file_, max_list_file,
                [this](const std::string& piece, std::function<void()> more) {
                  if (auto fed = reader_->feed(piece); !fed)
                    return give_up(fed.error());
                  hand_on(std::move(more));
                },
                [this, account] {
                  if (auto ended = reader_->finish(); !ended)
                    return give_up(ended.error());
                  hand_on([this, account] { close_stage(account); });
                });
          },
          [this](caf::error& e) { give_up(from_caf_error(e)); });
}

void list_preview_task::hand_on(std::function<void()> then) {
  request(parts().outbox, outbox_patience, atom::add_v, draft_.staged,
          list_items{std::exchange(items_, std::make_shared<std::vector<domain::list_item>>())})
      .then([then = std::move(then)](atom::done) { then(); },
            [this](caf::error& e) { give_up(from_caf_error(e)); });
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
            if (list_.counts.accepted + list_.counts.merged == 0) {
              send(parts().outbox, atom::abandon_v, draft_.staged);
              return refuse(domain::answers::no_indicators(list_.counts, list_.refused));
            }
            check_known(account, draft_.enclave, list_.rows,
                        [this](known_values known) { preview(std::move(known)); });
          },
          [this](caf::error& e) { give_up(from_caf_error(e)); });
}

void list_preview_task::give_up(const error& why) {
  if (!draft_.staged.empty())
    send(parts().outbox, atom::abandon_v, draft_.staged);
  if (why.mend.empty())
    refuse(why);
  else
    refuse_file(why.mend);
}

} // namespace isacbot::actors
