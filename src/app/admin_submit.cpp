// isacbot submit: a file, piece by piece, with the operator's credentials.
#include "app/admin_handlers.hpp"
#include "app/incoming_lists.hpp"
#include "app/receipt_json.hpp"
#include "core/bytes.hpp"
#include "domain/batch_planner.hpp"
#include "domain/line_text.hpp"
#include "domain/operator_member.hpp"
#include "domain/submission_form.hpp"
#include "protocol/slack/text.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

result<incoming_lists*> lists_of(const admin_desk& desk) {
  if (desk.lists == nullptr)
    return fail(ec::unsupported, "only a running service takes lists", "run `isacbot submit`");
  return desk.lists;
}

bool flag(const admin_call& call, std::string_view name) {
  const auto* value = call.arguments.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

} // namespace

result<json::value> submit_open(admin_desk& desk, const admin_call& call) {
  auto lists = lists_of(desk);
  auto enclave = call.text("enclave");
  auto request = call.text("request");
  auto tags = call.text_or_empty("tags");
  auto title = call.text_or_empty("title");
  if (!lists || !enclave || !request || !tags || !title)
    return !lists     ? lists.error()
           : !enclave ? enclave.error()
           : !request ? request.error()
           : !tags    ? tags.error()
                      : title.error();
  if (desk.settings.trustar.operator_key.empty())
    return fail(ec::bad_configuration, "the operator has no credentials",
                "set trustar.operator_key and trustar.operator_secret");
  auto parsed = domain::parse_tags(*tags, {});
  if (!parsed)
    return parsed.error();
  incoming_lists::opening what;
  auto& s = what.submission;
  const bool is_report = flag(call, "report");
  s.kind = is_report ? domain::submission_kind::report : domain::submission_kind::indicators;
  s.who = domain::operator_member();
  s.enclave = enclave_id{*enclave};
  s.enclave_name = *enclave;
  s.tags = std::move(*parsed);
  s.request_key = domain::make_request_key(domain::request_origin::command_line, s.who, *request);
  what.title = domain::shown_text(*title, 1'000);
  what.send_special = flag(call, "send_special");
  what.send_safelisted = flag(call, "send_safelisted");
  if (is_report && domain::trimmed(what.title).empty())
    return fail(ec::invalid_argument, "a report needs a title", "--title T");
  auto id = (*lists)->open(std::move(what));
  if (!id)
    return id.error();
  return json::value(json::object{{"list", id->id}, {"safelist_checked", id->safelist_checked}});
}

result<json::value> submit_add(admin_desk& desk, const admin_call& call) {
  auto lists = lists_of(desk);
  auto id = call.text("list");
  auto encoded = call.text("bytes");
  if (!lists || !id || !encoded)
    return !lists ? lists.error() : !id ? id.error() : encoded.error();
  const auto* piece = call.arguments.if_contains("piece");
  const auto* number = piece == nullptr ? nullptr : piece->if_int64();
  auto bytes = from_base64(*encoded);
  if (!bytes || number == nullptr || *number < 0)
    return fail(ec::invalid_argument, "a piece of a file that cannot be read");
  auto items = (*lists)->add(*id, static_cast<std::uint64_t>(*number), *bytes);
  if (!items)
    return items.error();
  return json::value(json::object{{"items", *items}});
}

result<json::value> submit_close(admin_desk& desk, const admin_call& call) {
  auto lists = lists_of(desk);
  auto id = call.text("list");
  if (!lists || !id)
    return !lists ? lists.error() : id.error();
  auto closed = (*lists)->close(*id);
  if (!closed)
    return closed.error();
  json::object shown = counts_json(closed->counts);
  shown["format"] = closed->format;
  return json::value(std::move(shown));
}

result<json::value> submit_accept(admin_desk& desk, const admin_call& call) {
  auto lists = lists_of(desk);
  auto id = call.text("list");
  if (!lists || !id)
    return !lists ? lists.error() : id.error();
  auto outcome = (*lists)->accept(*id, flag(call, "again"));
  if (!outcome)
    return outcome.error();
  json::object shown = receipt_json(outcome->receipt, desk.time.now());
  shown["same_content"] = outcome->same_content;
  return json::value(std::move(shown));
}

result<json::value> submit_abandon(admin_desk& desk, const admin_call& call) {
  auto lists = lists_of(desk);
  auto id = call.text("list");
  if (!lists || !id)
    return !lists ? lists.error() : id.error();
  (*lists)->abandon(*id);
  return json::value(json::object{{"list", *id}});
}

} // namespace isacbot::app
