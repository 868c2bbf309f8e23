// A report from Slack with a file, on real sockets: from the dialog to Station and to "processed".
#include "scenarios/demo_fixture.hpp"

#include "sandbox/files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace isacbot;

namespace {

std::string attach(test::demo_fixture& demo, const std::string& user, std::string name, std::string content) {
  return demo.house->slack().world().change([&](sandbox::context& in) {
    sandbox::stored_file file;
    file.user = user;
    file.name = std::move(name);
    file.mimetype = "text/plain";
    file.content = std::move(content);
    file.created = in.now;
    return sandbox::add_file(in, std::move(file));
  });
}

/// Files below a directory that hold the words.
std::vector<std::string> files_with(const std::filesystem::path& directory, std::string_view words) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file())
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    if (content.find(words) != std::string::npos)
      found.push_back(entry.path().string());
  }
  return found;
}

std::size_t downloads(test::demo_fixture& demo) {
  return demo.house->slack().world().read([](const sandbox::workspace_state& state) {
    return static_cast<std::size_t>(std::count_if(state.calls.begin(), state.calls.end(), [](const auto& c) {
      return c.method == "file_download" && c.outcome == "ok";
    }));
  });
}

} // namespace

TEST_CASE("a report with a file goes from the dialog to Station, and its member hears of it", "[scenario]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{20});
  REQUIRE(demo.register_member(ana));
  auto hand_in = [&](sandbox::json::object entries) {
    REQUIRE(ana.type("/trustar-submit-report").has_value());
    REQUIRE(ana.has_dialog("submit_report"));
    auto enclave = ana.choose_enclave();
    REQUIRE(enclave.has_value());
    entries["enclave"] = *enclave;
    auto previewed = ana.submit(entries);
    REQUIRE(previewed.has_value());
    INFO(ana.dialog());
    REQUIRE(ana.has_dialog("confirm_submission"));
  };

  hand_in({{"title", "Earlier wave"}, {"body", "Beacons to evil-relay.com again"}});
  REQUIRE(ana.submit({}).value().outcome == "cleared");
  REQUIRE(ana.sees("is processed"));
  ana.read();

  auto file = attach(demo, "U0ANA", "notes.txt",
                     "\xEF\xBB\xBFMail from bad[at]evil-invoice.com\r\nDrops hxxp://203.0.113.77/x from "
                     "evil-relay[.]com and "
                     "10.1.2.3\r\n");
  hand_in({{"title", "Invoice phishing"},
           {"body", "Seen since Monday, see attachment <!channel>"},
           {"file", sandbox::json::array{file.c_str()}},
           {"tags", "Phishing, invoice"},
           {"tlp", "tlp:green"},
           {"time_began", 1'760'000'000}});
  CHECK(downloads(demo) == 1);
  auto preview = ana.dialog();
  INFO(preview);
  CHECK(preview.find("evil-invoice[.]com") != std::string::npos);
  CHECK(preview.find("10.1.2[.]3") != std::string::npos);
  CHECK(preview.find("Private and reserved") != std::string::npos);
  CHECK(preview.find("notes[.]txt") != std::string::npos);
  REQUIRE(ana.submit({}).value().outcome == "cleared");
  CHECK(ana.sees("is accepted"));
  REQUIRE(ana.sees("is processed"));
  std::string told;
  for (const auto& message : ana.look())
    if (message.find("is processed") != std::string::npos)
      told = message;
  INFO(told);
  CHECK(told.find("Earlier wave") != std::string::npos); // correlated by evil-relay.com
  CHECK(told.find("Known before") != std::string::npos);
  CHECK(told.find("/constellation/reports/") != std::string::npos);
  CHECK(told.find("http://203.0.113.77") == std::string::npos);
  CHECK(told.find("<!channel>") == std::string::npos);

  // What Station has, asked as another client would.
  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  auto reports = station.find_reports("Invoice phishing");
  REQUIRE(reports.has_value());
  REQUIRE(reports->size() == 1);
  auto report = station.read_report(reports->front().id);
  REQUIRE(report.has_value());
  CHECK(report->body == "Seen since Monday, see attachment <!channel>\n\nMail from bad[at]evil-invoice.com\n"
                        "Drops hxxp://203.0.113.77/x from evil-relay[.]com and 10.1.2.3\n");
  CHECK(report->time_began == from_epoch_ms(1'760'000'000'000));
  CHECK(report->external_id.has_value());
  auto tags = station.report_tags(reports->front().id);
  REQUIRE(tags.has_value());
  std::set<std::string> names;
  for (const auto& tag : *tags)
    names.insert(tag.name);
  CHECK(names == std::set<std::string>{"phishing", "invoice", "tlp-green"});
  CHECK(demo.house->stop());
  demo.house.reset();
  // Draft, queued report and what was remembered of it have been on disk meanwhile: sealed, all of them.
  for (std::string_view words : {"evil-invoice", "Seen since Monday", "Invoice phishing", "notes.txt"}) {
    INFO(words);
    CHECK(demo.caught.text().find(words) == std::string::npos);
    CHECK(files_with(demo.directory.path() / "bot", words).empty());
  }
  CHECK_FALSE(
      files_with(demo.directory.path() / "station", "Invoice phishing").empty()); // the search can find
}

TEST_CASE("faults of a file come back beside it, and the dialog keeps what was typed", "[scenario]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{20});
  REQUIRE(demo.register_member(ana));
  REQUIRE(ana.type("/trustar-submit-report").has_value());
  REQUIRE(ana.has_dialog("submit_report"));
  auto enclave = ana.choose_enclave();
  REQUIRE(enclave.has_value());

  auto refused = [&](sandbox::json::object entries, const std::string& why) {
    entries["enclave"] = *enclave;
    auto answered = ana.submit(entries);
    REQUIRE(answered.has_value());
    CHECK(answered->outcome == "errors");
    INFO(ana.dialog());
    CHECK(ana.dialog().find(why) != std::string::npos);
  };
  refused({{"title", "Empty"}}, "attach a text file");
  auto picture = attach(demo, "U0ANA", "a.png", std::string("\x89PNG\r\n\0\0\0", 9));
  refused({{"title", "Picture"}, {"file", sandbox::json::array{picture.c_str()}}}, "no plain text");
  auto large = attach(demo, "U0ANA", "large.txt", std::string((8U << 20U) + 1, 'a'));
  refused({{"title", "Large"}, {"file", sandbox::json::array{large.c_str()}}}, "too large");

  demo.house->slack().world().change(
      [](sandbox::context& in) { std::erase(in.state.settings.scopes, "files:read"); });
  auto fine = attach(demo, "U0ANA", "fine.txt", "seen 203.0.113.9");
  refused({{"title", "No right"}, {"file", sandbox::json::array{fine.c_str()}}}, "files:read");
  demo.house->slack().world().change(
      [](sandbox::context& in) { in.state.settings.scopes.emplace_back("files:read"); });
  auto answered = ana.submit({{"title", "Right again"}, {"enclave", *enclave}});
  REQUIRE(answered.has_value());
  CHECK(ana.has_dialog("confirm_submission"));
  CHECK(demo.house->stop());
}

TEST_CASE("a report with more values than Station takes in one is several, one after the other",
          "[scenario]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{20});
  REQUIRE(demo.register_member(ana));
  std::string body;
  for (int i = 1; i <= 2'100; ++i)
    body += "host" + std::to_string(i) + ".evil-split.com\n";
  auto file = attach(demo, "U0ANA", "many.txt", body);
  REQUIRE(ana.type("/trustar-submit-report").has_value());
  REQUIRE(ana.has_dialog("submit_report"));
  auto enclave = ana.choose_enclave();
  REQUIRE(enclave.has_value());
  auto previewed = ana.submit({{"title", "Domain fronting"},
                               {"file", sandbox::json::array{file.c_str()}},
                               {"tags", "fronting"},
                               {"enclave", *enclave}});
  REQUIRE(previewed.has_value());
  REQUIRE(ana.has_dialog("confirm_submission"));
  CHECK(ana.dialog().find("it is sent as 2 reports") != std::string::npos);
  REQUIRE(ana.submit({}).value().outcome == "cleared");
  REQUIRE(ana.sees("is accepted"));
  REQUIRE(ana.sees("is processed"));
  std::string accepted;
  std::string processed;
  for (const auto& message : ana.look()) {
    if (message.find("is accepted") != std::string::npos)
      accepted = message;
    if (message.find("is processed") != std::string::npos)
      processed = message;
  }
  CHECK(accepted.find("In 2 parts") != std::string::npos);
  CHECK(processed.find("Open part 2 in Station") != std::string::npos);

  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  auto reports = station.find_reports("Domain fronting");
  REQUIRE(reports.has_value());
  REQUIRE(reports->size() == 2);
  std::map<std::string, std::string> bodies; // by title
  for (const auto& found : *reports) {
    auto report = station.read_report(found.id);
    REQUIRE(report.has_value());
    bodies[report->title] = report->body.value_or("");
    auto tags = station.report_tags(found.id);
    REQUIRE(tags.has_value());
    CHECK(tags->size() == 1);
    const bool second = report->title == "Domain fronting (part 2 of 2)";
    CHECK(report->external_id.value_or("").ends_with(":2") == second);
  }
  CHECK(bodies["Domain fronting (part 1 of 2)"] + bodies["Domain fronting (part 2 of 2)"] == body);
  CHECK(demo.house->stop());
}

TEST_CASE("a message becomes a report by its shortcut, with its address", "[scenario]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  auto& slack = demo.house->slack();
  app::tour_member ana(slack, "U0ANA", "C0INTEL", seconds{20});
  REQUIRE(demo.register_member(ana));
  std::string text = "Phish of the day from evil.example\nSecond line with 198.51.100.9\n";
  for (int i = 0; i < 400; ++i)
    text += "more words " + std::to_string(i) + "\n";
  text += "and the last value is 203.0.113.200";
  auto said = slack.members().say("U0BEN", "C0INTEL", text);
  REQUIRE(said.has_value());
  auto used = slack.members().use_message_shortcut("U0ANA", said->ref, "submit_message");
  REQUIRE(used.has_value());
  REQUIRE(ana.has_dialog("submit_report"));
  CHECK(ana.dialog().find("Phish of the day from evil.example") != std::string::npos);
  auto enclave = ana.choose_enclave();
  REQUIRE(enclave.has_value());
  REQUIRE(ana.submit({{"enclave", *enclave}}).has_value());
  REQUIRE(ana.has_dialog("confirm_submission"));
  CHECK(ana.dialog().find("203.0.113[.]200") != std::string::npos); // beyond what the input takes
  REQUIRE(ana.submit({}).value().outcome == "cleared");
  REQUIRE(ana.sees("is processed"));
  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  auto reports = station.find_reports("Phish of the day");
  REQUIRE(reports.has_value());
  REQUIRE(reports->size() == 1);
  auto report = station.read_report(reports->front().id);
  REQUIRE(report.has_value());
  CHECK(report->external_url.value_or("").find("/archives/C0INTEL/p") != std::string::npos);
  CHECK(report->body.value_or("").ends_with("203.0.113.200"));
  CHECK(demo.house->stop());
}
