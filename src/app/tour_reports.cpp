// The tour's second half: reports from Slack, reports from MISP, and the operator.
#include "app/admin_door.hpp"
#include "app/tour.hpp"
#include "sandbox/misp_samples.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <ostream>

namespace isacbot::app {

namespace json = boost::json;

namespace {

constexpr std::string_view report_title = "Invoices with a sting";
constexpr std::string_view report_body =
    "Since Monday mails from billing[at]invoice-sting.example.net ask people to open\n"
    "hxxp://invoice-sting.example[.]net/pay and talk to wannacry-sinkhole[.]example[.]net.";

const json::array& array_of(const json::value& of, std::string_view name) {
  static const json::array none;
  const auto* members = of.if_object();
  const auto* found = members ? members->if_contains(name) : nullptr;
  return found && found->is_array() ? found->get_array() : none;
}

} // namespace

void tour::submit_report() {
  out_ << "    /trustar-submit-report, \"" << report_title << "\"\n";
  auto sent = member_.type("/trustar-submit-report");
  expect(sent && sent->outcome == "ok", "the command was acknowledged");
  if (!member_.has_dialog("submit_report"))
    return expect(false, "the dialog opens");
  auto enclave = member_.choose_enclave();
  if (!enclave)
    return expect(false, to_string(enclave.error()));
  auto previewed = member_.submit(
      {{"title", report_title}, {"body", report_body}, {"enclave", *enclave}, {"tags", "invoice, Phishing"}});
  expect(previewed && previewed->outcome == "pushed", "the preview is pushed");
  if (!member_.has_dialog("confirm_submission"))
    return expect(false, "the preview comes");
  auto preview = show_dialog("the preview");
  expect(preview.find("hxxp://invoice-sting.example[.]net/pay") != std::string::npos,
         "the preview names what is in it, defanged");
  auto before = station_.find_reports("sting");
  expect(before && before->empty(), "nothing has left before she agrees");
  say("    she agrees");
  auto agreed = member_.submit({});
  expect(agreed && agreed->outcome == "cleared", "the dialogs close");
  expect(member_.sees("is processed"), "she hears when Station has processed it");
  auto told = show_new();
  expect(told.find("nown before") != std::string::npos, "she is told what was known before");
  expect(told.find("still knocking") != std::string::npos, "she is told of the report that shares a value");
  auto found = station_.find_reports("sting");
  if (!found || found->size() != 1)
    return expect(false, "Station has the report, once");
  submission_ = found->front().external_id.value_or("");
  expect(!submission_.empty() && told.find(submission_) != std::string::npos,
         "its external id is the submission that she was told");
  auto tags = station_.report_tags(found->front().id);
  expect(tags && std::any_of(tags->begin(), tags->end(), [](const auto& t) { return t.name == "invoice"; }),
         "it has its tags");
}

json::value tour::operate(std::string_view command) {
  out_ << "    isacbot " << command << '\n';
  auto answer = run_at_the_service(house_.configuration(), {std::string(command), {}}, [](const auto&) {});
  if (!answer) {
    expect(false, to_string(answer.error()));
    return nullptr;
  }
  return std::move(*answer);
}

void tour::pull_misp() {
  out_ << "    a sample MISP server with " << house_.misp().uuids().size() << " events stands at "
       << house_.misp_url() << "; the bot has polled it since it began\n";
  auto pulled = operate("misp pull");
  if (pulled.is_null())
    return;
  out_ << "      | " << json::serialize(pulled) << '\n';
  for (const char* uuid : {sandbox::sample_event::phishing, sandbox::sample_event::japanese}) {
    auto report = station_.find_by_external_id(uuid);
    auto event = house_.misp().find(uuid);
    if (!report || !event)
      return expect(false, "event " + std::string(uuid) + " is a report");
    out_ << "    event " << uuid << " is \"" << report->title << "\"\n";
    expect(event->at("info").as_string() == report->title, "the report has the event's title");
    auto tags = station_.report_tags(report->id);
    expect(tags && !tags->empty(), "the report has the event's tags");
  }
  auto red = station_.find_by_external_id(sandbox::sample_event::red);
  expect(!red && red.error().code == ec::not_found, "what is marked TLP:RED stays where it is");
}

void tour::replace_edited_event() {
  constexpr std::string_view added = "203.0.113.199";
  auto uuid = std::string(sandbox::sample_event::phishing);
  auto before = station_.find_by_external_id(uuid);
  out_ << "    on the MISP server somebody adds " << added << " to an event and publishes it again\n";
  house_.misp().add_attribute(uuid, "ip-dst", "Network activity", added);
  house_.misp().publish_event(uuid);
  auto pulled = operate("misp pull");
  if (pulled.is_null())
    return;
  out_ << "      | " << json::serialize(pulled) << '\n';
  auto after = station_.find_by_external_id(uuid);
  if (!before || !after)
    return expect(false, "the report is there before and after");
  expect(before->id == after->id, "it is the same report");
  expect(before->body.value_or("").find(added) == std::string::npos &&
             after->body.value_or("").find(added) != std::string::npos,
         "its body is the new one");
  auto again = operate("misp pull");
  auto unchanged = station_.find_by_external_id(uuid);
  expect(!again.is_null() && unchanged && *unchanged == *after, "another pull changes nothing");
}

void tour::show_operator() {
  auto users = operate("users list");
  out_ << "      | " << json::serialize(users) << '\n';
  const auto& registered = array_of(users, "users");
  expect(registered.size() == 1 && registered.front().at("user").as_string() == member_.user(),
         "Ana is registered, and nobody else");
  auto submissions = operate("submissions list");
  if (!submissions.is_object())
    return;
  const auto& listed = array_of(submissions, "submissions");
  bool known = std::any_of(listed.begin(), listed.end(),
                           [&](const json::value& s) { return s.at("id").as_string() == submission_; });
  out_ << "      | " << listed.size() << " submissions; parts: " << json::serialize(submissions.at("parts"))
       << '\n';
  expect(known, "her report is among the submissions");
  auto audit = operate("audit verify");
  out_ << "      | " << json::serialize(audit) << '\n';
  expect(audit.is_object() && audit.at("whole").as_bool(), "the audit log is whole");
}

} // namespace isacbot::app
