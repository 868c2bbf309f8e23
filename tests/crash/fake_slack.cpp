#include "crash/fake_slack.hpp"

#include "protocol/form.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace isacbot::test {

namespace bj = boost::json;

namespace {

std::string text_of(const bj::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string{};
}

http::response ok(bj::object body) {
  body["ok"] = true;
  return http::make_response(200, "application/json; charset=utf-8", bj::serialize(body));
}

} // namespace

open_dialog fake_slack::read_view(const bj::object& view) {
  open_dialog dialog;
  dialog.id = "V" + std::to_string(++last_view_);
  dialog.callback_id = text_of(view, "callback_id");
  dialog.private_metadata = text_of(view, "private_metadata");
  dialog.external_id = text_of(view, "external_id");
  return dialog;
}

http::response fake_slack::handle(const http::request& request) {
  if (request.target.starts_with(slack_api_url))
    return call(request.target.substr(std::string_view(slack_api_url).size()), request.body);
  auto body = bj::parse(request.body);
  messages_.push_back({text_of(body.as_object(), "text"), "response_url", time_.now()});
  return http::make_response(200, "text/plain", "ok");
}

http::response fake_slack::call(const std::string& method, const std::string& body) {
  auto fields = form::parse(body).value();
  auto field = [&](const char* name) { return std::string(fields.find(name).value_or("")); };
  if (method == "views.open" || method == "views.update") {
    auto dialog = read_view(bj::parse(field("view")).as_object());
    if (method == "views.open")
      by_trigger_[field("trigger_id")] = dialog;
    else
      by_external_id_[field("external_id")] = dialog;
    return ok({{"view", bj::object{{"id", dialog.id}, {"hash", "1"}}}});
  }
  if (method == "conversations.open")
    return ok({{"channel", bj::object{{"id", "D" + field("users")}}}});
  if (method == "chat.postMessage" || method == "chat.postEphemeral") {
    messages_.push_back({field("text"), method, time_.now()});
    auto ts = std::to_string(messages_.size()) + ".000001";
    return ok({{"channel", field("channel")}, {"ts", ts}, {"message_ts", ts}});
  }
  return http::make_response(200, "application/json", R"({"ok":false,"error":"unknown_method"})");
}

const open_dialog* fake_slack::opened_with(const std::string& trigger_id) const {
  auto found = by_trigger_.find(trigger_id);
  return found == by_trigger_.end() ? nullptr : &found->second;
}

const open_dialog* fake_slack::updated(const std::string& external_id) const {
  auto found = by_external_id_.find(external_id);
  return found == by_external_id_.end() ? nullptr : &found->second;
}

} // namespace isacbot::test
