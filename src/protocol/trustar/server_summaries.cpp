#include "protocol/trustar/server_summaries.hpp"

#include "protocol/json.hpp"
#include "protocol/trustar/answer_parts.hpp"
#include "protocol/trustar/request_fields.hpp"

#include <string>
#include <utility>

namespace isacbot::trustar {

namespace {

constexpr json::limits line_limits{64U * 1024U, 8};
constexpr std::size_t max_text_bytes = 1'000;
constexpr std::size_t max_description_bytes = 8U * 1024U;
constexpr std::int64_t worst_severity = 3;

std::string read_bounded(const json::reader& from, std::string_view key, std::size_t most) {
  std::string text = from.text_or(key);
  if (text.size() > most)
    from.refuse(key, "is longer than " + std::to_string(most) + " bytes");
  return text;
}

/// "Risk Score": "78"; numbers are taken as their digits.
std::string read_score_value(const json::reader& from) {
  const auto* value = from.find("value");
  if (value == nullptr || value->is_string())
    return read_bounded(from, "value", max_text_bytes);
  if (value->is_number())
    return boost::json::serialize(*value);
  from.refuse("value", "is neither a text nor a number");
  return {};
}

/// As text: what stands in it is nobody's business here, but it has to be what clients expect.
std::string read_attributes(const json::reader& from) {
  if (!from.has("attributes"))
    return {};
  for (const json::reader& one : from.objects("attributes"))
    (void)one.filled_text("name");
  return boost::json::serialize(*from.find("attributes"));
}

/// What parse_score_line has let through.
bj::array attributes_of(const summary& what) {
  if (what.attributes.empty())
    return {};
  auto document = json::parse(what.attributes, line_limits);
  const auto* list = document ? document->root().if_array() : nullptr;
  return list == nullptr ? bj::array() : bj::array(*list, {});
}

bj::value severity_of(const summary& what) {
  return what.severity ? bj::value(*what.severity) : bj::value(nullptr);
}

bj::value score_of(const summary& what) {
  if (what.score_value.empty())
    return nullptr;
  return bj::object{{"name", what.score_name}, {"value", what.score_value}};
}

bj::value source_of(const summary& what) {
  if (what.source_key.empty() && what.source_name.empty())
    return nullptr;
  return bj::object{{"key", what.source_key}, {"name", what.source_name}};
}

} // namespace

http::response make_summary_page_answer(const page<summary>& found) {
  auto object = [](const summary& x) {
    return bj::object{
        {"value", x.value},
        {"type", x.type},
        {"reportId", x.report_id},
        {"enclaveId", x.enclave_id},
        {"source", source_of(x)},
        {"score", score_of(x)},
        {"severityLevel", severity_of(x)},
        {"created", optional_time(x.created)},
        {"updated", optional_time(x.updated)},
        {"description", x.description.empty() ? bj::value(nullptr) : bj::value(x.description)},
        {"attributes", attributes_of(x)}, // null ends one client
    };
  };
  return page_answer(list_of(found.items, object), found);
}

result<summary> parse_score_line(std::string_view line) {
  auto document = json::parse(line, line_limits);
  if (!document)
    return document.error();
  json::fault fault;
  json::reader root{document->root(), "line", fault};
  summary out;
  out.value = root.filled_text("value");
  out.type = read_bounded(root, "type", max_text_bytes);
  out.report_id = read_bounded(root, "reportId", max_text_bytes);
  out.enclave_id = read_bounded(root, "enclaveId", max_text_bytes);
  if (auto source = root.optional_object("source")) {
    out.source_key = read_bounded(*source, "key", max_text_bytes);
    out.source_name = read_bounded(*source, "name", max_text_bytes);
  }
  if (auto score = root.optional_object("score")) {
    out.score_name = read_bounded(*score, "name", max_text_bytes);
    out.score_value = read_score_value(*score);
  }
  if (auto severity = root.optional_integer("severityLevel")) {
    if (*severity < 0 || *severity > worst_severity)
      root.refuse("severityLevel", "is not from 0 to 3");
    else
      out.severity = static_cast<int>(*severity);
  }
  out.created = read_time(root, "created");
  out.updated = read_time(root, "updated");
  out.description = read_bounded(root, "description", max_description_bytes);
  out.attributes = read_attributes(root);
  if (!out.severity && out.score_value.empty())
    fault.report(ec::malformed, "line: neither score nor severityLevel is there");
  if (fault)
    return fault.error();
  return out;
}

} // namespace isacbot::trustar
