#include "actors/tasks/list_preview_task.hpp"

#include "domain/submission_form.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

list_preview_task::list_preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                     reply_target target)
    : preview_task(cfg, std::move(b), std::move(target),
                   kind{"Submit indicators", answers::block_indicators}) {}

void list_preview_task::run(const slack::request& request) {
  const auto& view = std::get<slack::view_submission>(request).view;
  auto context = read_context(view);
  if (!context)
    return;
  draft_.context = std::move(*context);
  auto tags = read_tags(view);
  if (!tags)
    return;
  draft_.tags = std::move(*tags);
  draft_.text = view.text(answers::block_indicators);
  draft_.source = view.text(answers::block_source);
  draft_.notes = view.text(answers::block_notes);
  draft_.enclave = enclave_id{view.selected(answers::block_enclave)};

  auto list = domain::read_list(draft_, parts().settings.names);
  if (!list)
    return refuse(list.error());
  list_ = std::move(*list);
  // Something that can still be overridden in the preview counts as something to send.
  bool overridable = std::any_of(list_.reasons.begin(), list_.reasons.end(), [](const auto& r) {
    return r.reason == domain::line_reason::special_address && r.count > 0;
  });
  if (list_.rows.empty() && !overridable)
    return refuse(answers::no_indicators(list_.counts, list_.refused));

  check_with_credentials([this](const domain::api_credentials& account) {
    check_enclave(account, draft_.enclave, [this, account](std::string name) {
      draft_.enclave_name = std::move(name);
      look_up(account);
    });
  });
}

void list_preview_task::look_up(const domain::api_credentials& account) {
  auto since = parts().env.time.now() - parts().settings.receipts_retention;
  if (auto marked = parts().submissions.mark_known(draft_.enclave, since, list_.rows, list_.counts); !marked)
    return refuse(marked.error());
  check_known(account, draft_.enclave, list_.rows, [this](known_values known) { preview(std::move(known)); });
}

void list_preview_task::preview(known_values known) {
  answers::submission_preview shown;
  shown.counts = list_.counts;
  shown.types = list_.types;
  shown.reasons = list_.reasons;
  shown.withheld = list_.withheld;
  shown.refused = list_.refused;
  shown.known = std::move(known.first);
  shown.known_count = known.count;
  shown.known_checked = known.checked;
  shown.enclave_name = draft_.enclave_name;
  shown.tags = draft_.tags;
  for (const auto& r : list_.reasons)
    if (r.reason == domain::line_reason::special_address)
      shown.special_withheld = r.count;
  shown.draft_id = draft_id();
  keep_and_show(domain::encode(draft_), answers::confirm_dialog(shown));
}

} // namespace isacbot::actors
