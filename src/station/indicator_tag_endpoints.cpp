/// The endpoints about tags of indicators.
#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_indicator_answers.hpp"
#include "protocol/trustar/server_indicator_requests.hpp"
#include "protocol/trustar/server_report_answers.hpp"
#include "protocol/trustar/server_requests.hpp"
#include "station/endpoints.hpp"
#include "station/indicator_reader.hpp"
#include "station/report_reader.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

result<http::response> endpoints::show_indicator_tags(const call& c) const {
  auto where = readable_enclaves(c, c.target.query.list("enclaveIds"));
  if (!where)
    return where.error();
  auto tags = list_indicator_tags(store_, *where);
  if (!tags)
    return tags.error();
  return trustar::make_tags_answer(*tags);
}

result<http::response> endpoints::add_indicator_tag(const call& c) {
  auto what = trustar::parse_indicator_tag(c.request.body);
  if (!what)
    return what.error();
  auto where = creatable_enclaves(c, {what->tag.enclave_id});
  if (!where)
    return where.error();
  auto values = resolve_value(store_, *where, what->value, names_);
  if (!values)
    return values.error();
  if (values->empty())
    return fail(ec::malformed, "body.value: is no indicator");
  const report_observable& x = values->front();
  if (auto tagged = writer_.tag(where->front(), x.type, x.value, what->tag.name, c.now); !tagged)
    return tagged.error();
  what->tag.guid = tag_guid(what->tag.enclave_id, what->tag.name);
  return trustar::make_tag_answer(what->tag);
}

result<http::response> endpoints::delete_indicator_tag(const call& c) {
  auto value = c.target.query.text("value");
  if (!value || value->empty())
    return fail(ec::malformed, "value is missing.");
  auto where = readable_enclaves(c, {});
  if (!where)
    return where.error();
  auto values = resolve_value(store_, *where, std::string(*value), names_);
  if (!values)
    return values.error();
  std::string name = trustar::normal_tag_name(c.id); // ids are lower case already
  for (const report_observable& x : *values)
    for (const enclave& e : *where) {
      auto known = read_metadata(store_, {&e, 1}, x.value, x.type);
      if (!known)
        return known.error();
      bool has = !known->empty() &&
                 std::any_of(known->front().tags.begin(), known->front().tags.end(),
                             [&](const trustar::tag& t) { return t.name == name || t.guid == name; });
      if (!has)
        continue;
      if (!find_granted(c, e.id)->may_create())
        return fail(ec::forbidden, "No permission to change tags in the enclave.");
      if (auto gone = writer_.untag(e, x.type, x.value, name); !gone)
        return gone.error();
    }
  return trustar::make_empty_answer();
}

} // namespace isacbot::station
