#include "protocol/slack/content.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::slack;

namespace {

const api_access bot_access{"https://slack.com/api/", secret{std::string("xoxb-1")}};

http::response answer(unsigned status, std::string type, std::string body) {
  return http::make_response(status, std::move(type), std::move(body));
}

http::response json_answer(std::string body) {
  return answer(200, "application/json; charset=utf-8", std::move(body));
}

} // namespace

TEST_CASE("a file is fetched from allowed hosts only", "[slack][content]") {
  const std::vector<std::string> hosts{"files.slack.com", "127.0.0.1:3001"};
  auto check = [&](const std::string& url) { return check_file_url(secret{url}, hosts); };
  CHECK(check("https://files.slack.com/files-pri/T1-F1/download/notes.txt").has_value());
  CHECK(check("https://FILES.slack.com:443/x").has_value());
  CHECK(check("http://127.0.0.1:3001/files-pri/T1-F1/download/notes.txt").has_value());
  for (const std::string url :
       {"http://files.slack.com/x", "https://files.slack.com:8443/x",
        "https://files.slack.com.evil.example/x", "https://files.slack.com@evil.example/x",
        "https://evil.example/files.slack.com", "file:///etc/passwd", "https://127.0.0.1:3002/x",
        "https://files.slack.com/x#y", "https://files.slack.com/a b", ""}) {
    INFO(url);
    auto refused = check(url);
    REQUIRE(refused.has_error());
    CHECK((refused.error().code == ec::forbidden || refused.error().code == ec::malformed));
    CHECK(refused.error().cause.find("evil") == std::string::npos);
  }
}

TEST_CASE("the token goes along in the header, and nowhere else", "[slack][content]") {
  auto request = download_file(bot_access, secret{std::string("https://files.slack.com/files-pri/T1-F1/x")});
  CHECK(request.method == "GET");
  CHECK(request.target == "https://files.slack.com/files-pri/T1-F1/x");
  CHECK(request.headers.find("Authorization") == "Bearer xoxb-1");
  CHECK(request.body.empty());
}

TEST_CASE("a login page in place of a file is a missing scope", "[slack][content]") {
  CHECK(judge_file_answer(answer(200, "text/plain", "x"), "text/plain").has_value());
  CHECK(judge_file_answer(answer(200, "text/html", "<p>"), "text/html").has_value());
  for (const auto& r : {answer(302, "text/html", ""), answer(200, "text/html; charset=utf-8", "<html>"),
                        answer(403, "text/html", ""), answer(401, "text/plain", "")}) {
    auto fault = judge_file_answer(r, "text/plain");
    REQUIRE(fault.has_error());
    CHECK(fault.error().next == next_step::reinstall);
    CHECK(fault.error().to_error().code == ec::forbidden);
  }
  CHECK(judge_file_answer(answer(503, "text/html", ""), "text/plain").error().next == next_step::retry);
  CHECK(judge_file_answer(answer(429, "text/html", ""), "text/plain").error().next == next_step::wait);
  CHECK(judge_file_answer(answer(404, "text/html", ""), "text/plain").error().next == next_step::give_up);
}

TEST_CASE("a file's address is asked for when Slack left it out", "[slack][content]") {
  auto request = files_info(bot_access, "F0NOTES01");
  CHECK(request.method == "POST");
  CHECK(request.target == "https://slack.com/api/files.info");
  CHECK(request.body == "file=F0NOTES01");
  auto file = parse_files_info(json_answer(R"({"ok":true,"file":{"id":"F0NOTES01","name":"notes.txt",
      "mimetype":"text/plain","size":120,"url_private":"https://files.slack.com/a",
      "url_private_download":"https://files.slack.com/b"}})"))
                  .value();
  CHECK(file.name == "notes.txt");
  CHECK(file.size == 120);
  CHECK(file.url.reveal() == "https://files.slack.com/b");
  for (const char* bad : {R"({"ok":true})", R"({"ok":true,"file":{}})", R"({"ok":true,"file":{"id":7}})",
                          R"({"ok":false,"error":"file_not_found"})", "x"})
    CHECK(parse_files_info(json_answer(bad)).has_error());
}

TEST_CASE("a message's address has to be one", "[slack][content]") {
  auto request = chat_get_permalink(bot_access, channel_id{"C1"}, "1760000123.000100");
  CHECK(request.target == "https://slack.com/api/chat.getPermalink");
  CHECK(request.body == "channel=C1&message_ts=1760000123.000100");
  auto link = parse_permalink(json_answer(R"({"ok":true,"permalink":"https://x.slack.com/archives/C1/p1"})"));
  CHECK(link.value() == "https://x.slack.com/archives/C1/p1");
  auto script = R"js({"ok":true,"permalink":"javascript:alert(1)"})js";
  CHECK(parse_permalink(json_answer(script)).has_error());
  CHECK(parse_permalink(json_answer(R"({"ok":false,"error":"message_not_found"})")).has_error());
}

TEST_CASE("a thread is read in order, messages of apps included", "[slack][content]") {
  auto request = conversations_replies(bot_access, channel_id{"C1"}, "1.1", 200);
  CHECK(request.target == "https://slack.com/api/conversations.replies");
  CHECK(request.body == "channel=C1&ts=1.1&limit=200");
  auto thread =
      parse_thread(json_answer(R"({"ok":true,"messages":[{"user":"U1","ts":"1.1","text":"a &amp; b"},
      {"bot_id":"B1","ts":"1.2","text":"c"}],"has_more":true,
      "response_metadata":{"next_cursor":"bmV4dA=="}})"))
          .value();
  REQUIRE(thread.messages.size() == 2);
  CHECK(thread.messages[0].text == "a &amp; b");
  CHECK(thread.messages[1].user.empty());
  CHECK(thread.next_cursor == "bmV4dA==");
  CHECK(conversations_replies(bot_access, channel_id{"C1"}, "1.1", 200, thread.next_cursor).body ==
        "channel=C1&ts=1.1&limit=200&cursor=bmV4dA%3D%3D");
  auto last = parse_thread(json_answer(R"({"ok":true,"messages":[],"has_more":false})"));
  CHECK(last.value().next_cursor.empty());
  CHECK(parse_thread(json_answer(R"({"ok":true,"messages":[],"response_metadata":{"next_cursor":7}})"))
            .has_error());
  CHECK(parse_thread(json_answer(R"({"ok":true})")).has_error());
  CHECK(parse_thread(json_answer(R"({"ok":false,"error":"missing_scope","needed":"channels:history"})"))
            .error()
            .next == next_step::reinstall);
}

TEST_CASE("a piece of a file says which one it is, or is not taken", "[slack][content]") {
  auto request = download_file_range({"https://slack.com/api/", secret{"xoxb-1"}},
                                     secret{"https://files.slack.com/f"}, 1'024, 512);
  CHECK(request.headers.find("Range") == "bytes=1024-1535"); // RFC 9110 section 14.1.2: both ends included
  auto piece = [](unsigned status, const char* range, std::string body) {
    http::response r = http::make_response(status, "text/csv", std::move(body));
    if (range != nullptr)
      r.headers.add("Content-Range", range);
    return r;
  };
  auto came = read_file_range(piece(206, "bytes 1024-1027/2000", "abcd"));
  REQUIRE(came.has_value());
  CHECK(came->offset == 1'024);
  CHECK(came->total == 2'000);
  auto whole = read_file_range(piece(200, nullptr, "abcd")); // a server that gives no pieces
  REQUIRE(whole.has_value());
  CHECK(whole->offset == 0);
  CHECK(whole->total == 4);
  for (const char* range :
       {"bytes 1024-1028/2000", "bytes 1024-1027/*", "bytes 1024-1027/1027", "bytes 9-1/20", "bytes */2000",
        "items 1-4/9", "bytes 0-3/4x", "bytes -3/4", "bytes 0-3", "bytes 99999999999999999999-3/4", ""}) {
    INFO(range);
    CHECK(read_file_range(piece(206, range, "abcd")).error().code == ec::protocol_violation);
  }
  CHECK(read_file_range(piece(206, nullptr, "abcd")).has_error());
  CHECK(read_file_range(piece(416, "bytes 0-3/4", "abcd")).has_error());
  CHECK(judge_file_answer(piece(206, "bytes 0-3/4", "abcd"), "text/csv").has_value());
}
