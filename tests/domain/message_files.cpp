#include "domain/message_files.hpp"

#include "domain/answers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

slack::file_reference file(std::string name, std::string type = {}) {
  return {"F" + name, std::move(name), std::move(type), 9, secret{}};
}

std::vector<std::string> names(const std::vector<slack::file_reference>& files) {
  std::vector<std::string> out;
  for (const auto& one : files)
    out.push_back(one.name);
  return out;
}

/// The dialog's state with these values ticked.
slack::view_state ticked(std::vector<std::string> values) {
  slack::view_state view;
  view.inputs[std::string(answers::block_message_files)]["value"].selected = std::move(values);
  return view;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("what may be text is told by media type and name", "[domain]") {
  for (const auto& likely :
       {file("a", "text/plain"), file("a", "text/csv"), file("a", "application/json"), file("IOCS.CSV"),
        file("a.csv", "application/vnd.ms-excel"), file("bundle.json"), file("notes.md")})
    CHECK(may_be_text(likely));
  for (const auto& unlikely :
       {file("a.png", "image/png"), file(""), file("a"), file("csv"), file("a.csv.zip"),
        file("page", "text/html"), file("a.xlsx", "application/vnd.ms-excel")})
    CHECK_FALSE(may_be_text(unlikely));
}

TEST_CASE("texts are offered first, as many as Slack's checkboxes take", "[domain]") {
  std::vector<slack::file_reference> files{file("1.png"), file("2.csv"), file("3.zip"), file("4.txt")};
  CHECK(names(in_order_of_offer(files)) == texts{"2.csv", "4.txt", "1.png", "3.zip"});
  CHECK(offered(files) == 4);
  files.resize(14, file("x.csv"));
  CHECK(offered(files) == 10);
}

TEST_CASE("what is ticked is chosen, once, in our order; the client's values are places and nothing else",
          "[domain]") {
  const std::vector<slack::file_reference> files{file("a.csv"), file("b.txt"), file("c.png")};
  CHECK(names(chosen_files(files, ticked({"2", "0", "2"}))) == texts{"a.csv", "c.png"});
  CHECK(chosen_files(files, ticked({})).empty());                   // everything was unticked
  CHECK(names(chosen_files(files, {})) == texts{"a.csv", "b.txt"}); // the block did not come back
  for (const char* bad :
       {"3", "-1", "00", " 0", "0 ", "0x0", "Fa.csv", "a.csv", "", "18446744073709551616"}) {
    INFO(bad);
    CHECK(chosen_files(files, ticked({bad})).empty());
  }
  const std::vector<slack::file_reference> many(14, file("x.csv"));
  CHECK(chosen_files(many, ticked({"9", "10", "13"})).size() == 1); // the others were not offered
  CHECK(chosen_files(many, {}).size() == 10);
}
