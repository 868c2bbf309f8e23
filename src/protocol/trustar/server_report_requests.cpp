#include "protocol/trustar/server_report_requests.hpp"

#include "core/utf8.hpp"
#include "protocol/json.hpp"
#include "protocol/trustar/request_fields.hpp"
#include "protocol/trustar/server_requests.hpp"

#include <utility>

namespace isacbot::trustar {

namespace {

constexpr std::size_t max_title_bytes = 1'000;
constexpr std::size_t max_external_id_characters = 500;
constexpr std::size_t max_terms = 10'000;

/// Everything but the enclaves.
report read_report(const json::reader& root) {
  report out;
  out.title = root.text("title");
  out.body = root.text("reportBody");
  if (is_blank(out.title))
    root.refuse("title", "must not be blank");
  if (out.title.size() > max_title_bytes)
    root.refuse("title", "is longer than 1000 bytes");
  if (is_blank(*out.body))
    root.refuse("reportBody", "must not be blank");
  out.time_began = read_time_began(root);
  out.external_id = root.optional_text("externalTrackingId");
  if (out.external_id && out.external_id->empty())
    out.external_id.reset();
  if (out.external_id && count_characters(*out.external_id) > max_external_id_characters)
    root.refuse("externalTrackingId", "is longer than 500 characters");
  out.external_url = root.optional_text("externalUrl");
  if (out.external_url && count_characters(*out.external_url) > max_external_url_characters)
    root.refuse("externalUrl", "is longer than 500 characters");
  return out;
}

void read_enclave(const json::reader& root, report& out, bool needed) {
  out.enclave_ids = root.optional_texts("enclaveIds");
  if (out.enclave_ids.size() > 1 || (needed && out.enclave_ids.empty()))
    root.refuse("enclaveIds", "must name exactly one enclave");
}

/// What every text of a report has to fit into; counted after everything else was right.
result<void> check_size(const report& what) {
  if (what.body && what.body->size() > max_report_bytes)
    return fail(ec::too_large, "reportBody is longer than 2 MB");
  return {};
}

std::vector<std::string> read_names(const json::reader& root, std::string_view key) {
  std::vector<std::string> names;
  for (const tag& t : read_tags(root, key))
    names.push_back(t.name);
  return names;
}

/// Reads a body that is one object. @param read  fills the result from it
template <class T, class Read>
result<T> parse_object(std::string_view body, Read read) {
  auto document = json::parse(body, body_limits);
  if (!document)
    return document.error();
  json::fault fault;
  json::reader root{document->root(), "body", fault};
  T out;
  read(root, out);
  if (fault)
    return fault.error();
  return out;
}

/// Whether there is no body: some clients say so with the JSON literal null.
bool is_no_body(std::string_view body) {
  std::string_view text = trim(body);
  return text.empty() || text == "null";
}

} // namespace

result<report> parse_new_report(std::string_view body) {
  auto out = parse_object<report>(body, [](const json::reader& root, report& what) {
    what = read_report(root);
    read_enclave(root, what, true);
  });
  if (out)
    if (auto fits = check_size(*out); !fits)
      return fits.error();
  return out;
}

result<report> parse_report_update(std::string_view body) {
  auto out = parse_object<report>(body, [](const json::reader& root, report& what) {
    what = read_report(root);
    read_enclave(root, what, false);
  });
  if (out)
    if (auto fits = check_size(*out); !fits)
      return fits.error();
  return out;
}

result<report_upsert> parse_upsert(std::string_view body) {
  auto out = parse_object<report_upsert>(body, [](const json::reader& root, report_upsert& upsert) {
    upsert.what = read_report(root);
    read_enclave(root, upsert.what, true);
    upsert.guid = root.text_or("guid");
  });
  if (out)
    if (auto fits = check_size(out->what); !fits)
      return fits.error();
  return out;
}

result<std::optional<edited_copy>> parse_copy(std::string_view body) {
  if (is_no_body(body))
    return std::optional<edited_copy>();
  auto out = parse_object<edited_copy>(body, [](const json::reader& root, edited_copy& copy) {
    copy.what = read_report(root);
    for (const std::string& name : root.optional_texts("tags")) {
      copy.tags.push_back(normal_tag_name(name));
      check_tag_name(root, "tags", copy.tags.back());
    }
  });
  if (!out)
    return out.error();
  if (auto fits = check_size(out->what); !fits)
    return fits.error();
  return std::optional(std::move(*out));
}

result<tag_names> parse_alter_tags(std::string_view body) {
  if (is_no_body(body))
    return tag_names{};
  return parse_object<tag_names>(body, [](const json::reader& root, tag_names& names) {
    names.added = read_names(root, "addedTags");
    names.removed = read_names(root, "removedTags");
  });
}

result<report_text> parse_redaction(std::string_view body) {
  auto out = parse_object<report_text>(body, [](const json::reader& root, report_text& text) {
    text.title = root.optional_text("title");
    text.body = root.optional_text("reportBody");
  });
  if (out && out->body && out->body->size() > max_report_bytes)
    return fail(ec::too_large, "reportBody is longer than 2 MB");
  return out;
}

result<std::vector<std::string>> parse_terms(std::string_view body) {
  return parse_texts(body, max_terms, "terms");
}

} // namespace isacbot::trustar
