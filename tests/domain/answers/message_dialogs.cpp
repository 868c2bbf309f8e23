// The dialogs that are opened from a message, and what is said about its files.
#include "domain/answers.hpp"
#include "domain/message_files.hpp"
#include "shown.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;

namespace {

const std::vector<slack::file_reference> two{
    {"F1", "iocs.csv", "text/csv", 12'345, secret{"https://x/secret-address"}},
    {"F2", "screen.png", "image/png", 0, secret{}}};

/// The element of the block with that id.
boost::json::object element_of(const slack::view& view, std::string_view block) {
  for (const auto& b : view.json().at("blocks").as_array())
    if (const auto* id = b.as_object().if_contains("block_id"); id != nullptr && id->as_string() == block)
      return b.at("element").as_object();
  return {};
}

} // namespace

TEST_CASE("a message's files are offered in both dialogs, texts ticked, by their places", "[answers]") {
  const auto report = submit_report_dialog({.of_message = true, .in_thread = true, .files = two});
  const auto list = submit_indicators_dialog({.in_thread = true, .files = two});
  for (const auto& view : {report, list}) {
    auto shown = check_view(view);
    CHECK(contains(shown, R"("block_id":"thread")"));
    CHECK_FALSE(contains(shown, "secret-address")); // what a file is stays on our side
    CHECK_FALSE(contains(shown, R"("F1")"));
    auto boxes = element_of(view, "message_files");
    REQUIRE(boxes.at("options").as_array().size() == 2);
    CHECK(boxes.at("options").at(0).at("text").at("text") == "iocs.csv");
    CHECK(boxes.at("options").at(0).at("value") == "0");
    CHECK(boxes.at("options").at(0).at("description").at("text") == "13 kB");
    CHECK(boxes.at("options").at(1).at("description").at("text") == "size not known yet");
    REQUIRE(boxes.at("initial_options").as_array().size() == 1);
    CHECK(boxes.at("initial_options").at(0) == boxes.at("options").at(0));
  }
  CHECK(contains(check_view(report), R"("action_id":"list_of_message")"));
  CHECK_FALSE(contains(check_view(submit_report_dialog({})), "list_of_message"));
  CHECK_FALSE(contains(check_view(submit_report_dialog({.of_message = true})), "message_files"));
  CHECK_FALSE(contains(check_view(submit_indicators_dialog({})), "message_files"));
}

TEST_CASE("more files than there are boxes for are spoken of", "[answers]") {
  const std::vector<slack::file_reference> many(14, two[0]);
  auto view = submit_report_dialog({.of_message = true, .files = many});
  CHECK(contains(check_view(view), "The message has 14 files, of which these are the first 10"));
  CHECK(element_of(view, "message_files").at("options").as_array().size() == 10);
  slack::file_reference endless{"F", std::string(400, 'n'), "text/plain", 1, secret{}};
  check_view(submit_indicators_dialog({.files = {endless}}));
}

TEST_CASE("a list of a message that is longer than its input says that it is read whole", "[answers]") {
  CHECK(contains(check_view(submit_indicators_dialog({.typed = std::string(3'001, 'x')})),
                 "the whole message is read"));
  CHECK_FALSE(contains(check_view(submit_indicators_dialog({.typed = std::string(3'000, 'x')})),
                       "the whole message is read"));
}

TEST_CASE("what is wrong with a file stands at its input, with its name and what to do", "[answers]") {
  const slack::file_reference& table = two[0];
  for (auto why : {file_trouble::too_large, file_trouble::elsewhere, file_trouble::no_scope,
                   file_trouble::out_of_reach, file_trouble::not_given}) {
    auto of_message = file_faults(why, table, true, 8'192);
    REQUIRE(of_message.size() == 1);
    CHECK(of_message[0].first == "message_files");
    CHECK(of_message[0].second.starts_with("iocs.csv: "));
    CHECK_FALSE(contains(of_message[0].second, "secret-address"));
    auto attached = file_faults(why, table, false, 8'192);
    REQUIRE(attached.size() == 1);
    CHECK(attached[0].first == "file");
    CHECK(attached[0].second != of_message[0].second);
  }
  auto words = [&](file_trouble why, std::uint64_t max = 0) {
    return file_faults(why, table, true, max)[0].second;
  };
  CHECK(contains(words(file_trouble::too_large, 8'192), "13 kB. I take at most 8 kB"));
  CHECK(contains(words(file_trouble::too_large, 20'000), "with all the others together"));
  slack::file_reference huge{"F", "huge.csv", "text/csv", UINT64_MAX, secret{}};
  CHECK(contains(file_faults(file_trouble::too_large, huge, false, 256U << 20U)[0].second,
                 "17592186044416 MB. I take at most 256 MB"));
  CHECK(contains(words(file_trouble::no_scope), "files:read"));
  CHECK(contains(words(file_trouble::out_of_reach), "/invite @TruSTAR"));
  CHECK(contains(words(file_trouble::not_given), "try again"));
  CHECK(file_faults("It is no text.", {}, true)[0].second == "A file shared from elsewhere: It is no text.");
}

TEST_CASE("faults that come late are shown in a view of their own", "[answers]") {
  auto shown = check_view(faults_view("Submit", {{"file", "iocs.csv: too large"}, {"enclave", hostile}}));
  CHECK(contains(shown, "iocs[.]csv: too large"));
  CHECK(contains(shown, "What you typed is still in the dialog below"));
  CHECK(contains(shown, R"("text":"Back")"));
}

TEST_CASE("previews name the files whose content they show", "[answers]") {
  submission_preview list;
  list.counts = {1, 1, 0, 0, 0};
  list.enclave_name = "Intel";
  list.file_names = {"iocs.csv", hostile};
  list.remark = "I could not read <!channel> it";
  auto shown = check_view(confirm_dialog(list));
  CHECK(contains(shown, "With the contents of `iocs[.]csv`"));
  CHECK(contains(shown, "I could not read"));
  report_preview report;
  report.enclave_name = "Intel";
  report.file_names = {"iocs.csv", hostile};
  CHECK(contains(check_view(confirm_report_dialog(report)), "with the text of `iocs[.]csv`"));
}

TEST_CASE("an empty dialog says where something can come from", "[answers]") {
  CHECK(contains(nothing_to_list(true)[0].second, "tick a file"));
  CHECK_FALSE(contains(nothing_to_list(false)[0].second, "tick"));
  CHECK(contains(nothing_to_report(true)[0].second, "tick a file"));
  CHECK_FALSE(contains(nothing_to_report(false)[0].second, "tick"));
  CHECK(contains(thread_not_read(false), "member of the channel"));
  CHECK(contains(thread_not_read(true), "only the beginning"));
  CHECK(contains(check_message(dialog_too_old()), "Copy what you typed"));
  CHECK(contains(check_message(dialog_not_changed()), "still in it"));
}
