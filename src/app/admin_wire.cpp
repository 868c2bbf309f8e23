#include "app/admin_wire.hpp"

#include "protocol/json.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace isacbot::app {

namespace {

constexpr json::limits answer_limits{std::size_t{64} << 20U, 32};

ec read_code(std::string_view name) {
  for (int number = 0; number <= static_cast<int>(ec::internal); ++number)
    if (to_string(static_cast<ec>(number)) == name)
      return static_cast<ec>(number);
  return ec::internal; // of a newer service
}

} // namespace

std::string to_line(const admin_request& request) {
  return boost::json::serialize(
      boost::json::object{{"command", request.command}, {"arguments", request.arguments}});
}

std::string to_line(const admin_progress& progress) {
  boost::json::object inner{{"what", progress.what}, {"done", progress.done}, {"total", progress.total}};
  return boost::json::serialize(boost::json::object{{"progress", std::move(inner)}});
}

std::string to_line(const result<boost::json::value>& outcome) {
  if (outcome)
    return boost::json::serialize(boost::json::object{{"result", *outcome}});
  const error& e = outcome.error();
  boost::json::object inner{{"code", to_string(e.code)}, {"cause", e.cause}, {"mend", e.mend}};
  return boost::json::serialize(boost::json::object{{"error", std::move(inner)}});
}

result<admin_request> parse_admin_request(std::string_view line) {
  auto document = json::parse(line, {max_admin_request, 8});
  if (!document)
    return document.error();
  json::fault fault;
  json::reader reader(document->root(), "request", fault);
  admin_request request;
  request.command = reader.text("command");
  const auto* arguments = reader.find("arguments");
  if (arguments != nullptr && arguments->is_object())
    request.arguments = arguments->get_object();
  else if (arguments != nullptr)
    fault.report(ec::malformed, "request.arguments: an object is expected");
  if (fault)
    return fault.error();
  return request;
}

result<admin_answer> parse_admin_answer(std::string_view line) {
  const error broken = fail(ec::protocol_violation, "the running service's answer is not understood",
                            "it may be another version: restart it");
  auto document = json::parse(line, answer_limits);
  if (!document || !document->root().is_object())
    return broken;
  json::fault fault;
  json::reader reader(document->root(), "answer", fault);
  admin_answer answer;
  if (const auto* value = document->root().get_object().if_contains("result")) {
    answer.outcome = result<boost::json::value>{boost::json::value(*value, {})};
  } else if (auto problem = reader.optional_object("error")) {
    answer.outcome = result<boost::json::value>{
        fail(read_code(problem->text("code")), problem->text("cause"), problem->text_or("mend"))};
  } else if (auto step = reader.optional_object("progress")) {
    auto number = [&](std::string_view name) {
      return static_cast<std::uint64_t>(std::max(0.0, step->optional_number(name).value_or(0)));
    };
    answer.progress = admin_progress{step->text("what"), number("done"), number("total")};
  } else {
    return broken;
  }
  if (fault)
    return broken;
  return answer;
}

} // namespace isacbot::app
