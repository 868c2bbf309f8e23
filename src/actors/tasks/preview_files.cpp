// What a submission takes from Slack beside the dialog's text: a message's thread, and files: which are
// meant, where they are, and how their bytes come.
#include "actors/slack_calls.hpp"
#include "actors/tasks/preview_task.hpp"
#include "domain/message_files.hpp"
#include "protocol/slack/content.hpp"
#include "protocol/slack/file_pieces.hpp"
#include "protocol/slack/text.hpp"

#include <utility>

namespace isacbot::actors {

namespace answers = domain::answers;
using answers::file_trouble;

namespace {

constexpr std::size_t thread_page_messages = 200; // what Slack recommends
constexpr std::size_t most_thread_pages = 5;
constexpr std::uint64_t piece_bytes = 1U << 20U; ///< of a file that is streamed

/// What Slack's refusal of a file means.
file_trouble trouble_of(const error& why) {
  switch (why.code) {
  case ec::too_large:
    return file_trouble::too_large;
  case ec::forbidden:
    return file_trouble::no_scope;
  case ec::upstream_rejected:
    return file_trouble::out_of_reach;
  default:
    return file_trouble::not_given;
  }
}

} // namespace

std::vector<preview_task::chosen_file> preview_task::read_files(const slack::view_state& view,
                                                                const domain::dialog_context& context) {
  std::vector<chosen_file> files;
  for (auto& file : domain::chosen_files(context.files, view))
    files.push_back({std::move(file), true});
  if (const auto* attached = view.file(answers::block_file))
    files.push_back({*attached, false});
  return files;
}

std::vector<std::string> preview_task::names_of(const std::vector<chosen_file>& files) {
  std::vector<std::string> names;
  for (const auto& chosen : files)
    names.push_back(domain::shown_name(chosen.file));
  return names;
}

struct preview_task::threading {
  domain::dialog_context context;
  std::string cursor;
  std::size_t pages = 0;
  std::vector<std::string> messages;
  std::function<void(std::vector<std::string>, std::string)> then;
};

void preview_task::read_thread(const domain::dialog_context& context,
                               std::function<void(std::vector<std::string>, std::string remark)> then) {
  read_page(std::make_shared<threading>(threading{context, {}, 0, {}, std::move(then)}));
}

void preview_task::read_page(const std::shared_ptr<threading>& t) {
  call_slack(get_thread(t->context.channel, t->context.thread_ts, thread_page_messages, t->cursor),
             [this, t](result<http_response_ptr> response) {
               auto page = response ? slack::parse_thread(**response)
                                    : slack::api_result<slack::thread_page>{slack::thread_page{}};
               if (!page || page->messages.empty())
                 return t->then(std::move(t->messages), answers::thread_not_read(t->pages > 0));
               for (const auto& m : page->messages)
                 if (m.ts != t->context.message_ts && !m.text.empty() &&
                     (t->pages == 0 || m.ts != t->context.thread_ts)) // the root comes on every page
                   t->messages.push_back(slack::normalise_text(m.text));
               t->cursor = page->next_cursor;
               if (t->cursor.empty())
                 return t->then(std::move(t->messages), {});
               if (++t->pages == most_thread_pages)
                 return t->then(std::move(t->messages), answers::thread_not_read(true));
               read_page(t);
             });
}

struct preview_task::preparing {
  std::vector<chosen_file> files;
  std::uint64_t max_bytes = 0;
  std::uint64_t sum = 0;
  std::size_t next = 0;
  std::function<void(std::vector<chosen_file>)> then;
};

void preview_task::prepare_files(std::vector<chosen_file> files, std::uint64_t max_bytes,
                                 std::function<void(std::vector<chosen_file>)> then) {
  prepare(std::make_shared<preparing>(preparing{std::move(files), max_bytes, 0, 0, std::move(then)}));
}

void preview_task::prepare(const std::shared_ptr<preparing>& p) {
  if (p->next == p->files.size())
    return p->then(std::move(p->files));
  auto& chosen = p->files[p->next];
  if (chosen.file.url.empty())
    return call_slack(get_file_info(chosen.file.id), [this, p](result<http_response_ptr> response) {
      auto& asked = p->files[p->next];
      if (!response)
        return refuse_unread(asked, response.error(), p->max_bytes);
      auto info = slack::parse_files_info(**response);
      if (!info || info->url.empty())
        return refuse_file(asked, file_trouble::not_given);
      asked.file = std::move(*info);
      prepare(p);
    });
  if (auto allowed = slack::check_file_url(chosen.file.url, parts().settings.files_hosts); !allowed) {
    parts().env.log.warning("task", "a file was not fetched",
                            {{"request", target().request_id}, {"error", to_string(allowed.error())}});
    return refuse_file(chosen, file_trouble::elsewhere);
  }
  if (chosen.file.size > p->max_bytes - p->sum)
    return refuse_file(chosen, file_trouble::too_large, p->max_bytes);
  p->sum += chosen.file.size;
  ++p->next;
  prepare(p);
}

struct preview_task::fetching {
  std::vector<chosen_file> files;
  std::uint64_t max_bytes = 0;
  std::uint64_t sum = 0;
  std::size_t next = 0;
  std::function<bool(const chosen_file&, const std::string&)> each;
  std::function<void()> at_end;
};

void preview_task::fetch_files(std::vector<chosen_file> files, std::uint64_t max_bytes,
                               std::function<bool(const chosen_file&, const std::string& bytes)> each,
                               std::function<void()> at_end) {
  fetch(std::make_shared<fetching>(
      fetching{std::move(files), max_bytes, 0, 0, std::move(each), std::move(at_end)}));
}

void preview_task::fetch(const std::shared_ptr<fetching>& f) {
  if (f->next == f->files.size())
    return f->at_end();
  const auto& chosen = f->files[f->next];
  call_slack(fetch_file(chosen.file.url, chosen.file.mimetype),
             [this, f](result<http_response_ptr> response) {
               const auto& came = f->files[f->next];
               if (!response)
                 return refuse_unread(came, response.error(), f->max_bytes);
               f->sum += (*response)->body.size(); // Slack's word on the size is not trusted
               if (f->sum > f->max_bytes)
                 return refuse_file(came, file_trouble::too_large, f->max_bytes);
               if (!f->each(came, (*response)->body))
                 return;
               ++f->next;
               fetch(f);
             });
}

struct preview_task::streaming {
  chosen_file chosen;
  std::uint64_t max_bytes = 0;
  slack::file_pieces pieces;
  std::function<void(const std::string&, std::function<void()> more)> take;
  std::function<void()> at_end;
};

void preview_task::stream_file(const chosen_file& file, std::uint64_t max_bytes,
                               std::function<void(const std::string&, std::function<void()> more)> take,
                               std::function<void()> at_end) {
  stream(std::make_shared<streaming>(
      streaming{file, max_bytes, slack::file_pieces{max_bytes}, std::move(take), std::move(at_end)}));
}

void preview_task::stream(const std::shared_ptr<streaming>& s) {
  call_slack(fetch_file_range(s->chosen.file.url, s->chosen.file.mimetype, s->pieces.offset(), piece_bytes),
             [this, s](result<http_response_ptr> response) {
               if (!response)
                 return refuse_unread(s->chosen, response.error(), s->max_bytes);
               auto last = s->pieces.take(**response);
               if (!last)
                 return refuse_unread(s->chosen, last.error(), s->max_bytes);
               s->take((*response)->body, [this, s, last = *last] { last ? s->at_end() : stream(s); });
             });
}

/// For a file that it does not show, the host leads to its login page, whatever the reason is; files.info
/// tells whether the bot has no right to files at all, or is not where this one was posted.
void preview_task::refuse_unread(const chosen_file& which, const error& why, std::uint64_t max_bytes) {
  parts().env.log.info("task", "a file was not read",
                       {{"request", target().request_id}, {"error", to_string(why)}});
  const auto trouble = trouble_of(why);
  if (trouble != file_trouble::no_scope || which.file.url.empty())
    return refuse_file(which, trouble, max_bytes);
  call_slack(get_file_info(which.file.id), [this, which](result<http_response_ptr> response) {
    refuse_file(which, response ? file_trouble::out_of_reach : trouble_of(response.error()));
  });
}

void preview_task::refuse_file(const chosen_file& which, file_trouble why, std::uint64_t max_bytes) {
  refuse(answers::file_faults(why, which.file, which.of_message, max_bytes));
}

void preview_task::refuse_file(const chosen_file& which, std::string_view why) {
  refuse(answers::file_faults(why, which.file, which.of_message));
}

} // namespace isacbot::actors
