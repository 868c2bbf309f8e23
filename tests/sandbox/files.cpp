#include "sandbox/files.hpp"

#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
namespace json = boost::json;

namespace {

struct files_fixture : test::sandbox_fixture {
  json::object order(const std::string& what, const json::object& body) {
    auto answer = post("/sandbox/" + what, body, "");
    INFO(answer->body);
    REQUIRE(answer->status == 200);
    return sandbox::parse_json(answer->body)->as_object();
  }
  std::string make(json::object file) {
    file["user"] = "U0BEN";
    return std::string(order("files", file).at("file").as_string());
  }
  /// Ben writes a message; @returns it as a shortcut of ana's carries it.
  json::object shortcut_on(const std::string& channel, json::object message) {
    message["user"] = "U0BEN";
    message["channel"] = channel;
    auto said = order("say", message);
    order(
        "shortcut",
        {{"user", "U0ANA"}, {"channel", channel}, {"ts", said.at("ts")}, {"callback_id", "submit_message"}});
    bot.run();
    return test::payload_of(bot.received.back()).at("message").as_object();
  }
  unsigned download(const json::object& file) {
    std::string url(file.at("url_private_download").as_string());
    http::request request{"GET", url.substr(url.find("/files-pri")), {}, ""};
    request.headers.add("Authorization", "Bearer xoxb-test-token");
    return ask(std::move(request))->status;
  }
};

} // namespace

TEST_CASE_METHOD(files_fixture, "a message carries its files as Slack's file objects", "[sandbox]") {
  auto id = make({{"name", "iocs.csv"}, {"mimetype", "text/csv"}, {"content", "value\nx\n"}});
  auto message = shortcut_on("C0INTEL", {{"text", "see"}, {"files", json::array{id.c_str()}}});
  CHECK(message.at("upload") == false);
  REQUIRE(message.at("files").as_array().size() == 1);
  const auto& file = message.at("files").at(0).as_object();
  CHECK(file.at("id") == json::value(id));
  CHECK(file.at("name") == "iocs.csv");
  CHECK(file.at("mimetype") == "text/csv");
  CHECK(file.at("size") == 8);
  CHECK(file.at("is_public") == true);
  CHECK(file.at("file_access") == "visible");
  CHECK(download(file) == 200);
  CHECK(call("files.info", {{"file", id}}).at("file") == json::value(file));
  auto seen = sandbox::parse_json(ask({"GET", "/sandbox/messages?user=U0ANA", {}, ""})->body)->as_object();
  CHECK(seen.at("messages").at(0).at("files").at(0).at("name") == "iocs.csv");
  CHECK(seen.at("messages").at(0).at("shown") == "see\n[file: iocs.csv]\n");
}

TEST_CASE_METHOD(files_fixture, "a file is for those who are where it was posted, or whom it was given",
                 "[sandbox]") {
  auto id = make({{"name", "iocs.csv"}, {"content", "x"}});
  auto message = shortcut_on("C0OUTSIDE", {{"text", ""}, {"files", json::array{id.c_str()}}});
  const auto file = message.at("files").at(0).as_object();
  CHECK(error_of("files.info", {{"file", id}}) == "file_not_found");
  CHECK(download(file) == 302); // the login page
  app->world().change(
      [](sandbox::context& in) { in.state.channels.at("C0OUTSIDE").members.insert("U0BOT"); });
  CHECK(error_of("files.info", {{"file", id}}) == "ok");
  CHECK(download(file) == 200);
  app->world().change([](sandbox::context& in) { in.state.channels.at("C0OUTSIDE").members.erase("U0BOT"); });
  CHECK(download(file) == 302);
  // Put into a dialog, it is handed to the app.
  open({{{"type", "input"},
         {"block_id", "file"},
         {"label", test::text_object("File")},
         {"element", {{"type", "file_input"}, {"action_id", "value"}}}}},
       "U0BEN");
  REQUIRE(app->members().enter("U0BEN", top("U0BEN")->id, {{"file", json::array{id.c_str()}}}).has_value());
  CHECK(download(file) == 200);
  // Nobody posts a file of somebody else, and a message without text or file is written all the same in a
  // thread.
  auto theirs = post(
      "/sandbox/say",
      {{"user", "U0ANA"}, {"channel", "C0INTEL"}, {"text", "x"}, {"files", json::array{id.c_str()}}}, "");
  CHECK(theirs->status == 400);
}

TEST_CASE_METHOD(files_fixture, "of a file from elsewhere, or deleted, a message tells the id", "[sandbox]") {
  auto foreign = make({{"name", "iocs.csv"}, {"content", "x"}, {"foreign", true}});
  auto gone = make({{"name", "gone.csv"}, {"content", "x"}});
  app->world().change([&](sandbox::context& in) { in.state.files.at(gone).is_deleted = true; });
  auto refused = post(
      "/sandbox/say",
      {{"user", "U0BEN"}, {"channel", "C0INTEL"}, {"text", ""}, {"files", json::array{gone.c_str()}}}, "");
  CHECK(refused->status == 400);
  app->world().change([&](sandbox::context& in) { in.state.files.at(gone).is_deleted = false; });
  auto said = order("say", {{"user", "U0BEN"},
                            {"channel", "C0INTEL"},
                            {"text", ""},
                            {"files", json::array{foreign.c_str(), gone.c_str()}}});
  app->world().change([&](sandbox::context& in) { in.state.files.at(gone).is_deleted = true; });
  order("shortcut", {{"user", "U0ANA"}, {"channel", "C0INTEL"}, {"ts", said.at("ts")}, {"callback_id", "c"}});
  bot.run();
  auto files = test::payload_of(bot.received.back()).at("message").at("files").as_array();
  REQUIRE(files.size() == 2);
  CHECK(files[0].at("file_access") == "check_file_info");
  CHECK_FALSE(files[0].as_object().contains("url_private_download"));
  CHECK(files[1] == json::value{{"id", gone}, {"mode", "tombstone"}});
  CHECK(call("files.info", {{"file", foreign}}).at("file").as_object().at("name") == "iocs.csv");
  CHECK(error_of("files.info", {{"file", gone}}) == "file_deleted");
}

TEST_CASE_METHOD(files_fixture, "a thread is read in pages, each with its root", "[sandbox]") {
  auto root = order("say", {{"user", "U0BEN"}, {"channel", "C0INTEL"}, {"text", "root"}}).at("ts");
  for (const char* text : {"one", "two", "three"})
    order("say", {{"user", "U0BEN"}, {"channel", "C0INTEL"}, {"text", text}, {"thread_ts", root}});
  order("say", {{"user", "U0BEN"}, {"channel", "C0INTEL"}, {"text", "beside"}});
  auto texts = [](const json::object& page) {
    std::vector<std::string> out;
    for (const auto& m : page.at("messages").as_array())
      out.emplace_back(m.at("text").as_string());
    return out;
  };
  auto page = call("conversations.replies", {{"channel", "C0INTEL"}, {"ts", root}, {"limit", "3"}});
  CHECK(texts(page) == std::vector<std::string>{"root", "one", "two"});
  CHECK(page.at("has_more") == true);
  CHECK(page.at("messages").at(0).at("thread_ts") == root);
  page = call("conversations.replies", {{"channel", "C0INTEL"},
                                        {"ts", root},
                                        {"limit", "3"},
                                        {"cursor", page.at("response_metadata").at("next_cursor")}});
  CHECK(texts(page) == std::vector<std::string>{"root", "three"});
  CHECK(page.at("has_more") == false);
  CHECK(error_of("conversations.replies", {{"channel", "C0INTEL"}, {"ts", "1.1"}}) == "thread_not_found");
  CHECK(error_of("conversations.replies", {{"channel", "C0OUTSIDE"}, {"ts", root}}) == "not_in_channel");
  CHECK(error_of("conversations.replies", {{"channel", "C0SECRET"}, {"ts", root}}) == "channel_not_found");
  CHECK(error_of("conversations.replies", {{"channel", "C0INTEL"}}) == "invalid_arguments");
  app->world().change([](sandbox::context& in) { std::erase(in.state.settings.scopes, "channels:history"); });
  auto refused = call("conversations.replies", {{"channel", "C0INTEL"}, {"ts", root}});
  CHECK(refused.at("error") == "missing_scope");
  CHECK(refused.at("needed") == "channels:history");
  auto nowhere = post("/sandbox/say",
                      {{"user", "U0BEN"}, {"channel", "C0INTEL"}, {"text", "x"}, {"thread_ts", "1.1"}}, "");
  CHECK(nowhere->status == 400);
}
