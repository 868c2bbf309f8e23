#include "protocol/trustar/server_report_answers.hpp"

#include "protocol/trustar/answer_parts.hpp"

namespace isacbot::trustar {

namespace {

bj::object report_object(const report& item, bool with_body) {
  return {{"id", item.id},
          {"title", item.title},
          {"reportBody", with_body ? optional_text(item.body) : bj::value(nullptr)},
          {"timeBegan", optional_time(item.time_began)},
          // Clients disagree about the name.
          {"externalTrackingId", optional_text(item.external_id)},
          {"externalId", optional_text(item.external_id)},
          {"externalUrl", optional_text(item.external_url)},
          {"distributionType", "ENCLAVE"},
          {"enclaveIds", texts(item.enclave_ids)},
          {"created", optional_time(item.created)},
          {"updated", optional_time(item.updated)}};
}

} // namespace

http::response make_report_answer(const report& found) {
  return json_answer(200, report_object(found, true));
}

http::response make_report_page_answer(const page<report>& found) {
  return page_answer(list_of(found.items, [](const report& r) { return report_object(r, false); }), found);
}

http::response make_full_report_page_answer(const page<report>& found) {
  return page_answer(list_of(found.items, [](const report& r) { return report_object(r, true); }), found);
}

http::response make_id_answer(std::string_view id) {
  return json_answer(200, bj::object{{"id", id}});
}

http::response make_tags_answer(std::span<const tag> tags) {
  return json_answer(200, list_of(tags, tag_object));
}

http::response make_texts_answer(const std::vector<std::string>& items) {
  return json_answer(200, texts(items));
}

http::response make_report_indicators_answer(const page<report_indicator>& found) {
  auto object = [](const report_indicator& x) {
    return bj::object{
        {"indicatorType", x.type}, {"value", x.value}, {"weight", 1}, {"whitelisted", x.whitelisted}};
  };
  return page_answer(list_of(found.items, object), found);
}

http::response make_whitelisted_answer(std::span<const indicator_key> added) {
  return json_answer(200, list_of(added, key_object));
}

http::response make_redaction_answer(const report_text& redacted) {
  return json_answer(200, bj::object{{"title", optional_text(redacted.title)},
                                     {"reportBody", optional_text(redacted.body)}});
}

} // namespace isacbot::trustar
