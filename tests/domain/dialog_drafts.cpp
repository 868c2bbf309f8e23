#include "domain/dialog_drafts.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

TEST_CASE("drafts come back as they were stored", "[domain]") {
  indicator_draft draft;
  draft.context = {channel_id{"C1"}, secret{"https://hooks.slack.com/commands/1"}};
  draft.text = "line \"one\"\nline\ttwo \xE2\x98\xA0\n";
  draft.enclave = enclave_id{"e-1"};
  draft.enclave_name = "An enclave ";
  draft.tags = {"a", "b c"};
  draft.source = "s";
  draft.notes = "n";
  draft.send_special = true;
  draft.safelisted = {"IP|192.0.2.1", "URL|example.com"};
  draft.send_safelisted = true;
  draft.staged = "01HX";
  draft.files = {{"iocs.csv", std::string("a\0\xFF", 3)}, {"", "b"}};
  draft.context.files = {
      {"F1", "iocs.csv", "text/csv", 4'096, secret{std::string("https://files.slack.com/f")}},
      {"F2", "", "", 0, secret{}}};
  CHECK(decode_submission_draft(encode(draft)).value() == submission_draft{draft});
  CHECK(decode_dialog_context(encode(draft.context)).value() == draft.context);
  pending_search search{draft.context, "wannacry"};
  CHECK(decode_pending_search(encode(search)).value() == search);
}

TEST_CASE("a report's draft is told from a list's", "[domain]") {
  report_draft draft;
  draft.context = {channel_id{"C1"}, secret{"https://hooks.slack.com/commands/1"}, "1.2", "1.1", "whole"};
  draft.content = {"Title", "Body \xE2\x98\xA0\n", from_epoch_ms(1'760'000'000'000), "https://x.example/p1"};
  draft.enclave = enclave_id{"e-1"};
  draft.enclave_name = "An enclave";
  draft.tags = {"a"};
  draft.again = true;
  CHECK(decode_submission_draft(encode(draft)).value() == submission_draft{draft});
  draft.content.time_began.reset();
  CHECK(decode_submission_draft(encode(draft)).value() == submission_draft{draft});
  CHECK(decode_dialog_context(encode(draft.context)).value() == draft.context);
}

TEST_CASE("drafts of the version with one file are read", "[domain]") {
  const std::string context =
      R"({"channel":"C1","response_url":"","message_ts":"1.2","thread_ts":"","message_text":"whole"})";
  auto old = decode_submission_draft(secret{
      R"({"context":)" + context +
      R"(,"text":"t","file":"YQpi","staged":"","enclave":"e","enclave_name":"n","tags":[],"source":"","notes":"",)"
      R"("send_special":false,"safelisted":[],"send_safelisted":false,"again":false})"});
  REQUIRE(old.has_value());
  const auto& draft = std::get<indicator_draft>(*old);
  CHECK(draft.files == std::vector<list_file>{{"", "a\nb"}});
  CHECK(draft.context.message_text == "whole");
  CHECK(draft.context.files.empty());
  CHECK(decode_dialog_context(secret{context}).value() == draft.context);
}

TEST_CASE("a damaged draft is corrupted, and its fault quotes nothing of it", "[domain]") {
  for (std::string bytes :
       {"", "{", "[]", "{}", R"({"context":{"channel":"C1"},"term":"hush"})",
        R"({"context":1,"term":"hush"})",
        R"({"context":{"channel":"C1","response_url":"","files":[{"id":"hush"}]},"term":"x"})",
        R"({"context":{"channel":"C1","response_url":"","files":"hush"},"term":"x"})"}) {
    auto read = decode_pending_search(secret{bytes});
    REQUIRE(read.has_error());
    CHECK(read.error().code == ec::corrupted);
    CHECK(read.error().cause.find("hush") == std::string::npos);
  }
}
