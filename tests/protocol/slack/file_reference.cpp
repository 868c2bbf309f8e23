#include "protocol/slack/file_reference.hpp"

#include "protocol/slack/request.hpp"

#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::slack;
using namespace isacbot::test;

namespace {

/// A message shortcut on a message with these files, in the shape of Slack's "File objects".
std::string on_message_with(const std::string& files) {
  return R"({"type":"message_action","user":{"id":"U1","team_id":"T1"},"team":{"id":"T1"},)"
         R"("callback_id":"submit_message","trigger_id":"1.2.c","channel":{"id":"C1","name":"intel"},)"
         R"("message_ts":"1.1","response_url":"https://hooks.slack.com/app/T1/1/x",)"
         R"("message":{"type":"message","text":"","user":"U2","ts":"1.1","upload":false,"files":)" +
         files + "}}";
}

const std::string table_json =
    R"({"id":"F0TABLE001","created":1760000000,"timestamp":1760000000,"name":"iocs.csv","title":"iocs.csv",
  "mimetype":"text/csv","filetype":"csv","pretty_type":"CSV","user":"U2","user_team":"T1","editable":true,"size":4096,
  "mode":"snippet","is_external":false,"external_type":"","is_public":true,"public_url_shared":false,
  "url_private":"https://files.slack.com/files-pri/T1-F0TABLE001/iocs.csv",
  "url_private_download":"https://files.slack.com/files-pri/T1-F0TABLE001/download/iocs.csv",
  "permalink":"https://x.slack.com/files/U2/F0TABLE001/iocs.csv","preview":"a,b","lines":9,"lines_more":8,
  "preview_is_truncated":true,"has_rich_preview":false,"file_access":"visible"})";
const std::string foreign_json =
    R"({"id":"F0FOREIGN1","created":1760000000,"timestamp":1760000000,"user":"W9","mode":"file_access",
  "file_access":"check_file_info"})";

std::vector<file_reference> files_in(const std::string& files) {
  auto parsed = parse_request(form_type, as_payload(on_message_with(files)));
  INFO((parsed ? std::string("parsed") : to_string(parsed.error())));
  REQUIRE(parsed.has_value());
  return std::get<message_action>(*parsed).files;
}

} // namespace

TEST_CASE("a message's files come with what is needed to fetch them", "[slack][request]") {
  auto files = files_in("[" + table_json + "," + foreign_json + "]");
  REQUIRE(files.size() == 2);
  CHECK(files[0] == file_reference{"F0TABLE001", "iocs.csv", "text/csv", 4'096,
                                   secret{std::string("https://files.slack.com/files-pri/T1-F0TABLE001/"
                                                      "download/iocs.csv")}});
  CHECK(files[1] == file_reference{"F0FOREIGN1", "", "", 0, secret{}}); // files.info tells the rest
}

TEST_CASE("files that are gone or out of reach are none", "[slack][request]") {
  CHECK(files_in(R"([{"id":"F1","mode":"tombstone"},{"id":"F2","mode":"hidden_by_limit"},)"
                 R"({"id":"F3","file_access":"access_denied"},{"id":"F4","file_access":"file_not_found"},)"
                 R"({"id":"F5","mode":"hosted","file_access":"visible"}])") ==
        std::vector{file_reference{"F5", "", "", 0, secret{}}});
  CHECK(files_in("[]").empty());
  CHECK(files_in("null").empty());
}

TEST_CASE("more files than a message can have are left out", "[slack][request]") {
  std::string many = "[" + table_json;
  for (std::size_t i = 0; i < max_message_files; ++i)
    many += "," + table_json;
  CHECK(files_in(many + "]").size() == max_message_files);
}

TEST_CASE("a message's files of a wrong type are refused, without what they say", "[slack][request]") {
  for (const std::string& bad :
       {std::string("{}"), std::string("\"hush\""), std::string("[\"hush\"]"), std::string("[{}]"),
        std::string(R"([{"id":7}])"), std::string(R"([{"id":""}])"), with(table_json, "4096", "\"hush\""),
        with("[" + table_json + "]", "\"iocs.csv\"", "9"), with("[" + table_json + "]", "\"text/csv\"", "[]"),
        with("[" + table_json + "]", "4096", "\"hush\""), with("[" + table_json + "]", "\"snippet\"", "{}"),
        with("[" + table_json + "]", "\"visible\"", "1"),
        with("[" + table_json + "]", "\"https://files.slack.com/files-pri/T1-F0TABLE001/download/iocs.csv\"",
             "{}")}) {
    INFO(bad);
    auto parsed = parse_request(form_type, as_payload(on_message_with(bad)));
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == ec::malformed);
    CHECK(parsed.error().cause.find("hush") == std::string::npos);
    CHECK(parsed.error().cause.find("files") != std::string::npos);
  }
}
