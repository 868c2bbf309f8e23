#include "actors/tasks/report_preview_task.hpp"

#include "actors/slack_calls.hpp"
#include "domain/line_text.hpp"
#include "domain/report_file.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/content.hpp"
#include "protocol/slack/utf8.hpp"

#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;

namespace {

constexpr std::size_t most_first_shown = 10;
constexpr std::uint64_t max_report_files = 8U << 20U; ///< bytes; kept in memory until they are agreed to

void append_paragraph(std::string& to, std::string_view text) {
  if (!to.empty())
    to.append("\n\n");
  to.append(text);
}

} // namespace

report_preview_task::report_preview_task(caf::actor_config& cfg, std::shared_ptr<const bot> b,
                                         reply_target target)
    : preview_task(cfg, std::move(b), std::move(target), kind{"Submit a report", answers::block_body}) {}

void report_preview_task::run(const slack::request& request) {
  const auto& view = std::get<slack::view_submission>(request).view;
  auto context = read_context(view);
  if (!context)
    return;
  draft_.context = std::move(*context);
  auto tags = read_tags(view);
  if (!tags)
    return;
  draft_.tags = std::move(*tags);
  draft_.enclave = enclave_id{view.selected(answers::block_enclave)};
  draft_.content.title = domain::trimmed(view.text(answers::block_title));
  draft_.content.time_began = view.time(answers::block_time_began);
  draft_.content.body =
      domain::trimmed(domain::meant_text(view.text(answers::block_body), draft_.context.message_text));
  files_ = read_files(view, draft_.context);
  whole_thread_ =
      !draft_.context.thread_ts.empty() && view.is_checked(answers::block_thread, answers::checked);
  if (draft_.content.title.empty())
    return refuse({{std::string(answers::block_title), "A report needs a title."}});
  if (draft_.content.body.empty() && files_.empty())
    return refuse(answers::nothing_to_report(!draft_.context.files.empty()));

  check_with_credentials([this](const domain::api_credentials& account) {
    check_enclave(account, draft_.enclave, [this, account](std::string name) {
      draft_.enclave_name = std::move(name);
      find_link([this, account] {
        add_thread([this, account] { add_files([this, account] { look_up(account); }); });
      });
    });
  });
}

void report_preview_task::find_link(std::function<void()> then) {
  if (draft_.context.message_ts.empty())
    return then();
  call_slack(get_permalink(draft_.context.channel, draft_.context.message_ts),
             [this, then](result<http_response_ptr> response) {
               if (response)
                 if (auto link = slack::parse_permalink(**response))
                   draft_.content.external_url = *link;
               then(); // without an address the report is as good
             });
}

void report_preview_task::add_thread(std::function<void()> then) {
  if (!whole_thread_)
    return then();
  read_thread(draft_.context, [this, then](const std::vector<std::string>& messages, std::string remark) {
    remark_ = std::move(remark);
    for (const auto& message : messages)
      append_paragraph(draft_.content.body, message);
    then();
  });
}

void report_preview_task::add_files(std::function<void()> then) {
  prepare_files(std::exchange(files_, {}), max_report_files, [this, then](std::vector<chosen_file> files) {
    files_ = std::move(files);
    fetch_files(
        files_, max_report_files,
        [this](const chosen_file& chosen, const std::string& bytes) {
          auto text = domain::read_text_file(bytes);
          if (!text) {
            refuse_file(chosen, text.error().mend);
            return false;
          }
          append_paragraph(draft_.content.body, *text);
          return true;
        },
        then);
  });
}

void report_preview_task::look_up(const domain::api_credentials& account) {
  const auto& settings = parts().settings;
  auto report = domain::split_report(draft_.content, settings.report_limits, settings.names);
  if (!report)
    return refuse({{std::string(answers::block_body),
                    "This report is too large, even in parts. Submit it as several reports, or its values as "
                    "a list of indicators."}});
  report_parts_ = report->size();
  auto found = domain::find_observables(draft_.content, settings.names);
  auto rows = found.rows;
  check_known(account, draft_.enclave, rows,
              [this, found = std::move(found)](known_values known) { preview(found, std::move(known)); });
}

void report_preview_task::preview(const domain::report_observables& found, known_values known) {
  answers::report_preview shown;
  shown.title = draft_.content.title;
  shown.body_characters = slack::count_characters(draft_.content.body);
  shown.file_names = names_of(files_);
  shown.parts = report_parts_;
  shown.types = found.types;
  for (const auto& row : found.rows)
    if (shown.first.size() < most_first_shown)
      shown.first.push_back(row);
  shown.special = found.special;
  shown.other = found.other;
  shown.known = std::move(known.first);
  shown.known_count = known.count;
  shown.known_checked = known.checked;
  shown.enclave_name = draft_.enclave_name;
  shown.tags = draft_.tags;
  shown.time_began = draft_.content.time_began;
  shown.remark = remark_;
  shown.draft_id = draft_id();
  keep_and_show(domain::encode(draft_), answers::confirm_report_dialog(shown));
}

} // namespace isacbot::actors
