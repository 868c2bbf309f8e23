#include "protocol/slack/content.hpp"

#include "protocol/form.hpp"
#include "protocol/slack/allowed_address.hpp"
#include "protocol/slack/answer_reader.hpp"

#include <charconv>
#include <utility>

namespace isacbot::slack {

namespace {

constexpr std::size_t max_link = 500;

/// Reading methods take arguments in the query only in old documents; as a form they all do.
http::request make_form_call(const api_access& access, std::string_view method, std::string body) {
  http::request request;
  request.method = "POST";
  request.target = access.api_url + std::string(method);
  request.headers.add("Authorization", "Bearer " + std::string(access.token.reveal()));
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Accept", "application/json");
  request.body = std::move(body);
  return request;
}

bool is_page(std::string_view type) {
  return type.starts_with("text/html");
}

} // namespace

result<void> check_file_url(const secret& url, std::span<const std::string> allowed_hosts) {
  return check_allowed_address(url, allowed_hosts, "file's address", "slack.files_hosts");
}

http::request download_file(const api_access& access, const secret& url) {
  http::request request;
  request.method = "GET";
  request.target = std::string(url.reveal());
  request.headers.add("Authorization", "Bearer " + std::string(access.token.reveal()));
  request.headers.add("Accept", "*/*");
  return request;
}

http::request download_file_range(const api_access& access, const secret& url, std::uint64_t offset,
                                  std::uint64_t size) {
  auto request = download_file(access, url);
  request.headers.add("Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + size - 1));
  return request;
}

result<file_range> read_file_range(const http::response& r) {
  if (r.status == 200)
    return file_range{0, r.body.size()};
  auto unclear = fail(ec::protocol_violation, "an answer with a piece of a file that does not say which");
  // "bytes 0-1023/4096"; the total may be "*", which is of no use here.
  auto text = r.headers.find("Content-Range").value_or("");
  constexpr std::string_view unit = "bytes ";
  if (r.status != 206 || !text.starts_with(unit))
    return unclear;
  text.remove_prefix(unit.size());
  std::uint64_t last = 0;
  file_range out;
  auto number = [&text](std::uint64_t& to, char behind) {
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), to);
    if (failed != std::errc{})
      return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (behind == '\0')
      return text.empty();
    if (!text.starts_with(behind))
      return false;
    text.remove_prefix(1);
    return true;
  };
  if (!number(out.offset, '-') || !number(last, '/') || !number(out.total, '\0'))
    return unclear;
  if (last < out.offset || last - out.offset + 1 != r.body.size() || last >= out.total)
    return unclear;
  return out;
}

api_result<void> judge_file_answer(const http::response& r, std::string_view mimetype) {
  if (r.status == 429)
    return make_fault(r, "ratelimited", next_step::wait);
  if (r.status >= 500)
    return make_fault(r, "http_" + std::to_string(r.status), next_step::retry);
  bool login_page =
      r.status == 200 && is_page(r.headers.find("Content-Type").value_or("")) && !is_page(mimetype);
  if (r.status == 206 || (r.status == 200 && !login_page))
    return {};
  bool no_right = login_page || (r.status >= 300 && r.status <= 303) || r.status == 401 || r.status == 403;
  if (!no_right)
    return make_fault(r, "http_" + std::to_string(r.status), next_step::give_up);
  api_fault fault = make_fault(r, "missing_scope", next_step::reinstall);
  fault.detail = "needs the scope files:read";
  return fault;
}

http::request files_info(const api_access& access, std::string_view file_id) {
  return make_form_call(access, "files.info", form::encode({{"file", std::string(file_id)}}));
}

api_result<file_reference> parse_files_info(const http::response& r) {
  return parse_answer<file_reference>(
      r, [](const json::reader& body) { return read_file(body.object("file")); });
}

http::request chat_get_permalink(const api_access& access, const channel_id& channel, std::string_view ts) {
  return make_form_call(access, "chat.getPermalink",
                        form::encode({{"channel", channel.value}, {"message_ts", std::string(ts)}}));
}

api_result<std::string> parse_permalink(const http::response& r) {
  return parse_answer<std::string>(r, [](const json::reader& body) {
    std::string link = body.filled_text("permalink");
    bool is_web = link.starts_with("https://") || link.starts_with("http://");
    if (!is_web || link.size() > max_link)
      body.refuse("permalink", "a web address is expected");
    return link;
  });
}

http::request conversations_replies(const api_access& access, const channel_id& channel, std::string_view ts,
                                    std::size_t limit, std::string_view cursor) {
  form::fields arguments{
      {"channel", channel.value}, {"ts", std::string(ts)}, {"limit", std::to_string(limit)}};
  if (!cursor.empty())
    arguments.add("cursor", std::string(cursor));
  return make_form_call(access, "conversations.replies", form::encode(arguments));
}

api_result<thread_page> parse_thread(const http::response& r) {
  return parse_answer<thread_page>(r, [](const json::reader& body) {
    thread_page page;
    for (const json::reader& m : body.objects("messages"))
      page.messages.push_back({user_id{m.text_or("user")}, m.text_or("ts"), m.text_or("text")});
    if (auto metadata = body.optional_object("response_metadata"))
      page.next_cursor = metadata->text_or("next_cursor");
    return page;
  });
}

} // namespace isacbot::slack
