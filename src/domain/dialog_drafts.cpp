#include "domain/dialog_drafts.hpp"

#include "core/bytes.hpp"
#include "protocol/json.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace isacbot::domain {

namespace {

namespace bj = boost::json;

constexpr json::limits bounds{std::size_t{32} << 20U, 16};

bj::array to_json(const std::vector<slack::file_reference>& files) {
  bj::array list;
  for (const auto& file : files)
    list.emplace_back(bj::object{{"id", file.id},
                                 {"name", file.name},
                                 {"mimetype", file.mimetype},
                                 {"size", file.size},
                                 {"url", file.url.reveal()}});
  return list;
}

bj::array to_json(const std::vector<list_file>& files) {
  bj::array list;
  for (const auto& file : files)
    list.emplace_back(bj::object{{"name", file.name}, {"content", to_base64(file.content)}});
  return list;
}

bj::object to_json(const dialog_context& x) {
  return {{"channel", x.channel.value},     {"response_url", x.response_url.reveal()},
          {"message_ts", x.message_ts},     {"thread_ts", x.thread_ts},
          {"message_text", x.message_text}, {"files", to_json(x.files)}};
}

bj::array to_json(const std::vector<std::string>& texts) {
  bj::array list;
  for (const auto& text : texts)
    list.emplace_back(text);
  return list;
}

secret sealed_text(const bj::object& x) {
  return secret{bj::serialize(x)};
}

std::vector<slack::file_reference> read_references(const json::reader& r) {
  std::vector<slack::file_reference> files;
  for (const json::reader& file : r.optional_objects("files"))
    files.push_back({file.filled_text("id"), file.text("name"), file.text("mimetype"),
                     static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.integer("size"))),
                     secret{file.text("url")}});
  return files;
}

std::vector<list_file> read_files(const json::reader& r) {
  std::vector<list_file> files;
  auto add = [&](std::string name, const std::string& content) {
    if (auto bytes = from_base64(content); bytes && !bytes->empty())
      files.push_back({std::move(name), std::move(*bytes)});
  };
  for (const json::reader& file : r.optional_objects("files"))
    add(file.text("name"), file.text("content"));
  add({}, r.text_or("file")); // as it was stored while there was one at most
  return files;
}

dialog_context read_context(const json::reader& r) {
  return {channel_id{r.text("channel")}, secret{r.text("response_url")}, r.text_or("message_ts"),
          r.text_or("thread_ts"),        r.text_or("message_text"),      read_references(r)};
}

indicator_draft read_indicators(const json::reader& r) {
  indicator_draft x;
  x.context = read_context(r.object("context"));
  x.text = r.text("text");
  x.files = read_files(r);
  x.staged = r.text_or("staged");
  x.enclave = enclave_id{r.text("enclave")};
  x.enclave_name = r.text("enclave_name");
  x.tags = r.texts("tags");
  x.source = r.text("source");
  x.notes = r.text("notes");
  x.send_special = r.flag("send_special");
  if (r.has("safelisted"))
    x.safelisted = r.texts("safelisted");
  x.send_safelisted = r.flag_or("send_safelisted", false);
  x.again = r.flag("again");
  return x;
}

report_draft read_report(const json::reader& r) {
  report_draft x;
  x.context = read_context(r.object("context"));
  x.content.title = r.text("title");
  x.content.body = r.text("body");
  x.content.external_url = r.text("external_url");
  if (auto ms = r.optional_integer("time_began"))
    x.content.time_began = from_epoch_ms(*ms);
  x.enclave = enclave_id{r.text("enclave")};
  x.enclave_name = r.text("enclave_name");
  x.tags = r.texts("tags");
  x.again = r.flag("again");
  return x;
}

template <class T, class Read>
result<T> read_draft(const secret& bytes, Read read) {
  auto parsed = json::parse(bytes.reveal(), bounds);
  if (!parsed)
    return fail(ec::corrupted, "a stored draft is no JSON");
  json::fault fault;
  T x = read(json::reader{parsed->root(), "draft", fault});
  if (fault)
    return fail(ec::corrupted, "a stored draft is incomplete: " + fault.error().cause);
  return x;
}

} // namespace

secret encode(const dialog_context& x) {
  return sealed_text(to_json(x));
}

secret encode(const indicator_draft& x) {
  return sealed_text({{"context", to_json(x.context)},
                      {"text", x.text},
                      {"files", to_json(x.files)},
                      {"staged", x.staged},
                      {"enclave", x.enclave.value},
                      {"enclave_name", x.enclave_name},
                      {"tags", to_json(x.tags)},
                      {"source", x.source},
                      {"notes", x.notes},
                      {"send_special", x.send_special},
                      {"safelisted", to_json(x.safelisted)},
                      {"send_safelisted", x.send_safelisted},
                      {"again", x.again}});
}

secret encode(const report_draft& x) {
  bj::object draft{{"context", to_json(x.context)}, {"title", x.content.title},
                   {"body", x.content.body},        {"external_url", x.content.external_url},
                   {"enclave", x.enclave.value},    {"enclave_name", x.enclave_name},
                   {"tags", to_json(x.tags)},       {"again", x.again}};
  if (x.content.time_began)
    draft["time_began"] = to_epoch_ms(*x.content.time_began);
  return sealed_text(draft);
}

secret encode(const pending_search& x) {
  return sealed_text({{"context", to_json(x.context)}, {"term", x.term}});
}

result<dialog_context> decode_dialog_context(const secret& bytes) {
  return read_draft<dialog_context>(bytes, read_context);
}

result<submission_draft> decode_submission_draft(const secret& bytes) {
  return read_draft<submission_draft>(bytes, [](const json::reader& r) -> submission_draft {
    if (r.has("body"))
      return read_report(r);
    return read_indicators(r);
  });
}

result<pending_search> decode_pending_search(const secret& bytes) {
  return read_draft<pending_search>(bytes, [](const json::reader& r) {
    return pending_search{read_context(r.object("context")), r.text("term")};
  });
}

} // namespace isacbot::domain
