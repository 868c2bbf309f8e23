#include "domain/dialog_drafts.hpp"

#include "protocol/json.hpp"

#include <utility>

namespace isacbot::domain {

namespace {

namespace bj = boost::json;

constexpr json::limits bounds{std::size_t{16} << 20U, 16};

bj::object to_json(const dialog_context& x) {
  return {{"channel", x.channel.value}, {"response_url", x.response_url.reveal()}};
}

secret sealed_text(const bj::object& x) {
  return secret{bj::serialize(x)};
}

dialog_context read_context(const json::reader& r) {
  return {channel_id{r.text("channel")}, secret{r.text("response_url")}};
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
  bj::array tags;
  for (const auto& t : x.tags)
    tags.push_back(bj::value(t));
  return sealed_text({{"context", to_json(x.context)},
                      {"text", x.text},
                      {"enclave", x.enclave.value},
                      {"enclave_name", x.enclave_name},
                      {"tags", std::move(tags)},
                      {"source", x.source},
                      {"notes", x.notes},
                      {"send_special", x.send_special},
                      {"again", x.again}});
}

secret encode(const pending_search& x) {
  return sealed_text({{"context", to_json(x.context)}, {"term", x.term}});
}

result<dialog_context> decode_dialog_context(const secret& bytes) {
  return read_draft<dialog_context>(bytes, read_context);
}

result<indicator_draft> decode_indicator_draft(const secret& bytes) {
  return read_draft<indicator_draft>(bytes, [](const json::reader& r) {
    indicator_draft x;
    x.context = read_context(r.object("context"));
    x.text = r.text("text");
    x.enclave = enclave_id{r.text("enclave")};
    x.enclave_name = r.text("enclave_name");
    x.tags = r.texts("tags");
    x.source = r.text("source");
    x.notes = r.text("notes");
    x.send_special = r.flag("send_special");
    x.again = r.flag("again");
    return x;
  });
}

result<pending_search> decode_pending_search(const secret& bytes) {
  return read_draft<pending_search>(bytes, [](const json::reader& r) {
    return pending_search{read_context(r.object("context")), r.text("term")};
  });
}

} // namespace isacbot::domain
