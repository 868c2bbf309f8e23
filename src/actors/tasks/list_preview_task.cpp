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
  draft_.text = domain::meant_text(view.text(answers::block_indicators), draft_.context.message_text);
  draft_.source = view.text(answers::block_source);
  draft_.notes = view.text(answers::block_notes);
  draft_.enclave = enclave_id{view.selected(answers::block_enclave)};
  draft_.send_special = !parts().settings.withhold.special_address;

  files_ = read_files(view, draft_.context);
  whole_thread_ =
      !draft_.context.thread_ts.empty() && view.is_checked(answers::block_thread, answers::checked);
  if (domain::trimmed(draft_.text).empty() && files_.empty() && !whole_thread_)
    return refuse(answers::nothing_to_list(!draft_.context.files.empty()));
  if (files_.empty() && !whole_thread_ && !read_list()) // faults at once, while the dialog is still there
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
  add_thread([this, account] {
    prepare_files(std::exchange(files_, {}), max_list_files, [this, account](std::vector<chosen_file> files) {
      files_ = std::move(files);
      std::uint64_t bytes = draft_.text.size();
      for (const auto& chosen : files_)
        bytes += chosen.file.size;
      const auto in_memory = domain::indicator_list_options{}.max_bytes;
      if (bytes > in_memory && !files_.empty())
        return stage(account);
      fetch_files(
          files_, in_memory - std::min<std::uint64_t>(draft_.text.size(), in_memory),
          [this](const chosen_file& chosen, const std::string& content) {
            draft_.files.push_back({chosen.file.name, content});
            return true;
          },
          [this, account] {
            if (read_list())
              look_up(account);
          });
    });
  });
}

void list_preview_task::add_thread(std::function<void()> then) {
  if (!whole_thread_)
    return then();
  read_thread(draft_.context, [this, then](const std::vector<std::string>& messages, std::string remark) {
    remark_ = std::move(remark);
    for (const auto& message : messages)
      draft_.text.append(draft_.text.empty() ? "" : "\n").append(message);
    if (domain::trimmed(draft_.text).empty() && files_.empty() && !remark_.empty())
      return refuse({{std::string(answers::block_thread), remark_}});
    then();
  });
}

bool list_preview_task::read_list() {
  auto list = domain::read_list(draft_, parts().submissions.value_key(), parts().settings.names);
  if (!list) {
    const bool of_message =
        std::any_of(files_.begin(), files_.end(), [](const auto& chosen) { return chosen.of_message; });
    if (!draft_.files.empty() && !list.error().mend.empty()) // it names the file
      refuse({{std::string(of_message ? answers::block_message_files : answers::block_file),
               list.error().mend}});
    else
      refuse(list.error());
    return false;
  }
  list_ = std::move(*list);
  if (count_of(list_.reasons, domain::line_reason::safelisted) == 0)
    draft_.safelisted.clear();
  // Something that can still be overridden in the preview counts as something to send.
  if (!list_.rows.empty() || has_overridable())
    return true;
  refuse(answers::no_indicators(list_.counts, list_.refused));
  return false;
}

bool list_preview_task::has_overridable() const {
  return std::any_of(list_.reasons.begin(), list_.reasons.end(),
                     [](const auto& r) { return domain::may_be_overridden(r.reason) && r.count > 0; });
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
  shown.file_names = names_of(files_);
  shown.remark = remark_;
  shown.special_withheld = count_of(list_.reasons, domain::line_reason::special_address);
  shown.safelisted_withheld = count_of(list_.reasons, domain::line_reason::safelisted);
  shown.safelist_checked = safelist_checked_;
  shown.draft_id = draft_id();
  keep_and_show(domain::encode(draft_), answers::confirm_dialog(shown));
}

} // namespace isacbot::actors
