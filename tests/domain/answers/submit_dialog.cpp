#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;

namespace {

constexpr sys_time noon{seconds{1'760'000'000}};

} // namespace

TEST_CASE("the submit dialog has the blocks that the bot reads", "[answers]") {
  std::string dialog = check_view(submit_indicators_dialog(
      {.typed = "192.0.2.1", .enclave = enclave_choice{"e-1", "Intel"}, .private_metadata = "draft"}));
  CHECK(contains(dialog, R"("callback_id":"submit_indicators")"));
  for (auto id : {"indicators", "enclave", "tags", "tlp", "source", "notes"})
    CHECK(contains(dialog, R"("block_id":")" + std::string(id) + "\""));
  CHECK(contains(dialog, R"("initial_value":"192.0.2.1")"));
  CHECK(contains(dialog, R"("value":"e-1")"));
  CHECK(contains(dialog, R"("value":"tlp:amber+strict")"));
  check_view(submit_indicators_dialog({}));
}

TEST_CASE("the enclave menu filters by what was typed", "[answers]") {
  std::vector<enclave_choice> enclaves = {{"1", "Intel Exchange"}, {"2", "Private"}, {"3", "INTERNAL"}};
  CHECK(enclave_options(enclaves, "").size() == 3);
  REQUIRE(enclave_options(enclaves, "int").size() == 2);
  CHECK(enclave_options(enclaves, "int")[1].value == "3");
  CHECK(enclave_options(enclaves, "nobody").empty());
  CHECK(enclave_options(std::vector<enclave_choice>(150, {"1", "x"}), "").size() == 100);
  CHECK(enclave_options({enclave_choice{"id", ""}}, "").at(0).text == "id");
}

TEST_CASE("dialog faults say which line is meant", "[answers]") {
  auto faults =
      no_indicators({3, 0, 0, 1, 2}, {{2, "what is http://evil.example this", line_reason::not_understood}});
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].first == "indicators");
  CHECK(contains(faults[0].second, "line 2: what is hxxp://evil[.]example this"));
  CHECK(contains(faults[0].second, "1 value is"));
  CHECK(wrong_enclave().at(0).first == "enclave");
  CHECK(submission_faults(fail(ec::too_large, "x", "send fewer lines"), "r")
            .at(0)
            .second.find("send fewer lines") != std::string::npos);
}

TEST_CASE("the preview shows numbers that add up, lines with reasons, and what can be overridden",
          "[answers]") {
  submission_preview preview;
  preview.counts = {1'234, 1'200, 20, 8, 6};
  preview.types = {{"IP", 1'000}, {"URL", 205}};
  preview.enclave_name = hostile;
  preview.tags = {"wannacry", hostile};
  preview.draft_id = "draft-1";
  preview.special_withheld = 5;
  preview.known_count = 300;
  indicator_row known_row;
  known_row.type = "IP";
  known_row.value = "192.0.2.1";
  preview.known = std::vector<indicator_row>(20, known_row);
  for (std::uint32_t i = 1; i <= 6; ++i) {
    preview.refused.push_back({i, hostile, line_reason::not_understood});
    preview.withheld.push_back({i + 10, "127.0.0.1", line_reason::special_address});
  }
  std::string shown = check_view(confirm_dialog(preview));
  CHECK(contains(shown, R"("callback_id":"confirm_submission")"));
  CHECK(contains(shown, R"("private_metadata":"draft-1")"));
  CHECK(contains(shown, "Handed in 1,234 = new 1,200 + merged 20 + withheld 8 + refused 6"));
  CHECK(contains(shown, "*1,205 indicators*"));
  CHECK(contains(shown, "1,000 IP, 205 URL"));
  CHECK(contains(shown, "Line 11: `127[.]0[.]0[.]1`"));
  CHECK(contains(shown, "private or reserved address"));
  CHECK(contains(shown, "and 2 more")); // withheld: 8 in all, 6 listed
  CHECK(contains(shown, "and 290 more"));
  CHECK(contains(shown, R"("block_id":"send_special")"));
  CHECK(contains(shown, "Send these 5 too"));

  preview.special_withheld = 0;
  preview.known_checked = false;
  std::string without = check_view(confirm_dialog(preview));
  CHECK_FALSE(contains(without, "send_special"));
  CHECK(contains(without, "could not tell in time"));
}

TEST_CASE("the same list again is asked about", "[answers]") {
  std::string shown = check_view(same_again_view(submission_id{"sub-1"}, noon, "draft-2"));
  CHECK(contains(shown, "`sub-1`"));
  CHECK(contains(shown, R"("callback_id":"confirm_submission")"));
  CHECK(contains(shown, R"("private_metadata":"draft-2")"));
  CHECK(contains(shown, "Send again"));
  check_view(draft_gone_view());
}
