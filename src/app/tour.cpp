#include "app/tour.hpp"

#include "app/tour_list.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>

namespace isacbot::app {

namespace {

constexpr std::string_view wrong_secret = "not-the-secret-at-all";
constexpr std::size_t longest_shown = 24; ///< lines of one message in the transcript

/// Each line behind a bar, long texts cut in the middle of nowhere but with a note.
std::string behind_bar(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  std::string out;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    if (++count <= longest_shown)
      out += "      | " + line + '\n';
  }
  if (count > longest_shown)
    out += "      | ... " + std::to_string(count - longest_shown) + " more lines\n";
  return out;
}

std::string number_of(unsigned n) {
  return std::to_string(n);
}

} // namespace

tour::tour(demo_house& house, std::ostream& out)
    : house_(house),
      out_(out),
      member_(house.slack(), "U0ANA", "C0INTEL"),
      station_(house.http(), house.station_url(), house.observer()) {}

void tour::say(std::string_view text) {
  out_ << text << '\n';
}

void tour::expect(bool holds, std::string_view what) {
  if (holds)
    return;
  good_ = false;
  out_ << "      ! not as it should be: " << what << '\n';
}

std::string tour::show_new() {
  std::string all;
  for (const auto& text : member_.read()) {
    out_ << "    she sees\n" << behind_bar(text);
    all += text + '\n';
  }
  return all;
}

std::string tour::show_dialog(std::string_view name) {
  auto text = member_.dialog();
  // Slack shows a member what she types, secrets too; a transcript must not.
  for (std::string_view typed : {wrong_secret, house_.member().key_secret.reveal()})
    for (auto at = text.find(typed); at != std::string::npos; at = text.find(typed))
      text.replace(at, typed.size(), "(not in this transcript)");
  out_ << "    " << name << '\n' << behind_bar(text);
  return text;
}

bool tour::step(std::string_view title, const std::function<void()>& play) {
  stopped_ = interrupted_();
  if (stopped_)
    return false;
  ++steps_;
  good_ = true;
  out_ << '\n' << steps_ << ". " << title << '\n';
  auto refused_before = member_.refused_calls();
  play();
  expect(member_.refused_calls() == refused_before, "the workspace refused a call of the bot");
  out_ << (good_ ? "    ok\n" : "    FAILED\n") << std::flush;
  return good_;
}

bool tour::run(const std::function<bool()>& interrupted) {
  interrupted_ = interrupted;
  say("A guided tour. Ana is an analyst in the workspace \"Sandbox ISAC\"; she types in #intel.");
  bool all =
      step("Somebody else has filled Station a little", [this] { seed_station(); }) &&
      step("Ana asks what the bot can do", [this] { ask_for_help(); }) &&
      step("She searches before she has registered", [this] { search_unregistered(); }) &&
      step("She registers, with a wrong secret", [this] { register_wrong(); }) &&
      step("She registers with the right one, and her search runs by itself", [this] { register_right(); }) &&
      step("She searches for a word", [this] { search_for("wannacry", "wannacry"); }) &&
      step("She searches for an address, defanged",
           [this] { search_for("198[.]51[.]100[.]23", "198.51.100[.]23"); }) &&
      step("She searches for something that nobody has seen",
           [this] { search_for("zebra-unknown-thing", "othing"); }) &&
      step("She submits 200 pasted lines", [this] { submit_list(); }) &&
      step("She submits the same list again", [this] { submit_again(); }) &&
      step("A search finds one of them, with its tags", [this] { find_submitted(); }) &&
      step("She submits a report", [this] { submit_report(); }) &&
      step("MISP's events are reports in Station", [this] { pull_misp(); }) &&
      step("An event is edited and published again", [this] { replace_edited_event(); }) &&
      step("The operator looks after the house", [this] { show_operator(); }) &&
      step("She is faster than her allowance", [this] { reach_limit(); });
  say_how_it_ended(all);
  return all;
}

void tour::say_how_it_ended(bool all) {
  out_ << '\n' << (all ? "The tour is over: " : "The tour ended early: ") << steps_ << " steps, ";
  if (all)
    out_ << "every one as it should be.\n";
  else
    out_ << (stopped_ ? "then somebody stopped it.\n" : "the last one failed.\n");
  out_ << std::flush;
}

void tour::seed_station() {
  say("    over Station's API, with another account: two indicators and a report");
  trustar::submitted_row address;
  address.value = "198.51.100.23";
  address.sightings = 3;
  address.source = "partner feed";
  address.notes = "command and control";
  trustar::submitted_row domain;
  domain.value = "wannacry-sinkhole.example.net";
  auto submitted = station_.submit(house_.enclave_id(), {address, domain}, {"ransomware", "c2"});
  expect(submitted.has_value(), submitted ? "" : to_string(submitted.error()));
  auto reported =
      station_.report(house_.enclave_id(), "WannaCry: still knocking on old doors",
                      "A worm of 2017 still asks for wannacry-sinkhole.example.net from forgotten machines.");
  expect(reported.has_value(), reported ? "" : to_string(reported.error()));
}

void tour::ask_for_help() {
  say("    /trustar");
  auto sent = member_.type("/trustar");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  expect(member_.sees("/trustar-search"), "the help lists the commands");
  auto seen = show_new();
  for (std::string_view command : {"/trustar-register", "/trustar-submit-indicators"})
    expect(seen.find(command) != std::string::npos, "the help lists every command");
}

void tour::search_unregistered() {
  say("    /trustar-search wannacry");
  auto sent = member_.type("/trustar-search", "wannacry");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  expect(member_.sees("not registered"), "she is told how to register");
  show_new();
}

void tour::register_wrong() {
  say("    /trustar-register");
  auto sent = member_.type("/trustar-register");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  expect(member_.has_dialog("register"), "the dialog opens");
  say("    she enters her key and a secret that is wrong");
  auto answer = member_.submit({{"api_key", house_.member().key}, {"api_secret", std::string(wrong_secret)}});
  expect(answer && answer->outcome == "errors", "the dialog stays open with an error");
  auto seen = show_dialog("the dialog");
  expect(seen.find("Station does not know this key") != std::string::npos, "the error says what is wrong");
}

void tour::register_right() {
  say("    she corrects the secret and submits again");
  auto answer = member_.submit(
      {{"api_key", house_.member().key}, {"api_secret", std::string(house_.member().key_secret.reveal())}});
  show_dialog("the dialog");
  if (!answer || answer->outcome != "updated")
    return expect(false, "the dialog confirms");
  expect(member_.sees("still knocking"), "the search for wannacry runs by itself");
  auto seen = show_new();
  expect(seen.find("ransomware") != std::string::npos, "the result shows the tags");
  member_.close_all();
}

void tour::search_for(std::string_view term, std::string_view expected) {
  out_ << "    /trustar-search " << term << '\n';
  auto sent = member_.type("/trustar-search", std::string(term));
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  expect(member_.sees(expected), "the answer comes");
  auto seen = show_new();
  expect(seen.find("earching") == std::string::npos || seen.find(expected) != std::string::npos,
         "the answer takes the place of \"Searching\"");
}

void tour::submit_list() {
  auto list = make_tour_list();
  say("    /trustar-submit-indicators, 200 lines, tags \"demo-list, Phishing\"");
  auto sent = member_.type("/trustar-submit-indicators");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  if (!member_.has_dialog("submit_indicators"))
    return expect(false, "the dialog opens");
  auto enclave = member_.choose_enclave();
  if (!enclave)
    return expect(false, to_string(enclave.error()));
  expect(*enclave == house_.enclave_id(), "the menu offers her enclave");
  auto previewed =
      member_.submit({{"indicators", list.text}, {"enclave", *enclave}, {"tags", "demo-list, Phishing"}});
  expect(previewed && previewed->outcome == "pushed", "the preview is pushed");
  if (!member_.has_dialog("confirm_submission"))
    return expect(false, "the preview comes");
  show_dialog("the preview");
  auto before = station_.look_up(list.values);
  expect(before && before->empty(), "nothing has left before she agrees");
  say("    she agrees");
  auto agreed = member_.submit({});
  expect(agreed && agreed->outcome == "cleared", "the dialogs close");
  expect(member_.sees("ubmission"), "the receipt comes");
  auto receipt = show_new();
  for (unsigned n : {list.handed_in, list.accepted, list.merged})
    expect(receipt.find(number_of(n)) != std::string::npos, "the receipt has the number " + number_of(n));
  expect(list.handed_in == list.accepted + list.merged + list.withheld + list.refused, "the numbers add up");
  expect(member_.sees("rocessed"), "she hears when Station has processed it");
  show_new();
  auto after = station_.look_up(list.values);
  expect(after && after->size() == list.values.size(), "Station has every value");
  if (after)
    expect(std::all_of(after->begin(), after->end(),
                       [](const auto& i) {
                         return std::any_of(i.tags.begin(), i.tags.end(),
                                            [](const auto& t) { return t.name == "demo-list"; });
                       }),
           "every value has its tags");
}

void tour::submit_again() {
  auto list = make_tour_list();
  say("    /trustar-submit-indicators, the same 200 lines");
  auto sightings_before = station_.look_up({list.values.front()});
  auto sent = member_.type("/trustar-submit-indicators");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  if (!member_.has_dialog("submit_indicators"))
    return expect(false, "the dialog opens");
  auto enclave = member_.choose_enclave();
  if (!enclave)
    return expect(false, to_string(enclave.error()));
  auto previewed =
      member_.submit({{"indicators", list.text}, {"enclave", *enclave}, {"tags", "demo-list, Phishing"}});
  expect(previewed && previewed->outcome == "pushed", "the preview is pushed");
  auto agreed = member_.submit({});
  expect(agreed && agreed->outcome == "updated", "she is asked whether she means it");
  auto question = show_dialog("the dialog");
  expect(question.find("again") != std::string::npos, "the question names what is the same");
  say("    she doesn't, and closes the dialog");
  member_.close_all();
  auto sightings_after = station_.look_up({list.values.front()});
  expect(sightings_before && sightings_after && *sightings_before == *sightings_after, "nothing was sent");
}

void tour::find_submitted() {
  say("    /trustar-search h07.example.com");
  auto sent = member_.type("/trustar-search", "h07.example.com");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  expect(member_.sees("demo-list"), "the result has the tags");
  auto seen = show_new();
  expect(seen.find("h07.example[.]com") != std::string::npos, "the value is shown defanged");
  expect(seen.find("phishing") != std::string::npos, "all tags are shown, in lower case");
}

void tour::reach_limit() {
  say("    /trustar-search wannacry, over and over");
  constexpr int most = 15;
  bool explained = false;
  for (int i = 0; i < most && good_ && !explained; ++i) {
    auto sent = member_.type("/trustar-search", "wannacry");
    expect(sent && sent->outcome == "ok", "the command was acknowledged");
    auto first = member_.sees_any({"rate limit", "still knocking"});
    explained = first == 0;
    if (explained)
      for (const auto& text : member_.look())
        out_ << "    she sees\n" << behind_bar(text);
    expect(member_.sees("still knocking"), "every search is answered, also the one that had to wait");
    member_.read();
  }
  expect(explained, "the limit is explained");
  say(explained ? "    and some seconds later the result, in its place" : "");
}

} // namespace isacbot::app
