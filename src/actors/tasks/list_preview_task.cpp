#include "actors/tasks/list_preview_task.hpp"

#include "domain/line_text.hpp"
#include "domain/submission_form.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

std::uint64_t count_of(const std::vector<domain::reason_count>& reasons, domain::line_reason reason) {
  for (const auto& r : reasons)
    if (r.reason == reason)
      return r.count;
  return 0;
}

} // namespace

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
  draft_.send_special = !parts().settings.withhold.special_address;

  if (const auto* file = view.file(answers::block_file))
    file_ = *file;
  if (domain::trimmed(draft_.text).empty() && !file_)
    return refuse(
        {{std::string(answers::block_indicators), "Write indicators here, or attach a file below."}});
  if (!file_ && !read_list()) // faults at once, while the dialog is still there
    return;

  check_with_credentials([this](const domain::api_credentials& account) {
    check_enclave(account, draft_.enclave, [this, account](std::string name) {
      draft_.enclave_name = std::move(name);
      with_safelist(account, [this, account](const safelist_ptr& values) {
        safelist_checked_ = values != nullptr;
        if (values)
          draft_.safelisted = values->keys();
        read_everything(account);
      });
    });
  });
}

void list_preview_task::read_everything(const domain::api_credentials& account) {
  auto go_on = [this, account] {
    if (read_list())
      look_up(account);
  };
  if (!file_)
    return go_on();
  if (file_->size > domain::indicator_list_options{}.max_bytes)
    return stage(account);
  fetch_attached(*file_, domain::indicator_list_options{}.max_bytes, [this, go_on](std::string bytes) {
    draft_.file = std::move(bytes);
    go_on();
  });
}

bool list_preview_task::read_list() {
  auto list = domain::read_list(draft_, parts().submissions.value_key(), parts().settings.names);
  if (!list) {
    if (!draft_.file.empty() && !list.error().mend.empty())
      refuse_file(list.error().mend);
    else
      refuse(list.error());
    return false;
  }
  list_ = std::move(*list);
  // Something that can still be overridden in the preview counts as something to send.
  bool overridable = std::any_of(list_.reasons.begin(), list_.reasons.end(), [](const auto& r) {
    return domain::may_be_overridden(r.reason) && r.count > 0;
  });
  if (count_of(list_.reasons, domain::line_reason::safelisted) == 0)
    draft_.safelisted.clear();
  if (!list_.rows.empty() || overridable)
    return true;
  refuse(answers::no_indicators(list_.counts, list_.refused));
  return false;
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
  if (draft_.staged.empty()) { // what is staged stays as it was read
    shown.special_withheld = count_of(list_.reasons, domain::line_reason::special_address);
    shown.safelisted_withheld = count_of(list_.reasons, domain::line_reason::safelisted);
  }
  shown.safelist_checked = safelist_checked_;
  shown.draft_id = draft_id();
  keep_and_show(domain::encode(draft_), answers::confirm_dialog(shown));
}

} // namespace isacbot::actors
