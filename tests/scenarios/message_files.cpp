// Files and threads of messages, on real sockets: from the shortcut on a message to Station.
#include "scenarios/list_scenario.hpp"

#include "sandbox/render.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace isacbot;

namespace {

struct message_scenario : test::list_scenario {
  /// A file of ben's. @returns its id
  std::string make_file(std::string name, std::string type, std::string content) {
    return house->slack().world().change([&](sandbox::context& in) {
      sandbox::stored_file file;
      file.user = "U0BEN";
      file.name = std::move(name);
      file.mimetype = std::move(type);
      file.content = std::move(content);
      file.created = in.now;
      return sandbox::add_file(in, std::move(file));
    });
  }

  /// Ben writes a message with files; ana uses the shortcut on it.
  sandbox::message_ref post(const std::string& channel, const std::string& text, sandbox::enclosure with) {
    auto said = house->slack().members().say("U0BEN", channel, text, with);
    INFO((said ? "" : to_string(said.error())));
    REQUIRE(said.has_value());
    return said->ref;
  }
  void use_shortcut(const sandbox::message_ref& message) {
    ana->close_all();
    REQUIRE(house->slack().members().use_message_shortcut("U0ANA", message, "submit_message").has_value());
    REQUIRE(ana->has_dialog("submit_report"));
  }
  void press_list() {
    const auto view = top_view();
    auto pressed = house->slack().members().press("U0ANA", view, "list_of_message");
    REQUIRE(pressed.has_value());
    REQUIRE(ana->has_dialog("submit_indicators"));
  }
  std::string top_view() {
    return house->slack().world().read([](const sandbox::workspace_state& state) {
      const auto* top = sandbox::top_view(state, "U0ANA");
      return top ? top->id : std::string{};
    });
  }
  void choose_enclave(sandbox::json::object& entries) {
    auto enclave = ana->choose_enclave();
    REQUIRE(enclave.has_value());
    entries["enclave"] = *enclave;
  }
  bool has(std::string_view words) {
    const auto shown = ana->dialog();
    UNSCOPED_INFO(shown);
    return shown.find(words) != std::string::npos;
  }
  /// Waits until the dialog on top shows these words.
  bool comes(std::string_view words) {
    house->slack().world().wait_until(
        [&](const sandbox::workspace_state& state) {
          const auto* top = sandbox::top_view(state, "U0ANA");
          return top != nullptr && sandbox::render(state, *top).find(words) != std::string::npos;
        },
        seconds{20});
    return has(words);
  }
  std::size_t downloads() {
    return house->slack().world().read([](const sandbox::workspace_state& state) {
      return static_cast<std::size_t>(
          std::count_if(state.calls.begin(), state.calls.end(), [](const auto& call) {
            return call.method == "file_download" && call.outcome == "ok";
          }));
    });
  }
  /// How many of the values Station has.
  std::size_t at_station(const std::vector<std::string>& values) {
    auto known = station().look_up(values);
    REQUIRE(known.has_value());
    return known->size();
  }
  std::string check(sandbox::json::object entries) {
    choose_enclave(entries);
    return submit(std::move(entries));
  }
};

std::string five_hundred_rows() {
  std::string table = "indicator,comment\r\n";
  for (int i = 1; i <= 500; ++i)
    table += "host" + std::to_string(i) + ".evil-table.com,row " + std::to_string(i) + "\r\n";
  return table;
}

} // namespace

TEST_CASE_METHOD(message_scenario, "a message's files become one list, and Station has exactly its values",
                 "[scenario]") {
  auto table = make_file("iocs.csv", "application/vnd.ms-excel", five_hundred_rows());
  auto more = make_file("more.txt", "text/plain",
                        "host1.evil-table.com\n198.51.100.7\nhost-x.evil-more.com\nnonsense\n");
  auto picture = make_file("screen.png", "image/png", std::string("\x89PNG\0\0", 6));
  use_shortcut(post("C0INTEL", "wave of today, first seen on 9.9.9.9", {{picture, table, more}, {}}));
  CHECK(has("Files of the message (optional): [iocs.csv, more.txt]")); // what may be text comes first, ticked
  press_list();
  CHECK(has("[wave of today, first seen on 9.9.9.9]"));
  CHECK(has("Files of the message (optional): [iocs.csv, more.txt]"));
  // The dialog has been changed already: a second press changes nothing.
  auto again = house->slack().members().press("U0ANA", top_view(), "list_of_message");
  CHECK(again.has_error()); // and Slack's client has the button no more
  auto attached = attach("host-y.evil-more.com\n");
  REQUIRE(check({{"notes", "from the message"}, {"file", sandbox::json::array{attached.c_str()}}}) ==
          "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  CHECK(has("Handed in 506 = new 503 + merged 1 + withheld 1 + refused 1"));
  CHECK(has("Line 2: `more[.]txt: 198[.]51[.]100[.]7`"));
  CHECK(has("Line 4: `more[.]txt: nonsense`"));
  CHECK(has("`iocs[.]csv`, `more[.]txt`, `picture[.]png`")); // told by content, whatever its name
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("Handed in 506 = accepted 503 + merged 1 + withheld 1 + refused 1"));
  REQUIRE(ana->sees("is processed"));
  std::vector<std::string> values{"9.9.9.9", "host-x.evil-more.com", "host-y.evil-more.com", "198.51.100.7"};
  for (int i = 1; i <= 501; ++i)
    values.push_back("host" + std::to_string(i) + ".evil-table.com");
  CHECK(at_station(values) == 503);
  auto one = station().look_up({"host1.evil-table.com"});
  REQUIRE(one.has_value());
  REQUIRE(one->size() == 1);
  CHECK(one->front().sightings == 2);
  CHECK(one->front().notes == std::vector<std::string>{"from the message; row 1"});
  CHECK(downloads() == 3); // the picture of the message was not asked for
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "large files of a message are staged one after the other", "[scenario]") {
  std::string large = "value,source\nbad-host-1.net,feed\n10.0.0.1,feed\n";
  while (large.size() <= (8U << 20U))
    large += "bad-host-1.net," + std::string(1'000, 's') + "\n";
  auto table = make_file("large.csv", "text/csv", large + "bad-host-2.net,feed\n");
  auto lines = make_file("lines.json", "application/json",
                         "{\"value\":\"bad-host-3.net\"}\n{\"value\":\"nonsense\"}\n");
  use_shortcut(post("C0INTEL", "", {{table, lines}, {}}));
  press_list();
  REQUIRE(check({{"indicators", "9.9.9.9"}}) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  INFO(ana->dialog());
  CHECK(has("`large[.]csv`, `lines[.]json`"));
  CHECK(has("Line 3: `large[.]csv: 10[.]0[.]0[.]1`"));
  CHECK(has("Line 2: `lines[.]json: nonsense`"));
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 4"));
  CHECK(ana->sees("withheld 1 + refused 1"));
  REQUIRE(ana->sees("is processed"));
  CHECK(at_station({"9.9.9.9", "bad-host-1.net", "bad-host-2.net", "bad-host-3.net", "10.0.0.1"}) == 4);
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "files that are too much for memory together are staged, too",
                 "[scenario]") {
  const std::string comments = "# " + std::string(99'997, 'c') + "\n";
  auto make_half = [&](std::string name, std::string content) {
    while (content.size() <= (4U << 20U))
      content += comments;
    return make_file(std::move(name), "text/plain", std::move(content));
  };
  auto one = make_half("one.txt", "bad-host-1.net\n10.0.0.1\n");
  auto two = make_half("two.txt", "bad-host-1.net\nbad-host-2.net\n");
  use_shortcut(post("C0INTEL", "", {{one, two}, {}}));
  press_list();
  REQUIRE(check({}) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  CHECK(has("Handed in 4 = new 2 + merged 1 + withheld 1 + refused 0"));
  CHECK(downloads() == 10); // pieces of a MiB
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("Handed in 4 = accepted 2 + merged 1 + withheld 1 + refused 0"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "a file host that gives nothing ends the check at once", "[scenario]") {
  std::string large = "bad-host-1.net\n";
  while (large.size() <= (8U << 20U))
    large += "# " + std::string(1'000, 'c') + "\n";
  auto file = make_file("large.txt", "text/plain", large);
  use_shortcut(post("C0INTEL", "", {{file}, {}}));
  press_list();
  for (unsigned status : {206U, 404U, 302U}) { // 206: with bytes, but not saying which
    INFO(status);
    house->slack().world().change([&](sandbox::context& in) {
      in.state.faults["file_download"].push_back({sandbox::planned_fault::what::status, {}, status, 1, 1});
    });
    CHECK(check({}) == "errors");
    CHECK(has(status == 206 ? "large.txt: Slack does not give me this file now"
                            : "large.txt: Slack does not show me this file"));
  }
  CHECK(downloads() == 0);

  // A host that is slow: "Checking…" is shown meanwhile, and becomes the preview, or what is wrong.
  auto slow_down = [&] {
    house->slack().world().change([](sandbox::context& in) {
      in.state.faults["file_download"].push_back({sandbox::planned_fault::what::rate_limit, {}, 429, 3, 1});
    });
  };
  slow_down();
  house->slack().world().change([](sandbox::context& in) {
    in.state.faults["file_download"].push_back({sandbox::planned_fault::what::status, {}, 404, 1, 1});
  });
  REQUIRE(check({}) == "pushed");
  CHECK(comes("large[.]txt: Slack does not show me this file"));
  REQUIRE(house->slack().members().close("U0ANA", top_view()).has_value());
  slow_down();
  REQUIRE(check({}) == "pushed"); // the dialog below has kept everything
  CHECK(ana->has_dialog("confirm_submission"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "the button for a list pressed twice changes the dialog once",
                 "[scenario]") {
  use_shortcut(post("C0INTEL", "9.9.9.9", {}));
  const auto view = top_view();
  auto first = house->slack().members().press("U0ANA", view, "list_of_message");
  auto second = house->slack().members().press("U0ANA", view, "list_of_message");
  REQUIRE(first.has_value());
  REQUIRE(ana->has_dialog("submit_indicators"));
  if (second) { // before the dialog had changed: Slack refuses what has been seen before
    auto updates = [](const sandbox::workspace_state& state, std::string_view outcome) {
      return std::count_if(state.calls.begin(), state.calls.end(), [&](const auto& call) {
        return call.method == "views.update" && call.outcome == outcome;
      });
    };
    CHECK(house->slack().world().wait_until(
        [&](const sandbox::workspace_state& state) { return updates(state, "hash_conflict") == 1; },
        seconds{20}));
  }
  CHECK(ana->look().empty());
  CHECK(has("[9.9.9.9]"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "a thread goes into a list, page by page", "[scenario]") {
  auto root = post("C0INTEL", "all of you: what have you seen?", {});
  for (int i = 1; i <= 250; ++i)
    post("C0INTEL", "host" + std::to_string(i) + ".evil-thread.com", {{}, root.ts});
  auto reply = post("C0INTEL", "8.8.4.4", {{}, root.ts});
  use_shortcut(reply);
  press_list();
  REQUIRE(check({{"thread", sandbox::json::array{"yes"}}}) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  INFO(ana->dialog());
  CHECK(has("Handed in 252 = new 251 + merged 0 + withheld 0 + refused 1")); // the root's question
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 251"));
  CHECK(house->slack().world().read([](const sandbox::workspace_state& state) {
    return std::count_if(state.calls.begin(), state.calls.end(), [](const auto& call) {
      return call.method == "conversations.replies" && call.outcome == "ok";
    });
  }) == 2);

  // Where the bot cannot read it, that is said, and nothing is lost.
  auto outside = post("C0OUTSIDE", "7.7.7.7", {});
  post("C0OUTSIDE", "6.6.6.6", {{}, outside.ts});
  use_shortcut(outside);
  press_list();
  REQUIRE(check({{"thread", sandbox::json::array{"yes"}}}) == "pushed");
  CHECK(has("I could not read the thread"));
  CHECK(has("Handed in 1 = new 1"));
  REQUIRE(house->stop());
}

TEST_CASE_METHOD(message_scenario, "a report of a message has the text of its files", "[scenario]") {
  auto notes = make_file("notes.txt", "text/plain", "Drops hxxp://203.0.113.77/x\r\n");
  auto foreign = house->slack().world().change([&](sandbox::context& in) {
    sandbox::stored_file file{"", "U0BEN", "theirs.txt", "text/plain", "Mail from evil-theirs.com\n", in.now};
    file.is_foreign = true; // the message tells nothing but its id
    return sandbox::add_file(in, std::move(file));
  });
  use_shortcut(post("C0INTEL", "Phish with two files", {{notes, foreign}, {}}));
  CHECK(has("[notes.txt]"));
  REQUIRE(check({{"message_files", sandbox::json::array{"0", "1"}}}) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  CHECK(has("with the text of `notes[.]txt`, `theirs[.]txt`"));
  CHECK(submit({}) == "cleared");
  REQUIRE(ana->sees("is processed"));
  auto reports = station().find_reports("Phish with two files");
  REQUIRE(reports.has_value());
  REQUIRE(reports->size() == 1);
  auto report = station().read_report(reports->front().id);
  REQUIRE(report.has_value());
  CHECK(report->body ==
        "Phish with two files\n\nDrops hxxp://203.0.113.77/x\n\n\nMail from evil-theirs.com\n");

  // Nothing ticked: nothing of the files.
  ana->read();
  use_shortcut(post("C0INTEL", "Phish without them", {{notes}, {}}));
  REQUIRE(check({{"message_files", nullptr}}) == "pushed");
  CHECK_FALSE(has("notes[.]txt"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "a file that the bot may not read is named, with what to do",
                 "[scenario]") {
  auto table = make_file("iocs.csv", "text/csv", "value\nbad-host-1.net\n");
  auto message = post("C0OUTSIDE", "see the table", {{table}, {}});
  use_shortcut(message);
  press_list();
  sandbox::json::object entries{{"tags", "kept"}};
  choose_enclave(entries);
  CHECK(submit(entries) == "errors");
  CHECK(has("iocs.csv: Slack does not show me this file"));
  CHECK(has("/invite @TruSTAR"));
  CHECK(has("[kept]")); // nothing of what was typed is lost
  // Nothing chosen and nothing written.
  CHECK(submit({{"message_files", nullptr}, {"indicators", nullptr}}) == "errors");
  CHECK(has("tick a file of the message"));
  // Without the scope, that is what is said.
  auto change_scopes = [&](auto change) {
    house->slack().world().change([&](sandbox::context& in) { change(in.state.settings.scopes); });
  };
  change_scopes([](auto& scopes) { std::erase(scopes, "files:read"); });
  CHECK(submit({{"message_files", sandbox::json::array{"0"}}}) == "errors");
  CHECK(has("files:read"));
  change_scopes([](auto& scopes) { scopes.emplace_back("files:read"); });
  house->slack().world().change(
      [](sandbox::context& in) { in.state.channels.at("C0OUTSIDE").members.insert("U0BOT"); });
  REQUIRE(submit({}) == "pushed"); // invited: it works
  REQUIRE(ana->has_dialog("confirm_submission"));
  CHECK(has("Handed in 1 = new 1"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(message_scenario, "a dialog that is too old to become a list keeps what was typed",
                 "[scenario]") {
  use_shortcut(post("C0INTEL", "9.9.9.9", {}));
  house->slack().world().change([](sandbox::context& in) {
    in.state.faults["views.update"].push_back({sandbox::planned_fault::what::error, "invalid_arguments"});
  });
  REQUIRE(house->slack().members().press("U0ANA", top_view(), "list_of_message").has_value());
  CHECK(ana->sees("Slack did not let me change the dialog"));
  CHECK(ana->has_dialog("submit_report"));
  ana->read();
  // As if its draft had been swept.
  house->slack().world().change([&](sandbox::context& in) {
    sandbox::find_view(in.state, sandbox::top_view(in.state, "U0ANA")->id)->body["private_metadata"] = "gone";
  });
  REQUIRE(house->slack().members().press("U0ANA", top_view(), "list_of_message").has_value());
  CHECK(ana->sees("older than a day"));
  CHECK(ana->has_dialog("submit_report"));
  CHECK(house->stop());
}
